// What becomes of attempts: their outcomes, their logs and their progress. Everything is fenced by the number of the attempt: a worker that is late finds that its attempt is no longer the present one, and changes nothing.

import type { ClaimOutcome } from "../../core/consume.ts";
import type { Store } from "./store.ts";

/** An attempt that a worker has. */
export interface Held {
  readonly seq: number;
  /** Its number: how many have begun with it. */
  readonly attempts: number;
}

const PRESENT = "seq = ? AND attempts = ? AND state IN ('running', 'cancelling')";

// The one statement of most jobs: also the text would cost something if it were made each time.
const DONE = `UPDATE jobs SET state = iif(state = 'cancelling', 'cancelled', 'done'), result = iif(state = 'cancelling', NULL, ?),
  error = NULL, rank = NULL, owner = NULL, ended_at = ?, changed = ? WHERE ${PRESENT}`;

/** Writes an outcome down. False if the attempt is no longer the worker's; within a write. */
export function settle(store: Store, { seq, attempts: attempt }: Held, outcome: ClaimOutcome): boolean {
  const now = Date.now();
  switch (outcome.state) {
    case "done":
      return store.run(DONE, outcome.result ?? null, now, store.tick(), seq, attempt) > 0;
    case "cancelled":
      return end(
        store,
        "state = 'cancelled', reason = coalesce(reason, ?), error = NULL",
        [outcome.reason ?? null],
        now,
        seq,
        attempt,
      );
    case "failed": {
      const error = JSON.stringify(outcome.error);
      if (outcome.retryIn !== undefined && giveBack(store, seq, attempt, "failed", error, outcome.retryIn)) return true;
      const ended = "state = iif(state = 'cancelling', 'cancelled', 'failed'), failures = failures + 1, error = ?";
      return end(store, ended, [error], now, seq, attempt);
    }
    case "released":
      return (
        giveBack(store, seq, attempt, "released", null) ||
        end(store, "state = 'cancelled', error = NULL", [], now, seq, attempt)
      );
  }
}

/** Ends a job whose present attempt is over. What `set` does not say of its error is left as the attempt before had it. */
export function end(
  store: Store,
  set: string,
  values: readonly (string | null)[],
  now: number,
  seq: number,
  attempt: number,
): boolean {
  const sql = `UPDATE jobs SET ${set}, rank = NULL, owner = NULL, ended_at = ?, changed = ? WHERE ${PRESENT}`;
  return store.run(sql, ...values, now, store.tick(), seq, attempt) > 0;
}

/** Queues a job again whose attempt is over; not if it was to be cancelled. */
export function giveBack(
  store: Store,
  seq: number,
  attempt: number,
  outcome: "failed" | "released" | "lost",
  error: string | null,
  retryIn: number = 0,
): boolean {
  const now = Date.now();
  const isDelayed = retryIn > 0;
  const sql = `UPDATE jobs SET state = ?, rank = coalesce(?, -priority), not_before = ?, owner = NULL, changed = ?,
      failures = failures + ?, lost = lost + ?, error = coalesce(?, error)
    WHERE seq = ? AND attempts = ? AND state = 'running'`;
  const due = isDelayed ? now + retryIn : null;
  const counts = [Number(outcome === "failed"), Number(outcome === "lost")] as const;
  const state = isDelayed ? "delayed" : "queued";
  if (store.run(sql, state, due, due, store.tick(), ...counts, error, seq, attempt) === 0) return false;
  remember(store, seq, outcome, error, now);
  return true;
}

/** Puts the latest attempt of a job into the history, unless it is there: a job that waits has no attempt of its own. */
export function remember(store: Store, seq: number, outcome: string, error: string | null, now: number): void {
  store.run(
    `INSERT INTO attempts (job, attempt, worker, started_at, ended_at, outcome, error)
     SELECT seq, attempts, worker, started_at, coalesce(ended_at, ?), ?, ? FROM jobs WHERE seq = ? AND attempts > 0
     ON CONFLICT DO NOTHING`,
    now,
    outcome,
    error,
    seq,
  );
}

/** Adds lines to a job's log, and notes its progress; within a write. */
export function note(
  store: Store,
  { seq, attempts: attempt }: Held,
  lines: readonly string[],
  progress: string | undefined,
): void {
  const sql = `UPDATE jobs SET logs = logs + ?, progress = coalesce(?, progress), changed = ? WHERE ${PRESENT} RETURNING logs`;
  const row = store.row<{ logs: number }>(sql, lines.length, progress ?? null, store.tick(), seq, attempt);
  if (row === undefined) return;
  const first = row.logs - lines.length;
  lines.forEach((line, index) => {
    store.run("INSERT INTO logs (job, number, line) VALUES (?, ?, ?)", seq, first + index, line);
  });
}
