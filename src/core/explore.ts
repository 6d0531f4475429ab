// Walks through the graph along prerequisites: what has to be made and in which order, cycles, ranks, and ways between tasks.
// No walk recurses (a chain may have a million tasks), and the long ones are generators that stop every so often, so that
// whoever walks can give the event loop a turn.

import { CycleError, TransitionError } from "./errors.ts";
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
    roster.leave(first);
    throw error;
  }
}

function* walk(roots: Iterable<AnyTask>, roster: Roster, options: WalkOptions): Generator<void, number[]> {
  const { flags, tasks } = roster;
  const order: number[] = [];
  const path: number[] = [];
  const next: number[] = [];

  const enter = (task: AnyTask): void => {
    if (options.known?.(task)) return;
    const open = isToBeMade(task, options.retry ?? false);
    const place = roster.enter(task, options.flags | (open ? LINKED : CLOSED));
    if (open) {
      path.push(place);
      next.push(0);
    } else order.push(place);
  };

  for (const root of roots) {
    if (roster.placeOf(root) === -1) enter(root);
    while (path.length > 0) {
      const top = path.length - 1;
      const place = path[top] as number;
      const prerequisite = (tasks[place] as AnyTask)._prerequisites[next[top] as number];
      if (prerequisite === undefined) {
        flags[place] = (flags[place] as number) | CLOSED;
        if ((order.push(place) & PAUSE) === 0) yield;
        path.pop();
        next.pop();
        continue;
      }
      (next[top] as number)++;
      const known = roster.placeOf(prerequisite);
      if (known === -1) enter(prerequisite);
      else if (((flags[known] as number) & CLOSED) === 0) {
        throw new CycleError(cycleOf(path.slice(path.lastIndexOf(known)).map((at) => tasks[at] as AnyTask)));
      }
    }
  }
  return order;
}

function isToBeMade(task: AnyTask, retry: boolean): boolean {
  if (task._state === "PREPARE") throw new TransitionError(task, "make");
  return task._state === "PENDING" || (retry && standing(task) !== OPEN && task._state !== "DONE");
}

/** Sets unmet prerequisites, ranks and urgencies of the places in `order`, which `explore` has just entered. */
export function* rank(roster: Roster, order: readonly number[]): Generator<void, void> {
  const { tasks, unmet, seen, flags, rank: ranks, urgency } = roster;
  for (let k = order.length - 1; k >= 0; k--) {
    if ((k & PAUSE) === 0) yield;
    const place = order[k] as number;
    if (((flags[place] as number) & LINKED) === 0) continue;
    const above = (ranks[place] as number) + 1;
    const urgent = urgency[place] as number;
    let waitsFor = 0;
    const task = tasks[place] as AnyTask;
    for (const prerequisite of task._prerequisites) {
      const below = roster.placeOf(prerequisite);
      if (below === -1) continue;
      if (!frees(seen[below] as number, task, prerequisite)) waitsFor++;
      if ((ranks[below] as number) < above) ranks[below] = above;
      if ((urgency[below] as number) < urgent) urgency[below] = urgent;
    }
    unmet[place] = waitsFor;
  }
}

/**
 * Raises rank and urgency of `tasks` and of what is behind them, where a new dependent makes them greater. Returns whether any
 * was raised.
 */
export function raise(roster: Roster, tasks: readonly AnyTask[], least: number, urgent: number): boolean {
  let raised = false;
  const ahead = tasks.map((task) => ({ task, least }));
  for (let item = ahead.pop(); item !== undefined; item = ahead.pop()) {
    const place = roster.placeOf(item.task);
    if (place === -1 || roster.seen[place] !== OPEN) continue;
    if ((roster.rank[place] as number) >= item.least && (roster.urgency[place] as number) >= urgent) continue;
    raised = true;
    const above = Math.max(roster.rank[place] as number, item.least);
    roster.rank[place] = above;
    roster.urgency[place] = Math.max(roster.urgency[place] as number, urgent);
    for (const task of item.task._prerequisites) ahead.push({ task, least: above + 1 });
  }
  return raised;
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
    } else if (!seen.has(task) && !task.isSettled()) {
      seen.add(task);
      path.push(task);
      ahead.push([...task._prerequisites, ...(task._extra?.making ?? [])]);
    }
  }
  return undefined;
}
