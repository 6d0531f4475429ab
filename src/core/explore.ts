// Walks through the graph along prerequisites: what has to be made and in which order, ranks, cycles.
// No walk recurses (a chain may have a million tasks), and the long ones go in stretches, so that whoever walks can give the event
// loop a turn.

import { CycleError, TransitionError } from "./errors.ts";
import { taskOf } from "./node.ts";
import { CLOSED, frees, LINKED, OPEN, type Roster } from "./roster.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** How a walk enters tasks. */
export interface WalkOptions {
  /** The flags that a task gets on the roster, */
  readonly flags: number;
  /** and further ones for the tasks that the walk starts from. */
  readonly rootFlags?: number;
  /** Whether failed and cancelled tasks count as open. */
  readonly retry?: boolean;
  /** Leaves out tasks that another roster has. */
  readonly known?: (task: AnyTask) => boolean;
}

/**
 * Enters all that has to be made for `roots`, with the edges in it. Settled tasks and those in flight are entered too, but
 * nothing behind them. On an error the roster is as before.
 *
 * A class and not a generator, whose loops the engine would not optimise while they run.
 */
export class Walk {
  /** The places entered, prerequisites before dependents. */
  readonly order: number[] = [];
  /** The places of tasks that were settled, also of those that count as open. */
  readonly settled: number[] = [];
  /** Edges from tasks that had been there before: prerequisite, dependent, prerequisite, dependent … */
  readonly crossings: number[] = [];
  readonly first: number;
  readonly #firstEdge: number;
  readonly #roots: readonly AnyTask[];
  readonly #roster: Roster;
  readonly #options: WalkOptions;
  #root = 0;
  /** The way from a root to where the walk is, and by how many prerequisites it has got on at each place. */
  readonly #path: number[] = [];
  readonly #next: number[] = [];

  constructor(roots: readonly AnyTask[], roster: Roster, options: WalkOptions) {
    this.#roots = roots;
    this.#roster = roster;
    this.#options = options;
    this.first = roster.tasks.length;
    this.#firstEdge = roster.edges.count;
    roster.reserve(this.first + roots.length);
  }

  /** Goes on for about so many steps; returns whether it has come to the end. @throws CycleError, TransitionError for PREPARE. */
  advance(steps: number): boolean {
    try {
      for (let left = steps; left > 0;) {
        if (this.#path.length > 0) left = this.#follow(left);
        else if (this.#root === this.#roots.length) return true;
        else {
          this.#begin(this.#roots[this.#root++] as AnyTask);
          left--;
        }
      }
      return false;
    } catch (error) {
      this.undo();
      throw error;
    }
  }

  /** Takes everything off the roster that the walk has entered. */
  undo(): void {
    this.#roster.forget(this.first, this.#firstEdge);
  }

  #begin(root: AnyTask): void {
    let place = this.#roster.placeOf(root);
    if (place === -1) place = this.#enter(root);
    if (place !== -1 && this.#options.rootFlags !== undefined) this.#roster.flag(place, this.#options.rootFlags);
  }

  // Returns -1 for a task that is left out.
  #enter(task: AnyTask): number {
    const { flags, retry = false, known } = this.#options;
    if (known?.(task) === true) return -1;
    const isOpen = isToBeMade(task, retry);
    const isEnd = !isOpen || task._links.length === 0;
    const place = this.#roster.enter(task, flags | (isOpen ? LINKED : 0) | (isEnd ? CLOSED : 0));
    if (!isEnd) {
      this.#path.push(place);
      this.#next.push(0);
    } else this.order.push(place);
    if (task._state !== "PENDING" && task.isSettled()) this.settled.push(place);
    return place;
  }

  // Looks at the prerequisites of the task where the walk is, up to one that leads further. Returns how many steps are left.
  #follow(steps: number): number {
    const path = this.#path;
    const next = this.#next;
    const roster = this.#roster;
    const top = path.length - 1;
    const place = path[top] as number;
    const links = (roster.tasks[place] as AnyTask)._links;
    let left = steps;
    for (let k = next[top] as number; k < links.length; k += 2) {
      if (left-- === 0) {
        next[top] = k;
        return 0;
      }
      const prerequisite = links[k] as AnyTask;
      let below = roster.placeOf(prerequisite);
      if (below === -1) below = this.#enter(prerequisite);
      else if (!roster.has(below, CLOSED)) throw this.#cycle(below);
      if (below === -1) continue;
      if (below < this.first) this.crossings.push(below, place);
      else {
        roster.edges.add(below, place);
        (roster.unmet[place] as number)++;
      }
      if (path.length > top + 1) {
        next[top] = k + 2;
        return left;
      }
    }
    roster.flag(place, CLOSED);
    this.order.push(place);
    path.pop();
    next.pop();
    return left - 1;
  }

  #cycle(start: number): CycleError {
    const { tasks } = this.#roster;
    return new CycleError(cycleOf(this.#path.slice(this.#path.lastIndexOf(start)).map((at) => tasks[at] as AnyTask)));
  }
}

function isToBeMade(task: AnyTask, retry: boolean): boolean {
  const state = task._state;
  if (state === "PREPARE") throw new TransitionError(task, "make");
  return state === "PENDING" || (retry && (state === "FAILED" || state === "CANCELLED"));
}

/** Adds an edge between two places, with all that follows from it. Returns whether it has raised what was there. */
export function connect(roster: Roster, below: number, place: number): boolean {
  const dependent = roster.tasks[place] as AnyTask;
  roster.edges.add(below, place);
  if (!frees(roster.seen[below] as number, dependent, roster.tasks[below] as AnyTask))
    (roster.unmet[place] as number)++;
  return lift(roster, place, below, true);
}

/** Sets ranks and urgencies of `order[from]` down to `order[to]`, from those of their dependents. */
export function rank(roster: Roster, order: readonly number[], from: number, to: number): void {
  const { tasks, edges, rank: ranks, urgency, isUrgent, isWeighted } = roster;
  const { last, before, dependent } = edges;
  for (let k = from; k >= to; k--) {
    const place = order[k] as number;
    let edge = last[place] as number;
    if (edge === 0) continue;
    let highest = 0;
    for (; edge !== 0; edge = before[edge] as number) {
      const above = dependent[edge] as number;
      if ((ranks[above] as number) > highest) highest = ranks[above] as number;
      if (isUrgent && (urgency[above] as number) > (urgency[place] as number))
        urgency[place] = urgency[above] as number;
    }
    highest += isWeighted ? roster.weigh(tasks[place] as AnyTask) : 1;
    if (highest > (ranks[place] as number)) ranks[place] = highest;
  }
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
  return making === undefined ? task.prerequisites : [...task.prerequisites, ...[...making].flat().map(taskOf)];
}

// Prerequisites before dependents; in a cycle somewhere the other way round.
function postorder(tasks: readonly AnyTask[]): AnyTask[] {
  const order: AnyTask[] = [];
  const seen = new Set<AnyTask>();
  const path: { readonly task: AnyTask; readonly waits: readonly AnyTask[]; next: number }[] = [];
  const enter = (task: AnyTask): void => {
    if (seen.has(task)) return;
    seen.add(task);
    path.push({ task, waits: waitsOf(task), next: 0 });
  };
  for (const root of tasks) {
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const prerequisite = top.waits[top.next++];
      if (prerequisite === undefined) {
        order.push(top.task);
        path.pop();
      } else if (!prerequisite.isSettled()) enter(prerequisite);
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

/** Tasks and all that would have to be made for them; nothing behind a settled task. Cycles do no harm. */
export function withPrerequisites(tasks: readonly AnyTask[]): AnyTask[] {
  const found = new Set(tasks);
  for (const task of found)
    if (!task.isSettled()) for (const prerequisite of task.prerequisites) found.add(prerequisite);
  return [...found];
}
