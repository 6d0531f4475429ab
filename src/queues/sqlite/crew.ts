// The workers of a queue, as rows that their owners renew. What a worker leaves behind that does not renew its row goes back to the
// queue; and a job that no worker has ever had is not waited for endlessly.

import { hostname } from "node:os";
import type { ConsumeOptions } from "../../core/consume.ts";
import { JobLostError, UnknownJobError } from "../../core/job-errors.ts";
import { recordError } from "../../core/json.ts";
import { end, giveBack } from "./outcomes.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store.ts";

/** Enters a worker; the number of its row. Within a write. */
export function enterWorker(store: Store, options: ConsumeOptions, lease: number): number {
  const now = Date.now();
  const { worker, concurrency, jobs } = options;
  for (const name of jobs) store.run("INSERT INTO names VALUES (?) ON CONFLICT DO NOTHING", name);
  return store
    .sql(
      `INSERT INTO workers (name, pid, host, started_at, seen_at, lease_until, concurrency, jobs)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(worker, process.pid, hostname(), now, now, now + lease, concurrency, JSON.stringify(jobs))
    .lastInsertRowid as number;
}

/** Renews a worker's lease. False if others have found it lapsed; within a write. */
export function renewWorker(store: Store, owner: number, lease: number): boolean {
  const now = Date.now();
  const sql = "UPDATE workers SET seen_at = ?, lease_until = ? WHERE id = ?";
  return store.run(sql, now, now + lease, owner) > 0;
}

/** Strikes a worker off that holds nothing; within a write. */
export function leaveWorker(store: Store, owner: number): void {
  store.run("DELETE FROM workers WHERE id = ?", owner);
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
      if (lost + 1 < maxLost && giveBack(store, seq, attempts, "lost", error)) continue;
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

/** Fails the jobs that have waited for too long and that no worker has ever had; within a write. */
export function failUnknown(store: Store, { unknownAfter }: Settings): void {
  const before = Date.now() - unknownAfter;
  for (const name of queuedNames(store)) {
    if (store.row("SELECT 1 FROM names WHERE job = ?", name) !== undefined) continue;
    const error = new UnknownJobError(`no worker has a job ${JSON.stringify(name)}`);
    store.run(
      `UPDATE jobs SET state = 'failed', error = ?, rank = NULL, ended_at = ?, changed = ?
       WHERE state = 'queued' AND job = ? AND rank IS NOT NULL AND coalesce(not_before, created_at) <= ?`,
      JSON.stringify(recordError(error, true)),
      Date.now(),
      store.tick(),
      name,
      before,
    );
  }
}

/** The names of what is queued; each step jumps to the next name, so that a long queue costs no more. */
function* queuedNames(store: Store): Generator<string> {
  for (let name: string | null = ""; ;) {
    const sql = "SELECT min(job) AS name FROM jobs WHERE state = 'queued' AND job > ? AND rank IS NOT NULL";
    name = store.row<{ name: string | null }>(sql, name)!.name;
    if (name === null) return;
    yield name;
  }
}
