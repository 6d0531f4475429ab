// The tasks that one run (or queue, or plan) deals with, and what it keeps about each: numbers in arrays, by the task's place.
// A task knows its place in the first roster that it is on; further rosters look it up in a map.

import { isSoft, type Watcher } from "./node.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** What a run last took into account about a task. */
export const OPEN = 0;
export const DONE = 1;
export const LOST = 2;

/** How a task counts at present: {@link OPEN}, {@link DONE}, or {@link LOST} (failed or cancelled). */
export function standing(task: AnyTask): number {
  const state = task._state;
  return state === "DONE" ? DONE : state === "FAILED" || state === "CANCELLED" ? LOST : OPEN;
}

/** Whether a prerequisite of this standing holds `dependent` up no more. */
export function frees(seen: number, dependent: AnyTask, prerequisite: AnyTask): boolean {
  return seen === DONE || (seen === LOST && isSoft(dependent, prerequisite));
}

/** Flags of a place. */
export const MEMBER = 1; // to be made here, not only waited for
export const WANTED = 2; // to be yielded when it settles
export const LINKED = 4; // its prerequisites are on the roster too
export const CLOSED = 8; // a walk has been through all its prerequisites

/** A list of tasks with a place for each, entered once. */
export class Roster {
  readonly tasks: AnyTask[] = [];
  /** How many prerequisites a task still waits for. */
  readonly unmet: number[] = [];
  /** Its standing when it was last looked at. */
  readonly seen: number[] = [];
  readonly flags: number[] = [];
  /** The longest path from the task to the end of the graph, in tasks. */
  readonly rank: number[] = [];
  /** The greatest priority of the task and its dependents. */
  readonly urgency: number[] = [];
  readonly #watcher: Watcher | undefined;
  readonly #others = new Map<AnyTask, number>();

  /** Without a watcher the tasks know nothing of it. */
  constructor(watcher?: Watcher) {
    this.#watcher = watcher;
  }

  /** The place of a task, or -1. */
  placeOf(task: AnyTask): number {
    if (task._watcher === this.#watcher && this.#watcher !== undefined) return task._place;
    return this.#others.size === 0 ? -1 : (this.#others.get(task) ?? -1);
  }

  /** Enters a task that is not on the roster and returns its place. */
  enter(task: AnyTask, flags: number): number {
    const place = this.tasks.length;
    this.tasks.push(task);
    this.unmet.push(0);
    this.seen.push(OPEN);
    this.flags.push(flags);
    this.rank.push(0);
    this.urgency.push(task._policy?.priority ?? 0);
    if (this.#watcher !== undefined && task._watcher === undefined) {
      task._watcher = this.#watcher;
      task._place = place;
    } else {
      this.#others.set(task, place);
      if (this.#watcher !== undefined) (task._extras().watchers ??= []).push(this.#watcher);
    }
    return place;
  }

  /** Takes the tasks from place `from` on off the roster. They remain in `tasks` if `keep` is set, for a summary. */
  leave(from = 0, keep = false): void {
    for (let place = this.tasks.length - 1; place >= from; place--) {
      const task = this.tasks[place] as AnyTask;
      if (task._watcher === this.#watcher && this.#watcher !== undefined) task._watcher = undefined;
      else this.#drop(task);
    }
    if (keep) return;
    for (const list of [this.tasks, this.unmet, this.seen, this.flags, this.rank, this.urgency]) list.length = from;
  }

  #drop(task: AnyTask): void {
    this.#others.delete(task);
    const extra = task._extra;
    if (extra?.watchers === undefined) return;
    extra.watchers = extra.watchers.filter((watcher) => watcher !== this.#watcher);
    if (extra.watchers.length === 0) delete extra.watchers;
  }
}
