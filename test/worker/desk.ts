// A queue whose claims are handed out by a test, so that each way in which an attempt can end is played without an engine.

import { CancelledError, JobLostError, type JobHandle, type JobRequest, type Queue } from "thence";
import type { Claim, ClaimOutcome, ConsumeOptions, Consumer, WorkableQueue } from "thence/worker";

/** A claim in the hands of a worker. */
export interface Handed {
  /** What the worker says became of it. */
  readonly outcome: Promise<ClaimOutcome>;
  readonly logged: readonly string[];
  readonly progressed: readonly unknown[];
  /** As when somebody cancels the job. */
  cancel(reason?: string): void;
  /** As when the lease has passed to another worker. */
  lose(): void;
}

/** A queue whose claims come from the test. */
export class Desk implements WorkableQueue {
  readonly supports: Queue["supports"] = {
    abort: "cooperative",
    durable: false,
    priority: false,
    delay: false,
    progress: true,
    logs: true,
  };
  /** What was submitted from within jobs. */
  readonly submitted: JobRequest[] = [];
  /** What the worker asked for, once it has begun. */
  readonly consumed: Promise<ConsumeOptions>;
  /** Whether the worker has said that it takes nothing more. */
  isStopped = false;
  readonly #begun = Promise.withResolvers<ConsumeOptions>();
  readonly #end = Promise.withResolvers<void>();
  readonly #open = new Set<Promise<unknown>>();
  #execute: ((claim: Claim) => Promise<ClaimOutcome>) | undefined;
  #count = 0;

  constructor() {
    this.consumed = this.#begun.promise;
  }

  consume(options: ConsumeOptions, execute: (claim: Claim) => Promise<ClaimOutcome>): Consumer {
    this.#execute = execute;
    this.#begun.resolve(options);
    return { stop: () => this.end(), ended: this.#end.promise };
  }

  /** Gives the worker a job, once it has begun. */
  async hand(job: string, input?: unknown, claim: Partial<Claim> = {}): Promise<Handed> {
    await this.consumed;
    const controller = new AbortController();
    const [logged, progressed]: [string[], unknown[]] = [[], []];
    const outcome = this.#execute!({
      id: `id-${++this.#count}`,
      job,
      attempt: 1,
      failures: 0,
      lastError: undefined,
      signal: controller.signal,
      input: input === undefined ? undefined : JSON.stringify(input),
      log: (line) => void logged.push(line),
      progress: (progress) => void progressed.push(progress),
      ...claim,
    });
    this.#open.add(outcome);
    void outcome.then(() => this.#open.delete(outcome));
    const cancel = (reason?: string): void => controller.abort(new CancelledError(reason));
    return { outcome, logged, progressed, cancel, lose: () => controller.abort(new JobLostError("lost")) };
  }

  /** Hands out nothing more, as when the worker has said so or nothing is left. */
  async end(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.#open);
    this.#end.resolve();
  }

  /** As when the storage of the queue is gone. */
  fail(error: Error): void {
    this.#end.reject(error);
  }

  async submit(request: JobRequest): Promise<JobHandle> {
    this.submitted.push(request);
    return { id: request.id ?? `submitted-${this.submitted.length}` } as JobHandle;
  }

  async find(): Promise<undefined> {
    return undefined;
  }

  async *jobs(): AsyncGenerator<never> {
    // Nothing is kept.
  }

  async close(): Promise<void> {
    this.isStopped = true;
  }
}
