// What the people who look after a queue ask for: who works, what happened to a job, do it again, throw old jobs away.

import type { ErrorRecord } from "../../core/job-queue.ts";
import { remember } from "./outcomes.ts";
import { read, stateOf, type RowState } from "./rows.ts";
import type { Store } from "./store.ts";

/** A worker that has reported within its lease, or whose silence nobody has noticed yet. Times are milliseconds since the epoch. */
export interface WorkerInfo {
  readonly name: string;
  readonly pid: number;
  readonly host: string;
  readonly startedAt: number;
  /** When it last reported. */
  readonly seenAt: number;
  /** Until when it has to report again. */
  readonly leaseUntil: number;
  /** How many jobs it executes at once. */
  readonly concurrency: number;
  /** The names of the jobs that it can execute. */
  readonly jobs: readonly string[];
  /** The ids of the jobs that it executes. */
  readonly running: readonly string[];
}

/** One attempt of a job. */
export interface AttemptInfo {
  readonly attempt: number;
  readonly worker: string | undefined;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** `lost`: its worker let its lease lapse. */
  readonly outcome: "running" | "done" | "failed" | "cancelled" | "released" | "lost";
  readonly error: ErrorRecord | undefined;
}

interface WorkerRow {
  id: number;
  name: string;
  pid: number;
  host: string;
  started_at: number;
  seen_at: number;
  lease_until: number;
  concurrency: number;
  jobs: string;
}

/** All workers, the one that began first in front. */
export function listWorkers(store: Store): WorkerInfo[] {
  return store.rows<WorkerRow>("SELECT * FROM workers ORDER BY id").map((row) => ({
    name: row.name,
    pid: row.pid,
    host: row.host,
    startedAt: row.started_at,
    seenAt: row.seen_at,
    leaseUntil: row.lease_until,
    concurrency: row.concurrency,
    jobs: JSON.parse(row.jobs) as string[],
    running: store
      .rows<{ id: string }>(
        "SELECT id FROM jobs WHERE state IN ('running', 'cancelling') AND rank IS NOT NULL AND owner = ? ORDER BY seq",
        row.id,
      )
      .map(({ id }) => id),
  }));
}

interface AttemptRow {
  attempt: number;
  worker: string | null;
  started_at: number;
  ended_at: number | null;
  outcome: string;
  error: string | null;
}

/** The attempts of a job, the first in front. */
export function listAttempts(store: Store, id: string): AttemptInfo[] {
  const past = store.rows<AttemptRow>(
    "SELECT attempt, worker, started_at, ended_at, outcome, error FROM attempts WHERE job = (SELECT seq FROM jobs WHERE id = ?)",
    id,
  );
  const latest = store.row<AttemptRow>(
    `SELECT attempts AS attempt, worker, started_at, ended_at, state AS outcome, error FROM jobs WHERE id = ? AND attempts > ?`,
    id,
    past.at(-1)?.attempt ?? 0,
  );
  if (latest !== undefined) past.push({ ...latest, outcome: stateOf(latest.outcome as RowState) });
  return past.map((row) => ({
    attempt: row.attempt,
    worker: row.worker ?? undefined,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    outcome: row.outcome as AttemptInfo["outcome"],
    error: row.error === null || row.outcome === "running" ? undefined : (read(id, "error", row.error) as ErrorRecord),
  }));
}

/** Queues a job again that failed or was cancelled. False for any other; within a write. */
export function retryJob(store: Store, id: string): boolean {
  const row = store.row<{ seq: number; state: RowState; error: string | null }>(
    "SELECT seq, state, error FROM jobs WHERE id = ? AND state IN ('failed', 'cancelled')",
    id,
  );
  if (row === undefined) return false;
  const now = Date.now();
  remember(store, row.seq, row.state, row.error, now);
  store.run(
    `UPDATE jobs SET state = 'queued', rank = -priority, failures = 0, lost = 0, ended_at = NULL, not_before = ?, reason = NULL,
       changed = ? WHERE seq = ?`,
    now,
    store.tick(),
    row.seq,
  );
  return true;
}

/** Deletes some jobs that ended before a time; how many. Within a write. */
export function cleanSome(store: Store, before: number, most: number): number {
  const old = "SELECT seq FROM jobs WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT ?";
  const seqs = JSON.stringify(store.rows<{ seq: number }>(old, before, most).map(({ seq }) => seq));
  store.run("DELETE FROM logs WHERE job IN (SELECT value FROM json_each(?))", seqs);
  store.run("DELETE FROM attempts WHERE job IN (SELECT value FROM json_each(?))", seqs);
  return store.run("DELETE FROM jobs WHERE seq IN (SELECT value FROM json_each(?))", seqs);
}

/** How many of its free pages a file keeps for the jobs to come, as a part of the others. */
const SPARE = 0.25;

/** Gives so many free pages of the file back to the system, if there are as many to spare. Within a write. */
export function shrinkSome(store: Store, count: number): boolean {
  // Files of before were made without this.
  const canShrink = store.row<{ auto_vacuum: number }>("PRAGMA auto_vacuum")!.auto_vacuum === 2;
  const free = store.row<{ freelist_count: number }>("PRAGMA freelist_count")!.freelist_count;
  const pages = store.row<{ page_count: number }>("PRAGMA page_count")!.page_count;
  if (!canShrink || free - SPARE * (pages - free) < count) return false;
  store.rows(`PRAGMA incremental_vacuum(${count})`);
  return true;
}
