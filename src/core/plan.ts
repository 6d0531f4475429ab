// `plan`: what a make would do, without doing it.

import { explore, rank } from "./explore.ts";
import { requested, type Makeable } from "./make.ts";
import { checkDemands } from "./members.ts";
import { isSoft } from "./node.ts";
import { ReadyList } from "./ready.ts";
import { isLost, LINKED, Roster, standing } from "./roster.ts";
import { MAKE_OPTIONS, settingsOf, type MakeOptions } from "./settings.ts";
import type { Task } from "./task.ts";

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
  const walk = explore(roots, roster, { flags: 0, retry: options.retry ?? false });
  let step = walk.next();
  while (step.done !== true) step = walk.next();
  const places = step.value;
  for (const task of roster.tasks) checkDemands(task, settings);
  for (const _ of rank(roster, places));

  const ready = new ReadyList(roster, () => true);
  const isOpen = (place: number): boolean => ((roster.flags[place] as number) & LINKED) !== 0;
  const depth = roster.tasks.map(() => 0);
  const order: AnyTask[] = [];
  const levels: AnyTask[][] = [];
  const release = (place: number, level: number): void => {
    const task = roster.tasks[place] as AnyTask;
    const lost = !isOpen(place) && isLost(standing(task));
    for (const dependent of task._dependents) {
      const above = roster.placeOf(dependent);
      if (above === -1 || !isOpen(above) || (lost && !isSoft(dependent, task))) continue;
      depth[above] = Math.max(depth[above] as number, level);
      if (--(roster.unmet[above] as number) === 0) ready.push(above, false, undefined);
    }
  };
  for (const place of places) if (isOpen(place) && roster.unmet[place] === 0) ready.push(place, false, undefined);
  for (const place of places) if (!isOpen(place)) release(place, 0);
  for (let place = ready.take(true, () => true); place !== -1; place = ready.take(true, () => true)) {
    const task = roster.tasks[place] as AnyTask;
    const level = depth[place] as number;
    order.push(task);
    (levels[level] ??= []).push(task);
    release(place, level + 1);
  }
  return { order, levels, longestPath: longestPath(order, roster) };
}

// Ranks say how long the way is that is left: the longest path starts at the greatest and goes on to the greatest dependent.
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
  for (let task = greatest(order); task !== undefined; task = greatest(task._dependents)) path.push(task);
  return path;
}
