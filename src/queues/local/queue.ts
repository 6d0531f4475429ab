// The queue of threads() and processes(): keeps its jobs in memory, decides which comes next and what becomes of it; a pool executes.

import { randomUUID } from "node:crypto";
import { unknownJob } from "../../core/execute.ts";
import { JobRefusedError, QueueClosedError } from "../../core/job-errors.ts";
import type { ErrorRecord, JobFilter, JobHandle, JobInfo, JobRequest, Queue, Supports } from "../../core/job-queue.ts";
import { recordError } from "../../core/json.ts";
import { retryDelay, retryOf } from "../../core/policy.ts";
import { CLOCK, startTimer } from "../clock.ts";
import { checkFilter, checkFind, checkRequest } from "../request.ts";
import { LocalAttempt } from "./attempt.ts";
import { LocalHandle, type Owner } from "./handle.ts";
import { LocalJob, type Lender } from "./job.ts";
import { Limits } from "./limits.ts";
import type { KnownJob, Note, Reply, SubmitAnswer } from "./messages.ts";
import type { Pool, Source } from "./pool.ts";
import { ReadyJobs } from "./ready.ts";

const SUPPORTS: Supports = {
  abort: "forceful",
  durable: false,
  priority: true,
  delay: true,
  progress: true,
  logs: true,
};

/** The options that all queues in this program have. */
export interface LocalOptions {
  readonly grace: number;
  readonly keep: number;
}

/** A queue that lives and dies with its program. */
export class LocalQueue implements Queue, Owner, Source {
  readonly supports: Supports = SUPPORTS;
  readonly #options: LocalOptions;
  readonly #pool: Pool;
  readonly #jobs = new Map<string, LocalJob>();
  readonly #ready = new ReadyJobs();
  readonly #limits = new Limits();
  readonly #running = new Set<LocalAttempt>();
  readonly #prefix: string = randomUUID().slice(0, 8);
  #known: Map<string, KnownJob> | undefined;
  #serial = 0;
  // The ended jobs that are kept, the oldest first, from #oldest on.
  #ended: LocalJob[] = [];
  #oldest = 0;
  #closing: Promise<void> | undefined;
  #whenIdle: (() => void) | undefined;

  constructor(options: LocalOptions, createPool: (source: Source) => Pool) {
    this.#options = options;
    this.#pool = createPool(this);
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  submit(request: JobRequest): Promise<JobHandle> {
    return this.#submit(request, undefined);
  }

  /** @internal Executes one attempt of a job that another queue holds. */
  _execute(request: JobRequest, lender: Lender): Promise<JobHandle> {
    return this.#submit(request, lender);
  }

  async #submit(request: JobRequest, lender: Lender | undefined): Promise<JobHandle> {
    this.#checkOpen();
    const input = checkRequest(request);
    const known = this.#known ?? (await this.#load());
    this.#checkOpen();
    const { id = this.#newId(), job: name, delay = 0, limit = Infinity } = request;
    const present = this.#jobs.get(id);
    if (present !== undefined) return new LocalHandle(present, this);
    if (!known.has(name)) throw unknownJob(name, known.keys());
    if (limit !== Infinity) {
      if (request.whenFull === "refuse" && this.#limits.isFull(name, limit)) {
        throw new JobRefusedError(`there are ${limit} jobs ${JSON.stringify(name)} already, its limit`);
      }
    }
    const job = new LocalJob(id, request, input, lender);
    this.#jobs.set(id, job);
    if (limit !== Infinity) this.#limits.enter(job);
    if (delay > 0) this.#delay(job, delay);
    else this.#makeReady(job);
    return new LocalHandle(job, this);
  }

  async find(id: string): Promise<JobHandle | undefined> {
    this.#checkOpen();
    checkFind(id);
    const job = this.#jobs.get(id);
    return job && new LocalHandle(job, this);
  }

  async *jobs(filter: JobFilter = {}): AsyncIterable<JobInfo> {
    this.#checkOpen();
    checkFilter(filter);
    const { state, job: name } = filter;
    for (const job of Array.from(this.#jobs.values())) {
      if ((state === undefined || job.state === state) && (name === undefined || job.name === name)) yield job.info();
    }
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  /** @internal Stops a job that another queue holds, because of an error: with that it has failed. */
  _stop(id: string, why: ErrorRecord): void {
    const job = this.#jobs.get(id);
    if (job?.attempt !== undefined) job.attempt.stop(this.#pool, this.#options.grace, why);
    else if (job !== undefined && !job.hasEnded) {
      job.own.error = why;
      this.#end(job, "failed");
    }
  }

  /** @internal */
  cancel(job: LocalJob, reason: string | undefined): boolean {
    if (job.hasEnded) return false;
    if (reason !== undefined) job.own.reason ??= reason;
    if (job.attempt === undefined) this.#end(job, "cancelled");
    else job.attempt.stop(this.#pool, this.#options.grace, "cancel");
    return true;
  }

  /** @internal */
  get size(): number {
    return this.#ready.size;
  }

  /** @internal */
  hasWork(): boolean {
    return !this.isClosed && this.#ready.peek() !== undefined;
  }

  /** @internal */
  take(accept?: (job: string, timeout: number) => boolean): LocalAttempt | undefined {
    for (;;) {
      const job = this.isClosed ? undefined : this.#ready.peek();
      if (job === undefined) return undefined;
      const { limit = Infinity, timeout = this.#known?.get(job.name)?.timeout ?? Infinity } = job.request;
      if (accept !== undefined && !accept(job.name, timeout)) return undefined;
      this.#ready.pop(job);
      if (limit !== Infinity && !this.#limits.start(job)) continue;
      const attempt = new LocalAttempt(job, job.input, this.#settle);
      job.attempt = attempt;
      this.#running.add(attempt);
      return attempt;
    }
  }

  /** @internal */
  begin(attempt: LocalAttempt): void {
    if (attempt.hasBegun || attempt.hasEnded) return;
    attempt.hasBegun = true;
    const { job } = attempt;
    const { timeout = this.#known?.get(job.name)?.timeout ?? Infinity } = job.request;
    attempt.limit(timeout, this.#pool, this.#options.grace);
    job.begin();
  }

  /** @internal */
  note(attempt: LocalAttempt, note: Note, answer: (order: SubmitAnswer) => void): void {
    if (note.kind === "submit") void this.#submitFor(attempt.job, note.request, note.serial, answer);
    else if (note.kind === "log" && !attempt.hasEnded) attempt.job.log(note.line);
    else if (note.kind === "progress" && !attempt.hasEnded)
      attempt.job.advance({ value: note.value, total: note.total, message: note.message });
  }

  async #load(): Promise<Map<string, KnownJob>> {
    // To close the queue may be what ends it.
    const known = await this.#pool.load().finally(() => this.#checkOpen());
    return (this.#known ??= new Map(known.map((each) => [each.name, each])));
  }

  #newId(): string {
    let id: string;
    do id = `${this.#prefix}-${(this.#serial++).toString(36)}`;
    while (this.#jobs.has(id));
    return id;
  }

  #checkOpen(): void {
    if (this.isClosed) throw new QueueClosedError("the queue is closed");
  }

  #delay(job: LocalJob, ms: number): void {
    const { own } = job;
    own.notBefore = CLOCK.now() + ms;
    own.timer = startTimer(ms, () => {
      own.timer = undefined;
      this.#makeReady(job);
    });
  }

  #makeReady(job: LocalJob): void {
    this.#ready.push(job);
    this.#pool.wake();
  }

  readonly #settle = (attempt: LocalAttempt, reply: Omit<Reply, "key">): void => {
    const { job } = attempt;
    this.#running.delete(attempt);
    job.attempt = undefined;
    if (job.request.limit !== undefined && job.request.limit !== Infinity) {
      const next = this.#limits.stop(job);
      if (next !== undefined) this.#ready.push(next);
    }
    if (attempt.stopped === "cancel") this.#end(job, "cancelled");
    else if (attempt.stopped !== undefined) this.#fail(job, { ...reply, error: attempt.stopped, isFinal: false });
    else if (reply.isBack === true) this.#takeBack(job, attempt.hasBegun);
    else if (reply.error !== undefined) this.#fail(job, reply);
    else {
      job.result = reply.result;
      this.#end(job, "done");
    }
    if (this.#running.size === 0) this.#whenIdle?.();
  };

  #takeBack(job: LocalJob, hasBegun: boolean): void {
    if (this.isClosed) {
      if (hasBegun) this.#end(job, "cancelled");
      else job.wake();
      return;
    }
    job.state = "queued";
    if (hasBegun) job.attempts--;
    this.#ready.pushBack(job);
  }

  #fail(job: LocalJob, { error, isFinal }: Omit<Reply, "key">): void {
    const own = this.#known?.get(job.name)?.retry;
    const retry = retryOf("retry", job.request.retry ?? own);
    const { failures: before = 0 } = job.rare;
    const failures = before + 1;
    const isLast = isFinal === true && job.request.retry === undefined;
    if (this.isClosed || isLast || retry === undefined || failures > retry.limit) {
      job.own.error = error;
      return this.#end(job, "failed");
    }
    job.state = "queued";
    job.own.lastError = error;
    job.own.failures = failures;
    const ms = retryDelay(retry, failures);
    if (ms > 0) this.#delay(job, ms);
    else this.#makeReady(job);
  }

  #end(job: LocalJob, state: "done" | "failed" | "cancelled"): void {
    job.rare.timer?.stop();
    if (job.request.limit !== undefined && job.request.limit !== Infinity) this.#limits.leave(job);
    job.end(state);
    this.#ended.push(job);
    if (this.#ended.length - this.#oldest <= this.#options.keep) return;
    this.#jobs.delete((this.#ended[this.#oldest++] as LocalJob).id);
    if (this.#oldest < 1024 || this.#oldest * 2 < this.#ended.length) return;
    this.#ended = this.#ended.slice(this.#oldest);
    this.#oldest = 0;
  }

  async #submitFor(
    { rare: { lender } }: LocalJob,
    request: JobRequest,
    serial: number,
    answer: (order: SubmitAnswer) => void,
  ): Promise<void> {
    try {
      const id = lender === undefined ? (await this.submit(request)).id : await lender.submit(request);
      answer({ kind: "submitted", serial, id });
    } catch (error) {
      answer({ kind: "submitted", serial, error: recordError(error) });
    }
  }

  async #close(): Promise<void> {
    // Whoever is woken up is to find the queue closed; so is whoever hears of the end of what runs, which may run to its end.
    const idle = new Promise<void>((resolve) => (this.#whenIdle = resolve));
    if (this.#running.size === 0) this.#whenIdle?.();
    queueMicrotask(() => this.#leaveQueued());
    await idle;
    await this.#pool.close();
  }

  #leaveQueued(): void {
    for (const job of this.#jobs.values()) {
      if (!job.isWaiting) continue;
      job.rare.timer?.stop();
      job.wake();
    }
  }
}
