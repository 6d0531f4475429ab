// The error of a job whose thread or process is gone.

import { JobLostError } from "../../core/job-errors.ts";
import type { ErrorRecord } from "../../core/job-queue.ts";
import { recordError } from "../../core/json.ts";

/** A JobLostError as it crosses boundaries. */
export function lost(message: string): ErrorRecord {
  return recordError(new JobLostError(message), true);
}
