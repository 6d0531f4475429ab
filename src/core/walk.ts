// The walk that finds what has to be made: in depth, along prerequisites, without recursion, and in stretches, so that whoever
// walks can give the event loop a turn. A class and not a generator, whose loops the engine would not optimise while they run.

import { CycleError, TransitionError } from "./errors.ts";
import { cycleOf } from "./explore.ts";
import { ENTERING, isLost, LINKED, standing, type Roster } from "./roster.ts";
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
 * Enters all that has to be made for `roots`, with the edges in it: prerequisites get lower places than dependents. Settled tasks
 * and those in flight are entered too, but nothing behind them. On an error the roster is as before.
 */
export class Walk {
  /** The places of tasks that were settled, also of those that count as open. */
  readonly settled: number[] = [];
  /** Edges from tasks that had been there before: prerequisite, dependent, prerequisite, dependent … */
  readonly crossings: number[] = [];
  /** The first place that is new. */
  readonly first: number;
  readonly #firstEdge: number;
  readonly #roots: readonly AnyTask[];
  readonly #roster: Roster;
  readonly #options: WalkOptions;
  #root = 0;
  /** The way from a root to where the walk is. */
  readonly #path: AnyTask[] = [];
  /** How far it has got with the links of each task there: once through to find what leads further, and once more to make edges. */
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
        left = this.#climb(left);
        if (left <= 0) break;
        if (this.#root === this.#roots.length) return true;
        this.#begin(this.#roots[this.#root++] as AnyTask);
        left--;
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
    for (const task of this.#path) this.#roster.release(task);
  }

  #begin(root: AnyTask): void {
    const { rootFlags = 0 } = this.#options;
    const place = this.#roster.markOf(root);
    if (place < 0) this.#enter(root, rootFlags);
    else this.#roster.flag(place, rootFlags);
  }

  // Enters a task: at once if it leads no further, else when the walk comes back from behind it. Returns whether it leads further.
  #enter(task: AnyTask, furtherFlags: number): boolean {
    const { flags, known } = this.#options;
    if (known?.(task) === true) return false;
    const isOpen = task._state === "PENDING" || this.#isRepaired(task);
    if (isOpen && task._links.length > 0) {
      this.#roster.mark(task);
      this.#path.push(task);
      this.#next.push(0);
      return true;
    }
    const place = this.#roster.enter(task, flags | furtherFlags | (isOpen ? LINKED : 0));
    if (task._state !== "PENDING") this.#noteSettled(task, place);
    return false;
  }

  #isRepaired(task: AnyTask): boolean {
    if (task._state === "PREPARE") throw new TransitionError(task, "make");
    return this.#options.retry === true && isLost(standing(task));
  }

  #noteSettled(task: AnyTask, place: number): void {
    if (task.isSettled()) this.settled.push(place);
  }

  // Goes on from the end of the way until that is at its root again. Returns the steps left.
  #climb(steps: number): number {
    const path = this.#path;
    const next = this.#next;
    const roster = this.#roster;
    let left = steps;
    while (path.length > 0 && left > 0) {
      const top = path.length - 1;
      const links = (path[top] as AnyTask)._links;
      let k = next[top] as number;
      let isDeeper = false;
      while (k < links.length && left > 0 && !isDeeper) {
        const prerequisite = links[k] as AnyTask;
        k += 2;
        const place = roster.markOf(prerequisite);
        if (place >= 0) continue;
        if (place === ENTERING) throw this.#cycle(prerequisite);
        left--;
        isDeeper = this.#enter(prerequisite, 0);
      }
      next[top] = k;
      if (!isDeeper && left > 0) left = this.#leave(top, left);
    }
    return left;
  }

  // All behind the last task of the way is entered: it gets its own place, and its edges.
  #leave(top: number, steps: number): number {
    const roster = this.#roster;
    const task = this.#path[top] as AnyTask;
    const links = task._links;
    const { length } = links;
    let k = this.#next[top] as number;
    const place = k === length ? this.#arrive(task, top === 0) : roster.placeOf(task);
    const end = Math.min(2 * length, k + 2 * steps);
    let left = steps;
    for (; k < end; k += 2, left--) {
      const below = roster.placeOf(links[k - length] as AnyTask);
      if (below === -1) continue;
      if (below < this.first) this.crossings.push(below, place);
      else {
        roster.edges.add(below, place);
        (roster.unmet[place] as number)++;
      }
    }
    this.#next[top] = k;
    if (k < 2 * length) return 0;
    this.#path.pop();
    this.#next.pop();
    return left;
  }

  #arrive(task: AnyTask, isRoot: boolean): number {
    const { flags, rootFlags = 0 } = this.#options;
    const place = this.#roster.enter(task, flags | LINKED | (isRoot ? rootFlags : 0));
    if (task._state !== "PENDING") this.#noteSettled(task, place);
    return place;
  }

  #cycle(start: AnyTask): CycleError {
    return new CycleError(cycleOf(this.#path.slice(this.#path.lastIndexOf(start))));
  }
}
