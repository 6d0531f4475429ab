// Attempts that wait in a queue of somebody else's: QUEUED until the queue calls back, and ours to take back until then.

import type { Attempt } from "./attempt.ts";
import { CancelledError, ReleasedError } from "./errors.ts";
import { act, isThenable } from "./events.ts";
import { isJobQueue } from "./job-queue.ts";
import { platform } from "./platform.ts";
import { enqueue, type AnyQueue, type ClosureQueue } from "./queue.ts";
import { handToJobQueue } from "./remote.ts";
import type { Scheduler } from "./scheduler.ts";
import { step } from "./step.ts";
import type { Task } from "./task.ts";
import { awaitTurn, isTurnSpent } from "./turns.ts";

type AnyTask = Task<unknown>;

let handed = 0;

/** The attempts of a scheduler that are in queues. */
export class Handover {
  readonly #scheduler: Scheduler;
  /** The run's name in the ids of requests. */
  #runId: string | undefined;
  readonly #queued = new Map<AnyTask, Attempt>();
  /** What lets attempts go on that gave their places back and have asked for new ones. */
  readonly #returning = new Map<Attempt, () => void>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get size(): number {
    return this.#queued.size;
  }

  /** Makes the task QUEUED and hands the attempt to the queue. */
  submit(attempt: Attempt, queue: AnyQueue, at: number): void {
    const { task } = attempt;
    this.#queued.set(task, attempt);
    step(task, "queue", at, attempt);
    if (!this.#isQueued(attempt)) return;
    const refuse = (error: unknown): void => {
      // Given back before it was there: then there is nothing to take back.
      if (attempt.stop !== undefined) return attempt.end(false, attempt.stop);
      if (!this.#isQueued(attempt)) return;
      this.#take(attempt);
      this.#scheduler.refused(task, error);
      this.#scheduler.stopped(attempt, false);
    };
    if (!isJobQueue(queue)) return this.#enqueue(queue, attempt, () => this.#enter(attempt), refuse);
    const { roster, settings } = this.#scheduler;
    const priority = roster.urgency[roster.placeOf(task)] ?? 0;
    this.#runId ??= settings.runId ?? crypto.randomUUID();
    const from = { runId: this.#runId, mayResume: settings.runId !== undefined, priority };
    handToJobQueue(queue, attempt, from, () => this.#begin(attempt)).catch(refuse);
  }

  /** Asks the queue for a place again, for an attempt that gave its place back; `resume` is called when it has one. */
  resubmit(attempt: Attempt, queue: AnyQueue, resume: () => void): void {
    this.#returning.set(attempt, resume);
    const enter = (): Promise<void> => {
      if (!this.#returning.has(attempt)) return Promise.resolve();
      const left = promiseOfLeaving(attempt);
      act(() => this.goOn(attempt));
      return left;
    };
    // What waits in `make()` runs here, so that its queue is one of closures.
    this.#enqueue(queue as ClosureQueue, attempt, once(enter), () => this.goOn(attempt));
  }

  /** Lets an attempt go on that has asked for a place again, whether it has got one or not. */
  goOn(attempt: Attempt): void {
    const resume = this.#returning.get(attempt);
    this.#returning.delete(attempt);
    resume?.();
  }

  #enqueue(queue: ClosureQueue, attempt: Attempt, run: () => Promise<void>, refuse: (error: unknown) => void): void {
    const { task } = attempt;
    const urgency = this.#scheduler.roster.urgency[this.#scheduler.roster.placeOf(task)] ?? 0;
    try {
      const returned = enqueue(queue, run, task, {
        priority: urgency,
        id: `${task.id}.${attempt.attempt}.${++handed}`,
      });
      if (isThenable(returned)) returned.then(undefined, refuse);
    } catch (error) {
      refuse(error);
    }
  }

  #enter(attempt: Attempt): Promise<void> {
    if (!this.#isQueued(attempt)) return Promise.resolve();
    const left = promiseOfLeaving(attempt);
    this.#begin(attempt);
    return left;
  }

  #begin(attempt: Attempt): void {
    act(() => {
      if (isTurnSpent(platform.clock.now())) awaitTurn(() => this.#start(attempt));
      else this.#start(attempt);
    });
  }

  #start(attempt: Attempt): void {
    const { task, queue } = attempt;
    if (!this.#isQueued(attempt)) {
      // The task has been taken away. Of a job that has begun, the end is waited for.
      if (isJobQueue(queue)) attempt.follow(attempt.run() as Promise<unknown>);
      else attempt.leaveQueue?.();
      return;
    }
    // A prerequisite has been reset meanwhile. A job has its input already, and has begun.
    if (task.isBlocked() && !isJobQueue(queue)) return step(task, "release", this.#scheduler.clock.now());
    this.#take(attempt);
    attempt.start(this.#scheduler.clock.now());
  }

  #isQueued(attempt: Attempt): boolean {
    const { task } = attempt;
    return this.#queued.get(task) === attempt && task._state === "QUEUED" && task._value === attempt;
  }

  #take(attempt: Attempt): void {
    this.#queued.delete(attempt.task);
  }

  /** Forgets an attempt whose task is not QUEUED any more, by somebody else's doing. */
  look(task: AnyTask): void {
    const attempt = this.#queued.get(task);
    if (attempt === undefined || this.#isQueued(attempt)) return;
    this.#take(attempt);
    if (attempt.phase !== "running") return;
    // A job queue may be about to execute it, or does already: it has stopped once that queue says so.
    if (!isHandedOver(attempt)) this.#scheduler.stopped(attempt, false);
    else attempt.disown(task._value instanceof CancelledError ? task._value : undefined);
  }

  /** Takes back all that the queues have not called yet: from job queues, once they say that it will not run, or has stopped. */
  releaseAll(): void {
    for (const attempt of this.#queued.values()) {
      if (!this.#isQueued(attempt)) continue;
      if (isJobQueue(attempt.queue)) attempt.abort(new ReleasedError(attempt.task));
      else step(attempt.task, "release", this.#scheduler.now());
    }
  }
}

function isHandedOver({ queue, leaveQueue }: Attempt): boolean {
  return leaveQueue !== undefined && isJobQueue(queue);
}

function promiseOfLeaving(attempt: Attempt): Promise<void> {
  return new Promise((resolve) => {
    attempt.leaveQueue = resolve;
  });
}

function once(call: () => Promise<void>): () => Promise<void> {
  let called = false;
  return () => {
    if (called) return Promise.resolve();
    called = true;
    return call();
  };
}
