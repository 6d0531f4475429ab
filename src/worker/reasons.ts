// Why an attempt is told to stop. Jobs have no task, so these are plain errors with the names and codes of the core's.

import type { ErrorRecord } from "../core/job-queue.ts";

/** A worker gives back what it executes. */
export function releasedError(reason: string | undefined): Error {
  const error = new Error(`given back unfinished: ${reason ?? "the worker was aborted"}`);
  return Object.assign(error, { name: "ReleasedError", code: "ERR_THENCE_RELEASED" });
}

/** Whether a job failed because it was told to stop: with the reason, with an AbortError, or with either as its cause. */
export function isBecauseOf(reason: Error, error: ErrorRecord | undefined): boolean {
  for (let link = error; link !== undefined; link = link.cause) {
    if (link.name === "AbortError" || (link.name === reason.name && link.message === reason.message)) return true;
  }
  return false;
}
