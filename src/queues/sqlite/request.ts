// Submitting: a request is checked and written as JSON at once, and becomes a row in the next transaction.

import { randomUUID } from "node:crypto";
import { argumentError } from "../../core/check.ts";
import { JobRefusedError } from "../../core/job-errors.ts";
import type { JobRequest } from "../../core/job-queue.ts";
import { checkRequest } from "../request.ts";
import type { Store } from "./store.ts";

/** A request that was found good. */
export interface CheckedRequest {
  readonly id: string;
  readonly isNamed: boolean;
  readonly job: string;
  readonly input: string | null;
  readonly priority: number;
  readonly delay: number;
  readonly policy: string | null;
  readonly limit: number | null;
  readonly refuses: boolean;
  readonly parent: string | null;
}

/** Checks a request and writes it as a row wants it. @throws TypeError, RangeError, SerializationError. */
export function rowRequest(request: JobRequest): CheckedRequest {
  const input = checkRequest(request);
  const { id, job, priority = 0, delay = 0, limit = Infinity, whenFull, parent } = request;
  return {
    id: id ?? randomUUID(),
    isNamed: id !== undefined,
    job,
    input: input ?? null,
    priority,
    delay,
    policy: policyOf(request),
    limit: limit === Infinity ? null : limit,
    refuses: whenFull === "refuse",
    parent: parent ?? null,
  };
}

/** What is to be known of attempts, as JSON, which has no infinities: the greatest number is as good. */
function policyOf({ timeout, retry, attempt, lastError }: JobRequest): string | null {
  if (timeout === undefined && retry === undefined && attempt === undefined && lastError === undefined) return null;
  if (typeof retry === "object" && "when" in retry) {
    throw argumentError(TypeError, "submit: retry", "options without `when`, which cannot leave this process", retry);
  }
  return JSON.stringify({ timeout, retry, attempt, lastError }, (_, value: unknown) =>
    value === Infinity ? Number.MAX_VALUE : value,
  );
}

/** Writes the row, unless there is one with this id. Gives its `seq`, or an error if the job has no place; within a write. */
export function insertJob(store: Store, request: CheckedRequest): number | JobRefusedError {
  const { id, job, limit, priority, delay } = request;
  if (request.isNamed) {
    const present = store.row<{ seq: number }>("SELECT seq FROM jobs WHERE id = ?", id);
    if (present !== undefined) return present.seq;
  }
  if (limit !== null && request.refuses && countOpen(store, job, limit) >= limit) {
    return new JobRefusedError(`job ${JSON.stringify(job)} is refused: ${limit} of this name are there, its limit`);
  }
  const now = Date.now();
  const notBefore = delay > 0 ? now + delay : null;
  return store
    .sql(
      `INSERT INTO jobs (id, job, state, rank, priority, created_at, not_before, max_running, parent, policy, input)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      id,
      job,
      notBefore === null ? "queued" : "delayed",
      notBefore ?? -priority,
      priority,
      now,
      notBefore,
      limit,
      request.parent,
      request.policy,
      request.input,
    ).lastInsertRowid as number;
}

/** How many jobs of a name have not ended, counted up to `most`. */
function countOpen(store: Store, job: string, most: number): number {
  return store.row<{ count: number }>(
    `SELECT count(*) AS count FROM (SELECT 1 FROM jobs WHERE rank IS NOT NULL
       AND state IN ('queued', 'delayed', 'running', 'cancelling') AND job = ? LIMIT ?)`,
    job,
    most,
  )!.count;
}
