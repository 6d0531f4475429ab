// What callers hand to a job queue, checked before the queue does anything: in one place, so that all queues refuse the same.

import { argumentError, checkCount, checkDuration, checkNumber, checkOptions, checkType } from "../core/check.ts";
import type { ErrorRecord, JobRequest, WaitOptions } from "../core/job-queue.ts";
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

/** Checks how long to wait. @throws TypeError, RangeError, the reason of a signal that is aborted. */
export function checkWait(wait: WaitOptions): void {
  checkOptions("join", wait, ["timeout", "signal"]);
  if (wait.timeout !== undefined) checkDuration("join: timeout", wait.timeout);
  wait.signal?.throwIfAborted();
}
