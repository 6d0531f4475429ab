// What SQLite's errors mean for a queue, in words that say what to do, and which of them may pass by themselves.

import { QueueError } from "../../core/job-errors.ts";

const BUSY = 5;
const LOCKED = 6;
const FULL = 13;
const IOERR = 10;

const MEANINGS: Readonly<Record<number, string>> = {
  [BUSY]: "is locked by another process",
  [LOCKED]: "is locked by another process",
  7: "needs more memory than there is",
  8: "is read-only",
  [IOERR]: "cannot be read or written",
  11: "is damaged, or was cut short; what can be saved, `sqlite3 FILE .recover` saves",
  [FULL]: "cannot grow: the disk is full. Nothing that was acknowledged is lost",
  14: "cannot be opened",
  18: "cannot hold a value of this size",
  26: "is not an SQLite database",
};

/** SQLite's primary result code of an error, or of the cause of a QueueError; `undefined` for other errors. */
function resultCode(error: unknown): number | undefined {
  const source = error instanceof QueueError ? error.cause : error;
  const code = (source as { errcode?: unknown } | null | undefined)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

/** Whether another process has the lock at this moment. */
export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED;
}

/** Whether the same operation may succeed later, without anybody repairing the file. */
export function isPassing(error: unknown): boolean {
  const code = resultCode(error);
  return isBusy(error) || code === FULL || code === IOERR;
}

/** An error of SQLite's as a QueueError that names the file; other errors are given back as they are. */
export function queueError(path: string, error: unknown): Error {
  if (!(error instanceof Error)) return new QueueError(String(error));
  const code = resultCode(error);
  if (code === undefined || error instanceof QueueError) return error;
  const meaning = MEANINGS[code] ?? "cannot be used";
  return new QueueError(`the queue ${path} ${meaning} (SQLite: ${error.message})`, { cause: error });
}
