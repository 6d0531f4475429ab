// What becomes of attempts: their outcomes, their logs and progress, and the attempts whose worker has let its lease lapse. Everything
// is fenced by the number of the attempt: a worker that is late finds that its attempt is no longer the present one, and changes nothing.

import type { ClaimOutcome } from "../../core/consume.ts";
import { JobLostError } from "../../core/job-errors.ts";
import { recordError } from "../../core/json.ts";
import type { Store } from "./store.ts";

/** An attempt that a worker has. */
export interface Attempt {
  readonly seq: number;
  readonly attempt: number;
}

const PRESENT = "seq = ? AND attempts = ? AND state IN ('running', 'cancelling')";

/** Writes an outcome down. False if the attempt is no longer the worker's; within a write. */
export function settle(store: Store, { seq, attempt }: Attempt, outcome: ClaimOutcome): boolean {
  const now = Date.now();
  switch (outcome.state) {
    case "done": {
      const ended = `state = iif(state = 'cancelling', 'cancelled', 'done'), result = iif(state = 'cancelling', NULL, ?)`;
      return end(store, `${ended}, error = NULL`, [outcome.result ?? null], now, seq, attempt);
    }
    case "cancelled":
      return end(
        store,
        "state = 'cancelled', reason = coalesce(reason, ?)",
        [outcome.reason ?? null],
        now,
        seq,
        attempt,
      );
    case "failed": {
      const error = JSON.stringify(outcome.error);
      if (outcome.retryIn !== undefined && giveBack(store, seq, attempt, "failed", error, now + outcome.retryIn))
        return true;
      const ended = "state = iif(state = 'cancelling', 'cancelled', 'failed'), failures = failures + 1, error = ?";
      return end(store, ended, [error], now, seq, attempt);
    }
    case "released":
      return (
        giveBack(store, seq, attempt, "released", null, null) ||
        end(store, "state = 'cancelled'", [], now, seq, attempt)
      );
  }
}

function end(
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
function giveBack(
  store: Store,
  seq: number,
  attempt: number,
  outcome: "failed" | "released" | "lost",
  error: string | null,
  notBefore: number | null,
): boolean {
  const now = Date.now();
  const isDelayed = notBefore !== null && notBefore > now;
  const sql = `UPDATE jobs SET state = ?, rank = coalesce(?, -priority), not_before = ?, owner = NULL, changed = ?,
      failures = failures + ?, lost = lost + ?, error = coalesce(?, error)
    WHERE seq = ? AND attempts = ? AND state = 'running'`;
  const due = isDelayed ? notBefore : null;
  const counts = [Number(outcome === "failed"), Number(outcome === "lost")] as const;
  const state = isDelayed ? "delayed" : "queued";
  if (store.run(sql, state, due, due, store.tick(), ...counts, error, seq, attempt) === 0) return false;
  remember(store, seq, outcome, error);
  return true;
}

/** Moves the present attempt of a job into the history. */
export function remember(store: Store, seq: number, outcome: string, error: string | null): void {
  store.run(
    `INSERT INTO attempts (job, attempt, worker, started_at, ended_at, outcome, error)
     SELECT seq, attempts, worker, started_at, coalesce(ended_at, ?), ?, ? FROM jobs WHERE seq = ? AND attempts > 0`,
    Date.now(),
    outcome,
    error,
    seq,
  );
}

/** Adds lines to a job's log, and notes its progress; within a write. */
export function note(
  store: Store,
  { seq, attempt }: Attempt,
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

interface LapsedWorker {
  readonly id: number;
  readonly name: string;
  readonly lease_until: number;
}

/** Whether some worker's lease has lapsed. */
export function isAnyLapsed(store: Store): boolean {
  return store.row("SELECT 1 FROM workers WHERE lease_until < ? LIMIT 1", Date.now()) !== undefined;
}

/**
 * Takes the jobs back of workers whose lease has lapsed: they are queued again, where their priority and age put them; those that have
 * been lost `maxLost` times fail, since they may be what kills their workers. Within a write.
 */
export function reclaim(store: Store, maxLost: number): void {
  const lapsed = store.rows<LapsedWorker>(
    "SELECT id, name, lease_until FROM workers WHERE lease_until < ?",
    Date.now(),
  );
  for (const { id, name, lease_until: until } of lapsed) {
    const held = store.rows<{ seq: number; attempts: number; lost: number }>(
      "SELECT seq, attempts, lost FROM jobs WHERE state IN ('running', 'cancelling') AND rank IS NOT NULL AND owner = ?",
      id,
    );
    const error = lostError(name, until, "");
    for (const { seq, attempts, lost } of held) {
      if (lost + 1 < maxLost && giveBack(store, seq, attempts, "lost", error, null)) continue;
      const times = lost === 0 ? "" : `, as ${lost} before it`;
      const set = "state = iif(state = 'cancelling', 'cancelled', 'failed'), lost = lost + 1, error = ?";
      end(store, set, [lostError(name, until, times)], Date.now(), seq, attempts);
    }
    store.run("DELETE FROM workers WHERE id = ?", id);
  }
}

function lostError(worker: string, until: number, times: string): string {
  const at = new Date(until).toISOString();
  return JSON.stringify(recordError(new JobLostError(`worker ${worker} let its lease lapse at ${at}${times}`), true));
}
