// The tasks that one run (or queue, or plan) deals with, and what it keeps about each: numbers in arrays, by the task's place.
// A task knows its place in the first roster that it is on; further rosters look it up in a map.

import { Adjacency, extend } from "./adjacency.ts";
import { weightOf, type Durations } from "./durations.ts";
import { isSoft, type Watcher } from "./node.ts";
import type { Policy } from "./policy.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** What a run last took into account about a task. */
export const OPEN = 0;
export const DONE = 1;
export const FAILED = 2;
export const CANCELLED = 3;

/** How a task counts at present: {@link OPEN}, {@link DONE}, {@link FAILED} or {@link CANCELLED}. */
export function standing(task: AnyTask): number {
  switch (task._state) {
    case "DONE":
      return DONE;
    case "FAILED":
      return FAILED;
    case "CANCELLED":
      return CANCELLED;
    default:
      return OPEN;
  }
}

/** Whether a standing is one of the two that hold dependents up for good. */
export function isLost(seen: number): boolean {
  return seen >= FAILED;
}

/** Whether a prerequisite of this standing holds `dependent` up no more. */
export function frees(seen: number, dependent: AnyTask, prerequisite: AnyTask): boolean {
  return seen === DONE || (isLost(seen) && isSoft(dependent, prerequisite));
}

/** Flags of a place. */
export const MEMBER = 1; // to be made here, not only waited for
export const WANTED = 2; // to be handed out when it settles
export const LINKED = 4; // its prerequisites are on the roster too

/** The place of a task that a walk has met and not left yet. */
export const ENTERING = -2;

const FIRST = 16;
const NOWHERE = new Int32Array(0);
const NO_NUMBERS = new Float64Array(0);

/** How many tasks are dealt with before somebody looks at the time. */
export const STRETCH = 512;

/** A list of tasks with a place for each, entered once. */
export class Roster {
  readonly tasks: AnyTask[] = [];
  /** The edges among them, to those that are {@link LINKED}. */
  readonly edges: Adjacency = new Adjacency();
  /** Its standing when it was last looked at. */
  seen: Uint8Array = new Uint8Array(FIRST);
  flags: Uint8Array = new Uint8Array(FIRST);
  /** How many prerequisites a task still waits for. */
  unmet: Int32Array = new Int32Array(FIRST);
  /** The longest path from the task to the end of the graph, itself included: in milliseconds if those are known, else in tasks. */
  rank: Float64Array = new Float64Array(FIRST);
  /** The greatest priority of the task and its dependents; kept only if any task has one. */
  urgency: Float64Array = NO_NUMBERS;
  /** Its position in the order of start, by place, and the place at each position; empty if that order is not known. */
  positions: Int32Array = NOWHERE;
  planned: Int32Array = NOWHERE;
  /** How many milliseconds its last attempt took, NaN unless that began on this roster's time. */
  took: Float64Array = new Float64Array(FIRST);
  /** When the tasks on it began to be made. */
  startedAt: number = Infinity;
  /** Whether any task has a priority, so that urgencies matter. */
  isUrgent = false;
  /** Whether some tasks are longer than others. */
  isWeighted = false;
  /** Whether any task has options that may ask for more than there is. */
  isDemanding = false;
  readonly #watcher: Watcher | undefined;
  readonly #durations: Durations | undefined;
  readonly #others = new Map<AnyTask, number>();

  /** Without a watcher the tasks know nothing of it. */
  constructor(watcher?: Watcher, durations?: Durations) {
    this.#watcher = watcher;
    this.#durations = durations;
  }

  /** The place of a task, or -1. */
  placeOf(task: AnyTask): number {
    const place = this.markOf(task);
    return place < 0 ? -1 : place;
  }

  /** The place of a task, ENTERING, or -1. */
  markOf(task: AnyTask): number {
    if (task._watcher === this.#watcher && this.#watcher !== undefined) return task._place;
    return this.#others.size === 0 ? -1 : (this.#others.get(task) ?? -1);
  }

  /** Marks a task that is to be entered later. */
  mark(task: AnyTask): void {
    this.#remember(task, ENTERING);
  }

  /** Enters a task that is not on the roster and returns its place. */
  enter(task: AnyTask, flags: number): number {
    const place = this.tasks.push(task) - 1;
    if (place === this.flags.length) this.reserve(place + 1);
    this.flags[place] = flags;
    if (task._extra !== undefined || this.#durations !== undefined) this.#assess(task, place, task._extra?.policy);
    else this.rank[place] = 1;
    this.#remember(task, place);
    return place;
  }

  // A task that has a watcher already knows its place there only.
  #remember(task: AnyTask, place: number): void {
    const watcher = this.#watcher;
    const isElsewhere = this.#others.size > 0 && this.#others.has(task);
    if (watcher !== undefined && !isElsewhere && (task._watcher === undefined || task._watcher === watcher)) {
      task._watcher = watcher;
      task._place = place;
      return;
    }
    if (watcher !== undefined && !isElsewhere) (task._extras().watchers ??= []).push(watcher);
    this.#others.set(task, place);
  }

  #assess(task: AnyTask, place: number, policy: Policy | undefined): void {
    const weight = weightOf(task, this.#durations);
    this.rank[place] = weight;
    if (weight !== 1) this.isWeighted = true;
    if (policy === undefined) return;
    if (policy.uses !== undefined || policy.queue !== undefined) this.isDemanding = true;
    if (policy.priority === 0) return;
    if (!this.isUrgent) this.urgency = new Float64Array(this.flags.length);
    this.isUrgent = true;
    this.urgency[place] = policy.priority;
  }

  /** Whether of two places the first is to start before the other: by urgency, then by the longest remaining path, then by age. */
  comesBefore(a: number, b: number): boolean {
    const { rank, tasks, urgency, isUrgent } = this;
    if (isUrgent && urgency[a] !== urgency[b]) return (urgency[a] as number) > (urgency[b] as number);
    if (rank[a] !== rank[b]) return (rank[a] as number) > (rank[b] as number);
    return (tasks[a] as AnyTask).id < (tasks[b] as AnyTask).id;
  }

  /** Forgets the order of start, which has changed. */
  unposition(): void {
    this.positions = this.planned = NOWHERE;
  }

  /** How much a task adds to the length of a path. */
  weigh(task: AnyTask): number {
    return this.isWeighted ? weightOf(task, this.#durations) : 1;
  }

  /** Makes room for so many places, if there is less. */
  reserve(places: number): void {
    if (places <= this.flags.length) return;
    const length = Math.max(places, 2 * this.flags.length);
    this.seen = extend(new Uint8Array(length), this.seen);
    this.flags = extend(new Uint8Array(length), this.flags);
    this.unmet = extend(new Int32Array(length), this.unmet);
    this.rank = extend(new Float64Array(length), this.rank);
    if (this.isUrgent) this.urgency = extend(new Float64Array(length), this.urgency);
    this.took = extend(new Float64Array(length), this.took);
    this.edges.reserve(length);
  }

  /** Adds flags to a place. */
  flag(place: number, flags: number): void {
    this.flags[place] = (this.flags[place] as number) | flags;
  }

  /** Takes flags from a place. */
  unflag(place: number, flags: number): void {
    this.flags[place] = (this.flags[place] as number) & ~flags;
  }

  has(place: number, flags: number): boolean {
    return ((this.flags[place] as number) & flags) !== 0;
  }

  /** Takes the tasks from place `from` on off the roster, with the edges after the first `edges`, as if they had never been on it. */
  forget(from: number, edges: number): void {
    for (const task of this.tasks.splice(from)) this.release(task);
    for (const list of [this.seen, this.flags, this.unmet, this.rank, this.urgency, this.took]) list.fill(0, from);
    this.edges.forget(from, edges);
  }

  /** Its unfinished tasks that others wait for too: they have to know what will not be started here. */
  shared(): AnyTask[] {
    return this.tasks.filter((task) => task._extra?.watchers !== undefined && !task.isSettled());
  }

  /** Lets go of all tasks, in steps; what it knows of them stays. */
  *leave(): Generator<void, void> {
    const { length } = this.tasks;
    for (let from = 0; from < length; from += STRETCH, yield) this.#leave(from, Math.min(length, from + STRETCH));
  }

  #leave(from: number, to: number): void {
    for (let place = from; place < to; place++) {
      if (this.seen[place] === OPEN) this.time(place);
      this.release(this.tasks[place] as AnyTask);
    }
  }

  /** Notes how long the last attempt of a task took. */
  time(place: number): void {
    this.took[place] = (this.tasks[place] as AnyTask)._took(this.startedAt);
  }

  /** Lets go of one task. */
  release(task: AnyTask): void {
    if (task._watcher === this.#watcher) {
      task._watcher = undefined;
      return;
    }
    this.#others.delete(task);
    const extra = task._extra;
    if (extra?.watchers === undefined) return;
    extra.watchers = extra.watchers.filter((watcher) => watcher !== this.#watcher);
    if (extra.watchers.length === 0) delete extra.watchers;
  }
}
