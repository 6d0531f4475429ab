// A small and correct job queue in memory, as a measure for the conformance suite: it passes every rule, and each of its decisions
// is a method of its own, so that faulty queues can be made by overriding one.

import { argumentError, checkCount, checkNumber, checkOptions } from "../../src/core/check.ts";
import { CancelledError } from "../../src/core/errors.ts";
import { type JobOutcome, unknownJob } from "../../src/core/execute.ts";
import { JobLostError, JobRefusedError, UnsupportedError } from "../../src/core/job-errors.ts";
import type { ErrorRecord, JobFilter, JobRequest, Supports } from "../../src/core/job-queue.ts";
import type { AnyJob } from "../../src/core/job.ts";
import { recordError, toJSON } from "../../src/core/json.ts";
import { retryDelay, retryOf } from "../../src/core/policy.ts";
import { type Claim, Row } from "./memory-row.ts";

const OPTIONS = [
  "id",
  "job",
  "input",
  "priority",
  "delay",
  "timeout",
  "retry",
  "limit",
  "whenFull",
  "parent",
  "attempt",
  "lastError",
];

export class MemoryEngine {
  readonly supports: Supports;
  readonly jobs: ReadonlyMap<string, AnyJob>;
  readonly rows: Map<string, Row> = new Map<string, Row>();
  /** Called whenever there may be something to do. */
  readonly workers: Set<() => void> = new Set<() => void>();
  readonly waiting: Set<Row> = new Set<Row>();
  #count = 0;

  constructor(jobs: ReadonlyMap<string, AnyJob>, supports: Supports) {
    this.jobs = jobs;
    this.supports = supports;
  }

  submit(request: JobRequest): Row {
    this.check(request);
    const input = this.write(request);
    const known = request.id === undefined ? undefined : this.rows.get(request.id);
    if (known !== undefined) return this.attach(known);
    if (!this.knows(request)) throw unknownJob(request.job, this.jobs.keys());
    if (request.whenFull === "refuse" && this.isFull(request)) {
      throw new JobRefusedError(`${request.limit} jobs ${request.job} are here`);
    }
    const sequence = ++this.#count;
    const row = this.create(request.id ?? this.name(sequence), sequence, request, input);
    this.rows.set(row.id, row);
    this.waiting.add(row);
    this.wake(row);
    return row;
  }

  create(id: string, sequence: number, request: JobRequest, input: string | undefined): Row {
    return new Row(id, sequence, request, input);
  }

  attach(row: Row): Row {
    return row;
  }

  name(sequence: number): string {
    return `job-${sequence}`;
  }

  knows({ job }: JobRequest): boolean {
    return this.jobs.has(job);
  }

  write(request: JobRequest): string | undefined {
    return toJSON(`the input of job ${request.job}`, request.input);
  }

  check(request: JobRequest): void {
    this.checkOptions(request);
    const { id, job, priority = 0, delay = 0, timeout, retry, limit } = request;
    if (job === "") throw argumentError(TypeError, "job", "a name that is not empty; expected", job);
    if (id !== undefined) this.checkId(id);
    checkNumber("priority", priority, -Infinity, Infinity);
    checkNumber("delay", delay);
    if (timeout !== undefined) checkNumber("timeout", timeout);
    retryOf("retry", retry);
    if (limit !== undefined) checkCount("limit", limit, 1);
    this.checkSupport(request);
  }

  checkOptions(request: JobRequest): void {
    checkOptions("submit", request, OPTIONS);
  }

  checkId(id: string): void {
    if (!/^[A-Za-z0-9._-]{1,200}$/.test(id)) throw argumentError(TypeError, "id", "A-Z a-z 0-9 . _ - only", id);
  }

  checkSupport({ priority = 0, delay = 0 }: JobRequest): void {
    if (priority !== 0 && !this.supports.priority) throw new UnsupportedError("priorities are not supported");
    if (delay !== 0 && !this.supports.delay) throw new UnsupportedError("delays are not supported");
  }

  /** Whether there are as many jobs of a request's name as its limit allows. */
  isFull({ job, limit = Infinity }: JobRequest): boolean {
    const here = [...this.rows.values()].filter((row) => row.request.job === job && !row.hasEnded);
    return here.length >= limit;
  }

  find(id: string): Row | undefined {
    return this.rows.get(id);
  }

  list({ state, job }: JobFilter): Row[] {
    return [...this.rows.values()].filter(
      (row) => (state === undefined || row.state === state) && (job === undefined || row.request.job === job),
    );
  }

  /** The job to be executed next. */
  next(): Row | undefined {
    let first: Row | undefined;
    for (const row of this.waiting) {
      if (row.state !== "queued") this.waiting.delete(row);
      else if (!this.isDue(row) || this.isHeld(row)) continue;
      else if (first === undefined || this.precedes(row, first)) first = row;
    }
    return first;
  }

  precedes(a: Row, b: Row): boolean {
    const [mine, other] = [a.request.priority ?? 0, b.request.priority ?? 0];
    return mine === other ? a.sequence < b.sequence : mine > other;
  }

  isDue(row: Row): boolean {
    return row.notBefore === undefined || row.notBefore <= Date.now();
  }

  /** Whether as many jobs of its name run as its limit allows. */
  isHeld({ request: { job, limit } }: Row): boolean {
    if (limit === undefined) return false;
    return this.list({ state: "running", job }).length >= limit;
  }

  begin(row: Row, worker: string): Claim {
    row.state = "running";
    row.attempts++;
    row.worker = worker;
    row.startedAt = Date.now();
    row.claim = { worker, attempt: row.attempts, stop: new AbortController() };
    row.changed();
    return row.claim;
  }

  /** Writes down what became of an attempt, unless that is late. */
  finish(row: Row, claim: Claim, outcome: JobOutcome): void {
    if (row.claim !== claim) return;
    if (row.isCancelled) row.settle("cancelled");
    else if (outcome.state === "done") {
      row.result = outcome.result;
      row.settle("done");
    } else {
      row.failures++;
      const delay = this.retryIn(row, outcome);
      if (delay === undefined) {
        row.error = outcome.error;
        row.settle("failed");
      } else this.again(row, delay, outcome.error);
    }
    row.changed();
    this.wake(row);
  }

  /** Milliseconds until a failed job is tried again, if it is. */
  retryIn(row: Row, { error }: Extract<JobOutcome, { state: "failed" }>): number | undefined {
    const policy = retryOf("retry", row.request.retry ?? this.jobs.get(row.request.job)?.policy.retry);
    if (policy === undefined || row.failures > policy.limit || error.machinery === true) return undefined;
    return retryDelay(policy, row.failures);
  }

  /** The number of an attempt as the job sees it. */
  numberOf({ request }: Row, attempt: number): number {
    return attempt + (request.attempt ?? 1) - 1;
  }

  lastErrorOf({ lastError, request }: Row): ErrorRecord | undefined {
    return lastError ?? request.lastError;
  }

  timeoutOf({ request }: Row): number {
    return request.timeout ?? this.jobs.get(request.job)?.policy.timeout ?? Infinity;
  }

  again(row: Row, delay: number, lastError: Row["lastError"]): void {
    row.state = "queued";
    row.claim = undefined;
    row.lastError = lastError;
    row.notBefore = Date.now() + delay;
    this.waiting.add(row);
  }

  cancel(row: Row, reason: string | undefined): boolean {
    if (row.hasEnded) return false;
    if (row.state === "running" && this.supports.abort === "none") throw new UnsupportedError("running jobs go on");
    row.reason = reason;
    row.isCancelled = true;
    if (row.state === "queued") row.settle("cancelled");
    else row.claim?.stop.abort(new CancelledError(reason));
    row.changed();
    return true;
  }

  /** The worker of a job is gone. */
  lose(row: Row): void {
    if (row.isCancelled) row.settle("cancelled");
    else if (this.supports.durable) this.again(row, 0, row.lastError);
    else {
      row.error = recordError(new JobLostError(`worker ${row.worker} is gone`), true);
      row.settle("failed");
    }
    row.changed();
    this.wake(row);
  }

  log(row: Row, line: string): void {
    if (!this.supports.logs) return;
    row.logs.push(line);
    row.changed();
  }

  report(row: Row, progress: NonNullable<Row["progress"]>): void {
    if (!this.supports.progress) return;
    row.progress = progress;
    row.changed();
  }

  wake(row: Row): void {
    for (const worker of this.workers) worker();
    const wait = row.state === "queued" ? (row.notBefore ?? 0) - Date.now() : 0;
    if (wait > 0) setTimeout(() => this.workers.forEach((worker) => worker()), wait + 1).unref();
  }
}
