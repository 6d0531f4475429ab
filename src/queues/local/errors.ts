// The errors that a job fails with whatever its function says.

import { JobLostError } from "../../core/job-errors.ts";
import type { ErrorRecord } from "../../core/job-queue.ts";
import { recordError } from "../../core/json.ts";

/** The JobLostError of a job whose thread or process is gone, as it crosses boundaries. */
export function lost(message: string): ErrorRecord {
  return recordError(new JobLostError(message), true);
}

/** The error of an attempt that took longer than it may. A job has no task, so it only looks like a TaskTimeoutError. */
export function jobTimeout(job: string, ms: number): Error {
  const error = new Error(`job ${JSON.stringify(job)} passed its timeout of ${ms} ms`);
  return Object.assign(error, { name: "TaskTimeoutError", code: "ERR_THENCE_TIMEOUT" });
}
