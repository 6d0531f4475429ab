// The port to job queues: engines that carry `{id, job, input}` to a worker, which may be another thread, process or machine.
// Whatever keeps to it, and passes `queueSuite` of `thence/testing`, can execute a graph.

import type { Progress } from "./events.ts";
import type { RetryOptions } from "./types.ts";

/** What a queue can do; where it cannot, it refuses with an UnsupportedError instead of doing something else. */
export interface Supports {
  /** Whether a running job can be stopped: not at all, if it listens to its signal, or by force. */
  readonly abort: "none" | "cooperative" | "forceful";
  /** Whether jobs outlive the process that submitted them. */
  readonly durable: boolean;
  readonly priority: boolean;
  readonly delay: boolean;
  readonly progress: boolean;
  readonly logs: boolean;
}

/** Where a job stands. One that waits for its delay is `queued`. */
export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

/** A job to be done: a name that workers know, and a JSON value. `Job.request()` makes one. */
export interface JobRequest {
  /**
   * The key of the job, of `A-Z a-z 0-9 . _ -` and at most 200 of them. It belongs to one request for ever: to submit it again
   * attaches to what became of that. Without one the queue makes one up.
   */
  readonly id?: string;
  readonly job: string;
  /** Any JSON value; `undefined` for none. */
  readonly input?: unknown;
  /** Greater sooner; 0. */
  readonly priority?: number;
  /** Milliseconds before it may start; 0. */
  readonly delay?: number;
  /** Milliseconds that one attempt may take; what the worker's job says if there is none. */
  readonly timeout?: number;
  /** How the queue repeats failed attempts; what the worker's job says if there is none. Runs retry by themselves and say 0. */
  readonly retry?: number | Omit<RetryOptions, "when">;
  /** How many jobs of this name may run at once, over all workers; no limit. */
  readonly limit?: number;
  /** What becomes of a job beyond the limit: it waits, or `submit` rejects with a JobRefusedError. */
  readonly whenFull?: "wait" | "refuse";
  /** The id of the job that submitted this one. */
  readonly parent?: string;
  /** The number that the job sees in its first attempt; 1. Who repeats a job by new requests, as runs do, counts on with it. */
  readonly attempt?: number;
  /** What the attempt before failed with, where that was another request; the job sees it in its first attempt. */
  readonly lastError?: ErrorRecord;
}

/** An error as it crosses a boundary: plain JSON. */
export interface ErrorRecord {
  /** The name of its class. */
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  /** Its property `data`, where that is a JSON value; if no error was thrown but another object, that. */
  readonly data?: unknown;
  readonly cause?: ErrorRecord;
  /** Whether the machinery failed, not the job's function. */
  readonly machinery?: true;
}

/** What a queue knows of a job. Times are milliseconds since the epoch. */
export interface JobInfo {
  readonly id: string;
  readonly job: string;
  readonly state: JobState;
  readonly input: unknown;
  /** Of a job that is `done`: what the function returned, as JSON. */
  readonly result?: unknown;
  /** Of a job that has `failed`: what it threw. */
  readonly error?: ErrorRecord;
  /** Of a job that is `cancelled`, or to be: what `cancel` was given, as text. */
  readonly reason?: string;
  /** How many attempts have begun. */
  readonly attempts: number;
  readonly priority: number;
  readonly progress?: Progress;
  readonly parent?: string;
  /** Who executes it, or did so last. */
  readonly worker?: string;
  readonly createdAt: number;
  /** When it may start, if it was delayed. */
  readonly notBefore?: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
}

/** How long to wait: `timeout` milliseconds at most, and no longer than until `signal` aborts. */
export interface WaitOptions {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** What a handle tells: that the job has started, how far it is, a line of its log with the line's number, that it has ended. */
export interface JobEvents {
  start: (info: JobInfo) => unknown;
  progress: (progress: Progress) => unknown;
  log: (line: string, index: number) => unknown;
  end: (info: JobInfo) => unknown;
}

/** One job in a queue. A handle only observes; to drop it changes nothing, and it keeps no process alive while nobody waits. */
export interface JobHandle {
  readonly id: string;
  /** How the job stands now. */
  info(): Promise<JobInfo>;
  /**
   * Waits until the job has ended. It may be repeated, and changes nothing.
   *
   * @throws JoinTimeoutError after `timeout`, the signal's reason when that aborts, QueueClosedError if the queue is closed here.
   */
  join(options?: WaitOptions): Promise<JobInfo>;
  /** What the job returned. @throws what it threw, as a RemoteError; JobLostError, UnknownJobError, CancelledError; and like `join`. */
  result(options?: WaitOptions): Promise<unknown>;
  /** Cancels the job: at once while it is queued, by a signal if it runs. Resolves to false if it has ended. @throws UnsupportedError. */
  cancel(reason?: string): Promise<boolean>;
  /** The lines of its log from number `from` on. @throws UnsupportedError. */
  logs(from?: number): Promise<readonly string[]>;
  /** Adds a listener. What has happened already is told too, once: `start`, `end`, and all lines of the log. */
  on<E extends keyof JobEvents>(event: E, listener: JobEvents[E]): this;
  off<E extends keyof JobEvents>(event: E, listener: JobEvents[E]): this;
}

/** Which jobs `jobs()` lists. */
export interface JobFilter {
  readonly state?: JobState;
  readonly job?: string;
}

/** A job queue. */
export interface Queue {
  readonly supports: Supports;
  /**
   * Hands a job over. Resolves once the engine holds it.
   *
   * @throws SerializationError, UnknownJobError where the queue knows the jobs, JobRefusedError, UnsupportedError, QueueClosedError.
   */
  submit(request: JobRequest): Promise<JobHandle>;
  /** The job of an id, also from another process; `undefined` if there is none. */
  find(id: string): Promise<JobHandle | undefined>;
  /** All jobs that fit, oldest first. */
  jobs(filter?: JobFilter): AsyncIterable<JobInfo>;
  /** Lets go of the queue. A queue in this process first ends what runs; a durable one leaves its jobs as they are. */
  close(): Promise<void>;
}

/** Whether a value is a job queue. */
export function isJobQueue(value: unknown): value is Queue {
  return typeof value === "object" && value !== null && typeof (value as Partial<Queue>).submit === "function";
}
