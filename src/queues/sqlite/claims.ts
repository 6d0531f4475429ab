// Taking jobs. Candidates are found name by name, so that a backlog of jobs that this worker does not know costs it nothing, and then
// taken all at once. Only a write may take, but looking costs no transaction.

import type { RowState } from "./rows.ts";
import type { Store } from "./store.ts";

/** What a worker gets to know of a job that it has taken. */
export interface ClaimRow {
  readonly seq: number;
  readonly id: string;
  readonly job: string;
  readonly priority: number;
  readonly attempts: number;
  readonly failures: number;
  readonly parent: string | null;
  readonly policy: string | null;
  readonly error: string | null;
  readonly input: string | null;
}

interface Candidate {
  readonly seq: number;
  readonly rank: number;
  readonly max_running: number | null;
}

/** The jobs that could be taken now, the most urgent first, at most `most`. */
export function findCandidates(store: Store, names: readonly string[], most: number): number[] {
  if (most < 1) return [];
  const found = names.flatMap((name) => candidatesOf(store, name, most));
  if (names.length > 1) found.sort((a, b) => a.rank - b.rank || a.seq - b.seq);
  return found.slice(0, most).map(({ seq }) => seq);
}

function candidatesOf(store: Store, name: string, most: number): readonly Candidate[] {
  const found = store.rows<Candidate>(
    `SELECT seq, rank, max_running FROM jobs WHERE state = 'queued' AND job = ? AND rank IS NOT NULL ORDER BY rank, seq LIMIT ?`,
    name,
    Math.min(most, 1_000),
  );
  if (found.every(({ max_running: limit }) => limit === null)) return found;
  const running = store.row<{ count: number }>(
    "SELECT count(*) AS count FROM jobs WHERE state IN ('running', 'cancelling') AND job = ? AND rank IS NOT NULL",
    name,
  )!.count;
  const full = found.findIndex(({ max_running: limit }, index) => limit !== null && running + index >= limit);
  return full < 0 ? found : found.slice(0, full);
}

/** Makes delayed jobs queued whose time has come; within a write. */
function promoteDue(store: Store, names: readonly string[], now: number): void {
  for (const name of names) {
    store.run(
      `UPDATE jobs SET state = 'queued', rank = -priority WHERE state = 'delayed' AND job = ? AND rank IS NOT NULL AND rank <= ?`,
      name,
      now,
    );
  }
}

/** When the first delayed job is due; Infinity if there is none. */
export function nextDue(store: Store, names: readonly string[]): number {
  let next = Infinity;
  for (const name of names) {
    const due = store.row<{ due: number | null }>(
      "SELECT min(rank) AS due FROM jobs WHERE state = 'delayed' AND job = ? AND rank IS NOT NULL",
      name,
    )?.due;
    next = Math.min(next, due ?? Infinity);
  }
  return next;
}

/** Whether any job of these names has not ended, wherever it is: the worker that has it may be lost, so that it comes back. */
export function isAnyOpen(store: Store, names: readonly string[]): boolean {
  return names.some(
    (name) =>
      store.row(
        `SELECT 1 FROM jobs WHERE state IN ('queued', 'delayed', 'running', 'cancelling') AND job = ?
           AND rank IS NOT NULL LIMIT 1`,
        name,
      ) !== undefined,
  );
}

/** Takes jobs for a worker; within a write. */
export function takeJobs(
  store: Store,
  names: readonly string[],
  most: number,
  worker: { readonly owner: number; readonly name: string },
): ClaimRow[] {
  const now = Date.now();
  promoteDue(store, names, now);
  const seqs = findCandidates(store, names, most);
  if (seqs.length === 0) return [];
  const rows = store.rows<ClaimRow>(
    `UPDATE jobs SET state = 'running', rank = 0, attempts = attempts + 1, owner = ?, worker = ?, started_at = ?, changed = ?,
       progress = NULL
     WHERE seq IN (SELECT value FROM json_each(?))
     RETURNING seq, id, job, priority, attempts, failures, parent, policy, error, input`,
    worker.owner,
    worker.name,
    now,
    store.tick(),
    JSON.stringify(seqs),
  );
  return rows.toSorted((a, b) => b.priority - a.priority || a.seq - b.seq);
}

/** Those of a worker's jobs that somebody wants cancelled. */
export function findCancelling(
  store: Store,
  owner: number,
): { seq: number; attempts: number; reason: string | null }[] {
  return store.rows(
    "SELECT seq, attempts, reason FROM jobs WHERE state = 'cancelling' AND rank IS NOT NULL AND owner = ?",
    owner,
  );
}

/** Cancels a job: at once, or by asking whoever runs it. False if it has ended or is gone; within a write. */
export function cancelJob(store: Store, seq: number, reason: string | null): boolean {
  const state = store.row<{ state: RowState }>("SELECT state FROM jobs WHERE seq = ?", seq)?.state;
  if (state === "cancelling") return true;
  if (state === "running") {
    store.run("UPDATE jobs SET state = 'cancelling', reason = ?, changed = ? WHERE seq = ?", reason, store.tick(), seq);
    return true;
  }
  if (state !== "queued" && state !== "delayed") return false;
  store.run(
    "UPDATE jobs SET state = 'cancelled', reason = ?, rank = NULL, ended_at = ?, changed = ? WHERE seq = ?",
    reason,
    Date.now(),
    store.tick(),
    seq,
  );
  return true;
}
