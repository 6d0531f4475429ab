// Walks through the graph along prerequisites: what has to be made and in which order, ranks, cycles.
// No walk recurses (a chain may have a million tasks), and the long ones are generators that stop every so often, so that
// whoever walks can give the event loop a turn.

import { CycleError, TransitionError } from "./errors.ts";
import { taskOf } from "./node.ts";
import { CLOSED, frees, LINKED, OPEN, standing, type Roster } from "./roster.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

const PAUSE = 255;

/** How a walk enters tasks. */
export interface WalkOptions {
  /** The flags that a task gets on the roster. */
  readonly flags: number;
  /** Whether failed and cancelled tasks count as open. */
  readonly retry?: boolean;
  /** Leaves out tasks that another roster has. */
  readonly known?: (task: AnyTask) => boolean;
}

/**
 * Enters all that has to be made for `roots` and returns the places, prerequisites before dependents. Settled tasks and those
 * in flight are entered too, but nothing behind them. On an error the roster is as before.
 *
 * @throws CycleError, and TransitionError for a task in PREPARE.
 */
export function* explore(roots: Iterable<AnyTask>, roster: Roster, options: WalkOptions): Generator<void, number[]> {
  const first = roster.tasks.length;
  try {
    return yield* walk(roots, roster, options);
  } catch (error) {
    roster.forget(first);
    throw error;
  }
}

function* walk(roots: Iterable<AnyTask>, roster: Roster, options: WalkOptions): Generator<void, number[]> {
  const { tasks } = roster;
  const order: number[] = [];
  const path: number[] = [];
  const next: number[] = [];

  const enter = (task: AnyTask): void => {
    if (options.known?.(task) === true) return;
    const isOpen = isToBeMade(task, options.retry ?? false);
    const first = isOpen ? firstNotClosed(task, roster) : -1;
    const place = roster.enter(task, options.flags | (isOpen ? LINKED : 0) | (first === -1 ? CLOSED : 0));
    if (first === -1) order.push(place);
    else {
      path.push(place);
      next.push(first);
    }
  };

  let steps = 0;
  for (const root of roots) {
    if (roster.placeOf(root) === -1) enter(root);
    if ((++steps & PAUSE) === 0) yield;
    while (path.length > 0) {
      if ((++steps & PAUSE) === 0) yield;
      const top = path.length - 1;
      const place = path[top] as number;
      const prerequisite = (tasks[place] as AnyTask)._prerequisites[next[top] as number];
      if (prerequisite === undefined) {
        roster.flag(place, CLOSED);
        order.push(place);
        path.pop();
        next.pop();
        continue;
      }
      (next[top] as number)++;
      const known = roster.placeOf(prerequisite);
      if (known === -1) enter(prerequisite);
      else if (!roster.has(known, CLOSED)) {
        throw new CycleError(cycleOf(path.slice(path.lastIndexOf(known)).map((at) => tasks[at] as AnyTask)));
      }
    }
  }
  return order;
}

// Where a walk has to go on among a task's prerequisites, or -1: often they have all been met before.
function firstNotClosed(task: AnyTask, roster: Roster): number {
  return task._prerequisites.findIndex((prerequisite) => {
    const place = roster.placeOf(prerequisite);
    return place === -1 || !roster.has(place, CLOSED);
  });
}

function isToBeMade(task: AnyTask, retry: boolean): boolean {
  if (task._state === "PREPARE") throw new TransitionError(task, "make");
  return task._state === "PENDING" || (retry && standing(task) !== OPEN && task._state !== "DONE");
}

/**
 * Sets unmet prerequisites, ranks and urgencies of the places in `order`, which `explore` has just entered. Returns whether
 * tasks that were there before have got greater ones, which then do not reach what is behind them.
 */
export function* rank(roster: Roster, order: readonly number[]): Generator<void, boolean> {
  const { tasks, unmet, seen, rank: ranks, isUrgent, isWeighted } = roster;
  const first = tasks.length - order.length;
  let isStale = false;
  for (let k = order.length - 1; k >= 0; k--) {
    if ((k & PAUSE) === 0) yield;
    const place = order[k] as number;
    if (!roster.has(place, LINKED)) continue;
    const task = tasks[place] as AnyTask;
    const above = (ranks[place] as number) + 1;
    let waitsFor = 0;
    for (const prerequisite of task._prerequisites) {
      const below = roster.placeOf(prerequisite);
      if (below === -1) continue;
      if (seen[below] === OPEN || !frees(seen[below] as number, task, prerequisite)) waitsFor++;
      if (!isUrgent && !isWeighted && (ranks[below] as number) >= above) continue;
      if (lift(roster, place, below, isUrgent) && below < first) isStale = true;
    }
    unmet[place] = waitsFor;
  }
  return isStale;
}

/** Gives a prerequisite the rank and the urgency that its dependent makes necessary. Returns whether that changed anything. */
export function lift(roster: Roster, place: number, below: number, isUrgent: boolean): boolean {
  const { rank: ranks, urgency, tasks } = roster;
  const above = (ranks[place] as number) + (roster.isWeighted ? roster.weigh(tasks[below] as AnyTask) : 1);
  let isHigher = false;
  if ((ranks[below] as number) < above) {
    ranks[below] = above;
    isHigher = true;
  }
  if (isUrgent && (urgency[below] as number) < (urgency[place] as number)) {
    urgency[below] = urgency[place] as number;
    isHigher = true;
  }
  return isHigher;
}

/** Sets the ranks and urgencies of all open tasks on a roster again, after edges have come in among them. */
export function rerank(roster: Roster): void {
  const { tasks, rank: ranks, urgency, seen } = roster;
  const open = tasks.filter((_, place) => seen[place] === OPEN);
  for (const task of open) {
    const place = roster.placeOf(task);
    ranks[place] = roster.weigh(task);
    urgency[place] = task._policy?.priority ?? 0;
  }
  const order = open.length === 0 ? [] : postorder(open);
  for (let k = order.length - 1; k >= 0; k--) {
    const place = roster.placeOf(order[k] as AnyTask);
    if (place === -1) continue;
    for (const prerequisite of waitsOf(order[k] as AnyTask)) {
      const below = roster.placeOf(prerequisite);
      if (below !== -1) lift(roster, place, below, true);
    }
  }
}

// What a task waits for: its prerequisites, and what it is making while it runs.
function waitsOf(task: AnyTask): readonly AnyTask[] {
  const making = task._extra?.making;
  return making === undefined ? task._prerequisites : [...task._prerequisites, ...[...making].flat().map(taskOf)];
}

// Prerequisites before dependents; in a cycle somewhere the other way round.
function postorder(tasks: readonly AnyTask[]): AnyTask[] {
  const order: AnyTask[] = [];
  const seen = new Set<AnyTask>();
  const path: { task: AnyTask; next: number }[] = [];
  for (const root of tasks) {
    if (!seen.has(root)) path.push({ task: root, next: 0 });
    seen.add(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const prerequisite = waitsOf(top.task)[top.next++];
      if (prerequisite === undefined) {
        order.push(top.task);
        path.pop();
      } else if (!seen.has(prerequisite) && !prerequisite.isSettled()) {
        seen.add(prerequisite);
        path.push({ task: prerequisite, next: 0 });
      }
    }
  }
  return order;
}

// `path` leads from dependents to prerequisites; the oldest task comes first, so that a cycle reads the same wherever it was met.
function cycleOf(path: readonly AnyTask[]): AnyTask[] {
  const cycle = path.toReversed();
  let oldest = 0;
  cycle.forEach((task, i) => {
    if (task.id < (cycle[oldest] as AnyTask).id) oldest = i;
  });
  return [...cycle.slice(oldest), ...cycle.slice(0, oldest)];
}

/**
 * The cycle that would close if `target` had to wait for `starts`: a way from one of them along unfinished prerequisites, and
 * along what running tasks are making, to `target`; `undefined` if there is none.
 */
export function findCycle(starts: readonly AnyTask[], target: AnyTask): AnyTask[] | undefined {
  const seen = new Set<AnyTask>();
  const path: AnyTask[] = [];
  const ahead: AnyTask[][] = [[...starts]];
  for (let level = ahead.at(-1); level !== undefined; level = ahead.at(-1)) {
    const task = level.pop();
    if (task === undefined) {
      ahead.pop();
      path.pop();
    } else if (task === target) {
      return cycleOf([target, ...path]);
    } else if (!seen.has(task) && (!task.isSettled() || task._watchers().some((watcher) => watcher.repairs(task)))) {
      seen.add(task);
      path.push(task);
      ahead.push([...waitsOf(task)]);
    }
  }
  return undefined;
}
