// The embedded durable queue: a file on Node's own SQLite, shared by all processes of one machine, with no server. Its parts are in
// `sqlite/`; the schema says how jobs are kept, the store how they are written.

import { pathOf } from "./sqlite/database.ts";
import { SqliteQueue } from "./sqlite/queue.ts";
import { settingsOf, type SqliteOptions } from "./sqlite/settings.ts";

export { SqliteQueue } from "./sqlite/queue.ts";
export type { SqliteOptions } from "./sqlite/settings.ts";
export type { AttemptInfo, WorkerInfo } from "./sqlite/upkeep.ts";

/**
 * Opens the job queue in a file, and makes the file if it is not there. Jobs survive the death of any process; any number of
 * processes on this machine may submit, work and wait at the same time. Whoever opens a queue closes it.
 *
 * @throws TypeError, RangeError for wrong arguments; QueueError if the file cannot be used: it is locked for longer than `busyTimeout`,
 * read-only, damaged, newer than this package, or not a queue.
 */
export function sqlite(path: string | URL, options: SqliteOptions = {}): SqliteQueue {
  return new SqliteQueue(pathOf("sqlite", path), settingsOf(options));
}
