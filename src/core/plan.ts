// `plan`: what a make would do, without doing it.

import { checkDemands } from "./demands.ts";
import { rank } from "./explore.ts";
import { requested, type Makeable } from "./make.ts";
import { isSoft } from "./node.ts";
import { ReadyList } from "./ready.ts";
import { isLost, LINKED, Roster, standing } from "./roster.ts";
import { MAKE_OPTIONS, settingsOf, type MakeOptions } from "./settings.ts";
import { positionAll } from "./start-order.ts";
import type { Task } from "./task.ts";
import { atOnce } from "./turns.ts";
import { Walk } from "./walk.ts";

type AnyTask = Task<unknown>;

/** What a make would do. Only tasks that it would run are in it. */
export interface Plan {
  /** The tasks in the order in which they would start, one at a time. */
  readonly order: readonly AnyTask[];
  /** The tasks by depth: those in `levels[n]` have a longest chain of n prerequisites before them. */
  readonly levels: readonly (readonly AnyTask[])[];
  /** The chain that takes longest, by `estimate` and `durations` or else in tasks: with unlimited slots nothing is faster. */
  readonly longestPath: readonly AnyTask[];
}

/**
 * Works out in which order `make(tasks, options)` would run what, without running anything.
 *
 * @throws what `make` or its first `next()` would: CycleError, TransitionError, RangeError, TypeError.
 */
export function plan(tasks: Makeable, options: MakeOptions = {}): Plan {
  const roots = requested("plan", tasks);
  const settings = settingsOf("plan", options, MAKE_OPTIONS);
  const roster = new Roster(undefined, settings.durations);
  const walk = new Walk(roots, roster, { flags: 0, retry: options.retry ?? false });
  walk.advance(Infinity);
  if (roster.isDemanding) for (const task of roster.tasks) checkDemands(task, settings);
  const count = roster.tasks.length;
  rank(roster, count - 1, 0);
  atOnce(positionAll(roster));

  const ready = new ReadyList(roster, { isReady: () => true });
  const { unmet, edges } = roster;
  const isOpen = (place: number): boolean => roster.has(place, LINKED);
  const depth = new Int32Array(count);
  const order: AnyTask[] = [];
  const levels: AnyTask[][] = [];
  const blocked = new Set<number>();
  const release = (place: number, level: number): void => {
    const task = roster.tasks[place] as AnyTask;
    const lost = blocked.has(place) || (!isOpen(place) && isLost(standing(task)));
    for (let edge = edges.last[place] as number; edge !== 0; edge = edges.before[edge] as number) {
      const above = edges.dependent[edge] as number;
      if (lost && !isSoft(roster.tasks[above] as AnyTask, task)) {
        blocked.add(above);
        continue;
      }
      depth[above] = Math.max(depth[above] as number, level);
      if (--(unmet[above] as number) === 0) ready.push(above, false, undefined);
    }
  };
  for (let place = 0; place < count; place++)
    if (isOpen(place) && roster.unmet[place] === 0) ready.push(place, false, undefined);
  for (let place = 0; place < count; place++) if (!isOpen(place)) release(place, 0);
  for (const place of blocked) release(place, 0); // and further ones by that
  for (let place = ready.takePlain(false); place !== -1; place = ready.takePlain(false)) {
    const task = roster.tasks[place] as AnyTask;
    const level = depth[place] as number;
    order.push(task);
    (levels[level] ??= []).push(task);
    release(place, level + 1);
  }
  return { order, levels, longestPath: longestPath(order, roster) };
}

// Ranks say how long the way is that is left: the longest path starts at the greatest and goes on to the greatest dependent. Of
// several as long, a summary, which has no ranks to go by, may tell another.
function longestPath(order: readonly AnyTask[], roster: Roster): AnyTask[] {
  const planned = new Set(order);
  const greatest = (tasks: readonly AnyTask[]): AnyTask | undefined => {
    const rankOf = (task: AnyTask): number => roster.rank[roster.placeOf(task)] as number;
    let first: AnyTask | undefined;
    for (const task of tasks) {
      if (planned.has(task) && (first === undefined || rankOf(task) > rankOf(first))) first = task;
    }
    return first;
  };
  const path: AnyTask[] = [];
  for (let task = greatest(order); task !== undefined; task = greatest(task.dependents)) path.push(task);
  return path;
}
