// The lowest common ground of everything that walks the graph: how a task is recognised, what a soft edge is, who watches.

import type { NewEdges } from "./edges.ts";
import type { Emitter } from "./events.ts";
import type { Clock } from "./platform.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** How a task is told from other objects. */
export const TASK: unique symbol = Symbol("thence.task");

/** Whether a value is a task. */
export function isTask(value: unknown): value is AnyTask {
  return typeof value === "object" && value !== null && TASK in value;
}

/** A soft edge to a task, as `settled(task)` makes it. */
export class SettledEdge<R> {
  readonly task: Task<R>;

  constructor(task: Task<R>) {
    this.task = task;
  }
}

/** The task at the other end of a requirement. */
export function taskOf(entry: Task<unknown> | SettledEdge<unknown>): AnyTask {
  return entry instanceof SettledEdge ? entry.task : entry;
}

/** Whether the edge between the two is soft: `settled(prerequisite)`. */
export function isSoft(dependent: AnyTask, prerequisite: AnyTask): boolean {
  return dependent._extra?.soft?.has(prerequisite) ?? false;
}

/** Whether `dependent` need not wait for `prerequisite` any more: it is DONE or, over a soft edge, settled. */
export function isSatisfied(dependent: AnyTask, prerequisite: AnyTask): boolean {
  if (prerequisite._state === "DONE") return true;
  return isSoft(dependent, prerequisite) && prerequisite.isSettled();
}

/** What drives tasks, or waits for them, and so has to hear of every step: the schedulers of runs and queues. */
export interface Watcher {
  readonly clock: Clock;
  /** Where the listeners of the run or queue are; `undefined` while there are none. */
  readonly emitter: Emitter | undefined;
  /** A task has changed its state; told after every listener, and before any watcher does its `work`. */
  hear(task: AnyTask): void;
  /** All has been told. */
  work(): void;
  /** Whether it is under way and would start this task in time; `asked` are those who wait for the answer. */
  drives(task: AnyTask, asked: Set<Watcher>): boolean;
  /** Whether a task waits there for its retry. */
  isWaiting(task: AnyTask): boolean;
  /** Whether it is about to return this settled task to PENDING. */
  repairs(task: AnyTask): boolean;
  /** Throws if it could not make `tasks`, which one of its own is to require from now on. */
  check(tasks: readonly AnyTask[]): void;
  /** `dependent` requires more from now on. */
  required(dependent: AnyTask, edges: NewEdges): void;
}
