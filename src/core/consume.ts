// The other side of a job queue: what a worker needs of it. The queue claims jobs, keeps its claim alive and writes down what comes of
// them; the worker executes them.

import type { ErrorRecord, JobRequest, Queue } from "./job-queue.ts";

/** A job that a worker has taken, for one attempt. */
export interface Claim extends Pick<JobRequest, "job" | "timeout" | "retry" | "parent"> {
  readonly id: string;
  /** JSON text; `undefined` for none. */
  readonly input: string | undefined;
  /** The number of this attempt as the job sees it: from 1, or from the request's `attempt`. */
  readonly attempt: number;
  /** How many attempts of the job have failed, for the limit of its retries; attempts whose worker was lost do not count. */
  readonly failures: number;
  /** What the attempt before failed with; before the first, the request's `lastError`. */
  readonly lastError: ErrorRecord | undefined;
  /** Aborts when somebody cancels the job (the reason is a CancelledError), or when the claim is lost (a JobLostError). */
  readonly signal: AbortSignal;
  log(line: string): void;
  progress(progress: { value: number; total: number; message?: string }): void;
}

/** What became of an attempt. */
export type ClaimOutcome =
  /** `result` is JSON text. */
  | { readonly state: "done"; readonly result: string | undefined }
  /** With `retryIn` milliseconds the job is queued again. */
  | { readonly state: "failed"; readonly error: ErrorRecord; readonly retryIn?: number }
  | { readonly state: "cancelled"; readonly reason: string | undefined }
  /** Given back unfinished: the job is queued again, and the attempt does not count as failed. */
  | { readonly state: "released" };

/** What a worker takes. */
export interface ConsumeOptions {
  /** The worker's name, by which others see who has a job. */
  readonly worker: string;
  /** The names of the jobs that it can execute. */
  readonly jobs: readonly string[];
  /** How many jobs it executes at once. */
  readonly concurrency: number;
  /** Milliseconds: it ends by itself once nothing has been queued, delayed or running here for so long. */
  readonly idle?: number;
  /** It ends by itself after having taken so many jobs. */
  readonly maxJobs?: number;
}

/** A worker's hold on a queue. */
export interface Consumer {
  /** Takes nothing more. Resolves when what was taken has ended and is written down. */
  stop(): Promise<void>;
  /** Resolves when it has ended, by itself or by `stop()`; rejects if the queue fails for good. */
  readonly ended: Promise<void>;
}

/** A queue whose jobs `worker()` of `thence/worker` can execute. */
export interface WorkableQueue extends Queue {
  /** Takes jobs and has them executed; `execute` never rejects. */
  consume(options: ConsumeOptions, execute: (claim: Claim) => Promise<ClaimOutcome>): Consumer;
}
