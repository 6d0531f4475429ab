// What callers hand to a job queue, checked before the queue does anything: in one place, so that all queues refuse the same.

import { argumentError, checkCount, checkDuration, checkNumber, checkOptions, checkType } from "../core/check.ts";
import type { ErrorRecord, JobEvents, JobFilter, JobRequest, JobState, WaitOptions } from "../core/job-queue.ts";
import { toJSON } from "../core/json.ts";
import { retryOf } from "../core/policy.ts";

const KEYS = [
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
const ID = /^[A-Za-z0-9._-]{1,200}$/;

/** Checks a request and returns its input as JSON text. @throws TypeError, RangeError, SerializationError. */
export function checkRequest(request: JobRequest): string | undefined {
  checkOptions("submit", request, KEYS);
  const { id, job, input, priority, delay, timeout, retry, limit, whenFull, parent, attempt, lastError } = request;
  if (typeof job !== "string" || job === "") {
    throw argumentError(TypeError, "submit: job", "a name that is not empty", job);
  }
  if (id !== undefined && (typeof id !== "string" || !ID.test(id))) {
    throw argumentError(TypeError, "submit: id", "1 to 200 of A-Z a-z 0-9 . _ -", id);
  }
  if (priority !== undefined) checkNumber("submit: priority", priority, -Infinity, Infinity);
  if (delay !== undefined) checkNumber("submit: delay", delay);
  if (timeout !== undefined) checkDuration("submit: timeout", timeout);
  retryOf("submit: retry", retry);
  if (limit !== undefined) checkCount("submit: limit", limit, 1);
  if (parent !== undefined) checkType("submit: parent", parent, "string");
  if (attempt !== undefined) checkCount("submit: attempt", attempt, 1);
  if (lastError !== undefined) checkRecord(lastError);
  if (whenFull !== undefined && whenFull !== "wait" && whenFull !== "refuse") {
    throw argumentError(TypeError, "submit: whenFull", '"wait" or "refuse"', whenFull);
  }
  return toJSON(`the input of job ${JSON.stringify(job)}`, input);
}

function checkRecord(error: ErrorRecord): void {
  if (typeof error?.name !== "string" || typeof error.message !== "string") {
    throw argumentError(TypeError, "submit: lastError", "an object with name and message", error);
  }
  toJSON("submit: lastError", error);
}

const STATES: readonly JobState[] = ["queued", "running", "done", "failed", "cancelled"];
const EVENTS: readonly (keyof JobEvents)[] = ["start", "progress", "log", "end"];

/** Checks the id that a job is looked for by; what no id can be is no error, for there is no such job. @throws TypeError. */
export function checkFind(id: unknown): void {
  checkType("find: id", id, "string");
}

/** Checks which jobs are to be listed. @throws TypeError. */
export function checkFilter(filter: JobFilter): void {
  checkOptions("jobs", filter, ["state", "job"]);
  const { state, job } = filter;
  if (state !== undefined && !STATES.includes(state)) {
    throw argumentError(TypeError, "jobs: state", `one of ${STATES.join(", ")}`, state);
  }
  if (job !== undefined) checkType("jobs: job", job, "string");
}

/** Checks what is listened to, and by whom. @throws TypeError. */
export function checkListener(event: unknown, listener: unknown): void {
  if (!EVENTS.includes(event as keyof JobEvents)) {
    throw argumentError(TypeError, "on", `one of ${EVENTS.join(", ")}`, event);
  }
  checkType(`on("${event as string}")`, listener, "function");
}

/** Checks the number of a line. @throws TypeError, RangeError. */
export function checkFrom(from: unknown): void {
  checkCount("logs: from", from, 0);
}

/** Checks why a job is cancelled. @throws TypeError. */
export function checkReason(reason: unknown): void {
  if (reason !== undefined) checkType("cancel: reason", reason, "string");
}

/** Checks how long to wait. @throws TypeError, RangeError, the reason of a signal that is aborted. */
export function checkWait(wait: WaitOptions): void {
  checkOptions("join", wait, ["timeout", "signal"]);
  if (wait.timeout !== undefined) checkDuration("join: timeout", wait.timeout);
  if (wait.signal !== undefined && !(wait.signal instanceof AbortSignal)) {
    throw argumentError(TypeError, "join: signal", "an AbortSignal", wait.signal);
  }
  wait.signal?.throwIfAborted();
}
