// The handle of a job in this program.

import { JoinTimeoutError, outcomeOfJob, QueueClosedError } from "../../core/job-errors.ts";
import type { JobEvents, JobHandle, JobInfo, WaitOptions } from "../../core/job-queue.ts";
import { fromJSON } from "../../core/json.ts";
import { startTimer } from "../clock.ts";
import { checkFrom, checkListener, checkReason, checkWait } from "../request.ts";
import type { LocalJob } from "./job.ts";

/** What a handle needs of its queue. */
export interface Owner {
  readonly isClosed: boolean;
  cancel(job: LocalJob, reason: string | undefined): boolean;
}

/** A job as its users see it. */
export class LocalHandle implements JobHandle {
  readonly #job: LocalJob;
  readonly #owner: Owner;

  constructor(job: LocalJob, owner: Owner) {
    this.#job = job;
    this.#owner = owner;
  }

  get id(): string {
    return this.#job.id;
  }

  async info(): Promise<JobInfo> {
    return this.#job.info();
  }

  async join(options?: WaitOptions): Promise<JobInfo> {
    await this.#end(options);
    return this.#job.info();
  }

  async result(options?: WaitOptions): Promise<unknown> {
    const job = this.#job;
    if (options !== undefined) await this.#end(options);
    else if (!job.hasEnded && !(this.#owner.isClosed && job.isWaiting)) {
      // The common case has one promise only.
      await new Promise<void>((resolve) => (job.waiters ??= []).push(resolve));
    }
    if (!job.hasEnded) throw closed(job);
    return job.state === "done" ? fromJSON(job.result) : outcomeOfJob(job.info());
  }

  async cancel(reason?: string): Promise<boolean> {
    checkReason(reason);
    return this.#owner.cancel(this.#job, reason);
  }

  async logs(from: number = 0): Promise<readonly string[]> {
    checkFrom(from);
    return this.#job.rare.lines?.slice(from) ?? [];
  }

  on<E extends keyof JobEvents>(event: E, listener: JobEvents[E]): this {
    checkListener(event, listener);
    this.#job.on(event, listener);
    return this;
  }

  off<E extends keyof JobEvents>(event: E, listener: JobEvents[E]): this {
    this.#job.off(event, listener);
    return this;
  }

  async #end(options: WaitOptions = {}): Promise<void> {
    checkWait(options);
    const { timeout = Infinity, signal } = options;
    if (!this.#job.hasEnded) await this.#wait(timeout, signal);
    if (!this.#job.hasEnded) throw closed(this.#job);
  }

  async #wait(timeout: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#owner.isClosed && this.#job.isWaiting) return;
    const job = this.#job;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    (job.waiters ??= []).push(resolve);
    const stop = (): void => reject(signal?.reason as Error);
    signal?.addEventListener("abort", stop, { once: true });
    const expire = (): void => {
      reject(new JoinTimeoutError(`job ${job.id} has not ended within ${timeout} ms; it is ${job.state}`));
    };
    const timer = timeout === Infinity ? undefined : startTimer(timeout, expire);
    try {
      await promise;
    } finally {
      timer?.stop();
      signal?.removeEventListener("abort", stop);
      const index = job.waiters?.indexOf(resolve) ?? -1;
      if (index >= 0) job.waiters?.splice(index, 1);
    }
  }
}

function closed(job: LocalJob): QueueClosedError {
  return new QueueClosedError(`the queue was closed before job ${job.id} had ended`);
}
