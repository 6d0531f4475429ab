// The port to closure queues: whatever can call a function later in this process. A refusal is a throw or a rejection. (That to job
// queues is job-queue.ts.)

import { isJobQueue, type Queue } from "./job-queue.ts";
import type { Task } from "./task.ts";

/**
 * A queue as a function: it calls `run()` whenever it likes, once. `run()` returns a promise that resolves when the attempt has
 * ended, however it ended, and never rejects. To throw or to reject before `run()` was called refuses the task.
 *
 * A task that waits in `context.make()` gives its place back and comes to the queue a second time to go on.
 */
export type QueueFunction = (run: () => Promise<void>, task: Task<unknown>) => unknown;

/** A queue as an object with `add`, such as p-queue's `PQueue`. `priority` is the task's urgency, greater sooner. */
export interface AddQueue {
  add(run: () => Promise<void>, options: { priority: number; id: string }): unknown;
}

/** What `queue` takes. */
export type ClosureQueue = QueueFunction | AddQueue;

function isQueue(value: unknown): value is ClosureQueue {
  return (
    typeof value === "function" ||
    (typeof value === "object" && value !== null && typeof (value as { add?: unknown }).add === "function")
  );
}

/** What `queue` takes in all: a closure queue, or a job queue. */
export type AnyQueue = ClosureQueue | Queue;

/** What `queue` takes, in words. */
export const QUEUE_KINDS = "a function, an object with add(), or a job queue";

/** Whether a value can be used as a queue of either kind. */
export function isAnyQueue(value: unknown): value is AnyQueue {
  return isQueue(value) || isJobQueue(value);
}

/**
 * Where the attempts of a task go: its own queue or the run's; `undefined` for right here. Functions do not go to a job queue, which
 * carries names only.
 */
export function queueOf(
  task: Task<unknown>,
  run: { queue: AnyQueue | undefined; queues: ReadonlyMap<string, AnyQueue> },
): AnyQueue | undefined {
  const own = task._extra?.policy?.queue;
  const queue = own === undefined ? run.queue : typeof own === "string" ? run.queues.get(own) : own;
  return queue !== undefined && isJobQueue(queue) && task._extra?.job === undefined ? undefined : queue;
}

/** Hands an attempt over; throws or rejects what the queue refuses with. */
export function enqueue(
  queue: ClosureQueue,
  run: () => Promise<void>,
  task: Task<unknown>,
  options: { priority: number; id: string },
): unknown {
  return typeof queue === "function" ? queue(run, task) : queue.add(run, options);
}
