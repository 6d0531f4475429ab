// A job's row, and what the port shows of it.

import { outcomeOfJob, QueueError } from "../../core/job-errors.ts";
import type { ErrorRecord, JobInfo, JobState } from "../../core/job-queue.ts";
import { fromJSON, recordError } from "../../core/json.ts";
import type { Store } from "./store.ts";

/** The states in the file: one that waits for its delay, and one that runs and has been asked to stop, have names of their own. */
export type RowState = JobState | "delayed" | "cancelling";

/** How a job stands, and what came of it: all that most who wait for it want to know. */
export interface Outcome {
  readonly seq: number;
  readonly id: string;
  readonly state: RowState;
  readonly ended_at: number | null;
  readonly reason: string | null;
  readonly error: string | null;
  readonly result: string | null;
}

/** A row of the table of jobs, as far as it is shown. */
export interface Row extends Outcome {
  readonly job: string;
  readonly priority: number;
  readonly attempts: number;
  readonly logs: number;
  readonly worker: string | null;
  readonly created_at: number;
  readonly not_before: number | null;
  readonly started_at: number | null;
  readonly parent: string | null;
  readonly progress: string | null;
  readonly input: string | null;
}

const COLUMNS =
  "seq, id, job, state, priority, attempts, logs, worker, created_at, not_before, started_at, ended_at, parent, reason, progress, error, input, result";

/** How each state of the port is found in the file. */
export const ROW_STATES: Readonly<Record<JobState, readonly RowState[]>> = {
  queued: ["queued", "delayed"],
  running: ["running", "cancelling"],
  done: ["done"],
  failed: ["failed"],
  cancelled: ["cancelled"],
};

/** The row of a job; `undefined` if it has been cleaned away. */
export function findRow(store: Store, seq: number): Row | undefined {
  return store.row<Row>(`SELECT ${COLUMNS} FROM jobs WHERE seq = ?`, seq);
}

const FIND_ROWS = `SELECT ${COLUMNS} FROM jobs WHERE seq IN (SELECT value FROM json_each(?))`;
const FIND_OUTCOMES =
  "SELECT seq, id, state, ended_at, reason, error, result FROM jobs WHERE seq IN (SELECT value FROM json_each(?))";

/** The rows of some jobs: one query for all, since a query costs more than a row. */
export function findRows(store: Store, seqs: readonly number[]): Row[] {
  return store.rows<Row>(FIND_ROWS, JSON.stringify(seqs));
}

/** The same as {@link findRows}, at half the cost. */
export function findOutcomes(store: Store, seqs: readonly number[]): Outcome[] {
  return store.rows<Outcome>(FIND_OUTCOMES, JSON.stringify(seqs));
}

/** Those of some jobs that have not ended. */
export function findOpen(store: Store, seqs: readonly number[]): number[] {
  const sql = "SELECT seq FROM jobs WHERE seq IN (SELECT value FROM json_each(?)) AND ended_at IS NULL";
  return store.rows<{ seq: number }>(sql, JSON.stringify(seqs)).map(({ seq }) => seq);
}

/** Some rows after a given one, oldest first. */
export function rowsAfter(store: Store, seq: number, limit: number): Row[] {
  return store.rows<Row>(`SELECT ${COLUMNS} FROM jobs WHERE seq > ? ORDER BY seq LIMIT ?`, seq, limit);
}

/** The error for a job whose row is no longer there. */
export function cleanedAway(store: Store, id: string): QueueError {
  return new QueueError(`job ${id} is no longer in the queue ${store.path}: it had ended, and was cleaned away`);
}

/** A state as the port knows it. */
export function stateOf(state: RowState): JobState {
  return state === "delayed" ? "queued" : state === "cancelling" ? "running" : state;
}

/** The result of a job that has ended. @throws its error. */
export function resultOf({ id, state, result, error, reason }: Outcome): unknown {
  if (state === "done") return read(id, "result", result);
  return outcomeOfJob({
    id,
    state: stateOf(state),
    ...(error === null ? {} : { error: read(id, "error", error) as ErrorRecord }),
    ...(reason === null ? {} : { reason }),
  });
}

/** A value that the file has as JSON. @throws SerializationError that names the job. */
export function read(id: string, part: string, text: string | null): unknown {
  return fromJSON(text, `the ${part} of job ${id}`);
}

/** What the port shows of a row, where one that is damaged must not hide the others: then its error says so. */
export function listedInfo(row: Row): JobInfo {
  try {
    return infoOf(row);
  } catch (error) {
    const rest = infoOf({ ...row, input: null, result: null, error: null, progress: null });
    return { ...rest, error: recordError(error, true) };
  }
}

/** What the port shows of a row. @throws SerializationError if it is damaged. */
export function infoOf(row: Row): JobInfo {
  const state = stateOf(row.state);
  const info: { -readonly [K in keyof JobInfo]: JobInfo[K] } = {
    id: row.id,
    job: row.job,
    state,
    input: read(row.id, "input", row.input),
    attempts: row.attempts,
    priority: row.priority,
    createdAt: row.created_at,
  };
  if (state === "done") info.result = read(row.id, "result", row.result);
  if (state === "failed" && row.error !== null) info.error = read(row.id, "error", row.error) as ErrorRecord;
  if (row.reason !== null) info.reason = row.reason;
  if (row.progress !== null) info.progress = read(row.id, "progress", row.progress) as NonNullable<JobInfo["progress"]>;
  if (row.parent !== null) info.parent = row.parent;
  if (row.worker !== null) info.worker = row.worker;
  if (row.not_before !== null) info.notBefore = row.not_before;
  if (row.started_at !== null) info.startedAt = row.started_at;
  if (row.ended_at !== null) info.endedAt = row.ended_at;
  return info;
}
