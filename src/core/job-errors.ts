// The errors of job queues. What a job's function throws on the far side arrives as a RemoteError; everything else here is the
// machinery's.

import { CancelledError, ThenceError } from "./errors.ts";
import type { ErrorRecord, JobInfo } from "./job-queue.ts";

/** What a job's function threw, on the far side: its `name`, `message`, `stack`, `code` and `data` are the original's. */
export class RemoteError extends Error {
  override readonly name: string;
  readonly code: string | number | undefined;
  /** The original's property `data`. */
  readonly data: unknown;

  constructor({ name, message, stack, code, data, cause }: ErrorRecord) {
    super(message, cause === undefined ? undefined : { cause: reviveError(cause) });
    this.name = name;
    this.code = code;
    this.data = data;
    if (stack !== undefined) this.stack = stack;
  }
}

/** A job's worker is gone, and the queue has given the job up. Worth a retry. */
export class JobLostError extends ThenceError {
  override readonly name = "JobLostError";
  readonly code = "ERR_THENCE_JOB_LOST";
}

/** No worker, or none here, has a job of this name. */
export class UnknownJobError extends ThenceError {
  override readonly name = "UnknownJobError";
  readonly code = "ERR_THENCE_UNKNOWN_JOB";
}

/** An input or a result is not a JSON value, so that it cannot cross the boundary. The message says where. */
export class SerializationError extends ThenceError {
  override readonly name = "SerializationError";
  readonly code = "ERR_THENCE_SERIALIZATION";
}

/** An input or a result is not what the job's schema asks for. */
export class SchemaError extends ThenceError {
  override readonly name = "SchemaError";
  readonly code = "ERR_THENCE_SCHEMA";
  /** What is wrong, and where. */
  readonly issues: readonly { readonly message: string; readonly path: string }[];

  constructor(owner: string, issues: readonly { readonly message: string; readonly path: string }[]) {
    super(`${owner}: ${issues.map(({ message, path }) => (path === "" ? message : `${path}: ${message}`)).join("; ")}`);
    this.issues = issues;
  }

  /** The issues once more, for an error of a job crosses boundaries with its `data` only. */
  get data(): { readonly issues: SchemaError["issues"] } {
    return { issues: this.issues };
  }
}

/** A job has not ended within the `timeout` of a `join`. The job goes on. */
export class JoinTimeoutError extends ThenceError {
  override readonly name = "JoinTimeoutError";
  readonly code = "ERR_THENCE_JOIN_TIMEOUT";
}

/** As many jobs of this name are there as its limit allows, and the request wants to be refused then. */
export class JobRefusedError extends ThenceError {
  override readonly name = "JobRefusedError";
  readonly code = "ERR_THENCE_JOB_REFUSED";
}

/**
 * A run with the name of an earlier one (`runId`) finds another job, or another input, under the id of one of its tasks: the program
 * does not make the same tasks in the same order. Nothing has been submitted for the task.
 */
export class JobMismatchError extends ThenceError {
  override readonly name = "JobMismatchError";
  readonly code = "ERR_THENCE_JOB_MISMATCH";
}

/** Why an attempt is to stop, as a text for the far side, which makes a CancelledError of it: what `cancel` was given, where it can. */
export function reasonText(stop: unknown): string {
  const given = stop instanceof CancelledError ? (stop.reason ?? stop) : stop;
  return given instanceof Error ? given.message : String(given);
}

/** The queue cannot do what it was asked for; `supports` tells. */
export class UnsupportedError extends ThenceError {
  override readonly name = "UnsupportedError";
  readonly code = "ERR_THENCE_UNSUPPORTED";
}

/** The queue was closed here. */
export class QueueClosedError extends ThenceError {
  override readonly name = "QueueClosedError";
  readonly code = "ERR_THENCE_QUEUE_CLOSED";
}

/** The queue's storage or connection failed; `cause` is its own error. */
export class QueueError extends ThenceError {
  override readonly name = "QueueError";
  readonly code = "ERR_THENCE_QUEUE";
}

const MACHINERY = new Map<string, new (message: string) => Error>(
  [JobLostError, UnknownJobError, SerializationError, JobRefusedError, QueueError].map((kind) => [kind.name, kind]),
);

/** Whether an error is one of the machinery's that cross boundaries as what they are. */
export function isOfMachinery(error: unknown): boolean {
  return error instanceof Error && MACHINERY.get(error.name) === error.constructor;
}

/** For whoever writes a queue: an error of the far side as an object of this side, a RemoteError or one of the machinery's own. */
export function reviveError(record: ErrorRecord): Error {
  const kind = record.machinery === true ? MACHINERY.get(record.name) : undefined;
  if (kind === undefined) return new RemoteError(record);
  const error = new kind(record.message);
  if (record.stack !== undefined) error.stack = record.stack;
  return error;
}

/** For whoever writes a queue: what `JobHandle.result()` makes of a settled job, its result. @throws its error, or a CancelledError. */
export function outcomeOfJob(info: Pick<JobInfo, "id" | "state" | "result" | "error" | "reason">): unknown {
  if (info.state === "done") return info.result;
  if (info.state === "cancelled") throw new CancelledError(info.reason);
  throw info.error === undefined ? new JobLostError(`job ${info.id} has not ended`) : reviveError(info.error);
}
