// Whether a failed attempt is repeated, and when: by the request's policy, else by the job's.

import type { Claim, ClaimOutcome } from "../core/consume.ts";
import { reviveError } from "../core/job-errors.ts";
import type { ErrorRecord } from "../core/job-queue.ts";
import type { AnyJob } from "../core/job.ts";
import { recordError } from "../core/json.ts";
import { retryDelay, retryOf } from "../core/policy.ts";

/** The outcome of an attempt that failed. `retry.when` is asked with the error as it crosses a boundary, whatever the job's mode. */
export function failedAttempt(claim: Claim, job: AnyJob | undefined, error: ErrorRecord): ClaimOutcome {
  try {
    const retry = retryOf(`job ${JSON.stringify(claim.job)}: retry`, claim.retry ?? job?.policy.retry);
    if (retry === undefined || claim.failures >= retry.limit || !retry.when(reviveError(error), claim.attempt)) {
      return { state: "failed", error };
    }
    return { state: "failed", error, retryIn: retryDelay(retry, claim.failures + 1) };
  } catch (thrown) {
    return { state: "failed", error: recordError(thrown) };
  }
}
