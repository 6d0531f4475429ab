// Retries that wait: no slot, no resource, only a timer. The task is PENDING and belongs to this scheduler until it starts again.

import type { Scheduler } from "./scheduler.ts";
import { notify, step } from "./step.ts";
import type { Task } from "./task.ts";
import { Timer } from "./timer.ts";
import { judgeExpiry, judgeRetry, timeLeft } from "./verdict.ts";

type AnyTask = Task<unknown>;

interface Wait {
  /** Until the next attempt; `undefined` once that is due. */
  delay: Timer | undefined;
  /** Until the task's deadline. */
  readonly deadline: Timer | undefined;
}

/** The tasks of a scheduler that wait for their next attempt. */
export class Backoffs {
  readonly #scheduler: Scheduler;
  readonly #waits = new Map<AnyTask, Wait>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** Whether some task will be tried again, or will fail, in time. */
  get isBusy(): boolean {
    for (const { delay, deadline } of this.#waits.values())
      if (delay !== undefined || deadline !== undefined) return true;
    return false;
  }

  /** Whether a task must go on waiting. */
  has(task: AnyTask): boolean {
    return this.#waits.size > 0 && this.#waits.get(task)?.delay !== undefined;
  }

  /** A RUNNING task has failed and is to be tried again in `delay` milliseconds. */
  retry(task: AnyTask, error: unknown, delay: number): void {
    const held = this.#scheduler.phase === "open";
    if (held) this.#wait(task, delay);
    step(task, "retry", this.#scheduler.now(), undefined, held ? { error, delay } : { error });
  }

  /** A RUNNING task is given back. Its deadline counts from the next attempt on: that nobody wanted it is not its fault. */
  release(task: AnyTask, reason: unknown): void {
    if (task._extra !== undefined) task._extra.firstStart = undefined;
    step(task, "release", this.#scheduler.now(), undefined, { reason });
  }

  /** A QUEUED task was refused by its queue. */
  refused(task: AnyTask, error: unknown): void {
    const now = this.#scheduler.now();
    const { event, value, delay = 0 } = judge(task, error, now);
    const isRetried = event === "retry";
    if (!isRetried) task._extras().holder = this.#scheduler;
    else if (this.#scheduler.phase === "open") this.#wait(task, delay);
    step(task, "release", now, undefined, { error });
    if (!isRetried && task._state === "PENDING") step(task, event, now, value);
  }

  #wait(task: AnyTask, delay: number): void {
    this.#drop(task);
    const { clock } = this.#scheduler;
    const extra = task._extras();
    extra.holder = this.#scheduler;
    const left = extra.firstStart === undefined ? Infinity : timeLeft(task, clock.now());
    this.#waits.set(task, {
      delay: delay > 0 ? new Timer(clock, delay, () => this.#wake(task)) : undefined,
      deadline: left === Infinity ? undefined : new Timer(clock, Math.max(0, left), () => this.#expire(task)),
    });
  }

  #wake(task: AnyTask): void {
    const wait = this.#waits.get(task);
    if (wait !== undefined) wait.delay = undefined;
    this.#scheduler.hear(task);
    this.#scheduler.work();
  }

  #expire(task: AnyTask): void {
    if (task._state !== "PENDING" && task._state !== "QUEUED") return;
    const { event, value } = judgeExpiry(task);
    step(task, event, this.#scheduler.clock.now(), value);
  }

  /** Stops the timers of a task that waits no more. */
  look(task: AnyTask): void {
    if (task._state !== "PENDING" && task._state !== "QUEUED") this.#drop(task);
  }

  #drop(task: AnyTask): void {
    const wait = this.#waits.get(task);
    wait?.delay?.stop();
    wait?.deadline?.stop();
    this.#waits.delete(task);
  }

  /** Gives all waiting tasks up: whoever else drives them may take them. */
  dropAll(): void {
    for (const task of this.#waits.keys()) {
      this.#drop(task);
      if (task._extra?.holder === this.#scheduler) task._extra.holder = undefined;
      if (task._extra !== undefined) task._extra.firstStart = undefined; // as for a release
      notify(task);
    }
  }
}

function judge(task: AnyTask, error: unknown, now: number): ReturnType<typeof judgeRetry> {
  try {
    return judgeRetry(task, error, task.attempts, now);
  } catch (thrown) {
    return { event: "error", value: thrown };
  }
}
