// Opening the file: checks that say what is wrong before anything is changed, then the write-ahead log, then migrations. This is the
// one place that loads `node:sqlite`.

import { existsSync, realpathSync, statSync, accessSync, constants } from "node:fs";
import { dirname, resolve } from "node:path";
import type * as nodeSqlite from "node:sqlite";
import { fileURLToPath } from "node:url";
import { argumentError } from "../../core/check.ts";
import { QueueError } from "../../core/job-errors.ts";
import { isBusy, queueError } from "./failures.ts";
import { APPLICATION_ID, MIGRATIONS } from "./schema.ts";

/** How long SQLite itself waits for a lock, blocking the process; everything longer is waited for without blocking. */
const BLOCKING = 50;

/** An absolute path of what a user gave. @throws TypeError for anything but the path of a file. */
export function pathOf(owner: string, given: unknown): string {
  if (given instanceof URL && given.protocol === "file:") return fileURLToPath(given);
  if (typeof given !== "string" || given === "" || given.includes("\0")) {
    throw argumentError(TypeError, owner, "the path of a file, or a file: URL", given);
  }
  if (given.startsWith(":memory:")) {
    throw argumentError(TypeError, owner, "the path of a file, since other processes cannot see a memory", given);
  }
  if (given.startsWith("file:")) throw argumentError(TypeError, owner, "a path, or new URL(…)", given);
  return resolve(given);
}

/** Opens or creates the database of a queue; waits for a lock at most `patience` ms, blocking. @throws QueueError. */
export function openDatabase(path: string, durability: "normal" | "full", patience: number): nodeSqlite.DatabaseSync {
  checkFile(path);
  const { DatabaseSync: Database } = loadSqlite();
  let database: nodeSqlite.DatabaseSync | undefined;
  try {
    database = new Database(path);
    prepare(database, path, durability, Date.now() + patience);
    return database;
  } catch (error) {
    database?.close();
    throw queueError(path, error);
  }
}

function checkFile(path: string): void {
  if (!existsSync(dirname(path))) throw new QueueError(`the queue ${path} cannot be made: its folder does not exist`);
  if (!existsSync(path)) return checkWritable(dirname(path), `the queue ${path} cannot be made`);
  const file = statSync(path);
  if (file.isDirectory()) throw new QueueError(`the queue ${path} cannot be opened: it is a folder`);
  // SQLite would take it for new and throw the log away.
  const log = `${realpathSync(path)}-wal`;
  if (file.size === 0 && existsSync(log) && statSync(log).size > 0) {
    throw new QueueError(`the queue ${path} was cut short: it is empty, but ${log} is not. Nothing was changed`);
  }
  for (const needed of [path, dirname(realpathSync(path))]) {
    checkWritable(needed, `the queue ${path} cannot be written`);
  }
}

function checkWritable(needed: string, what: string): void {
  try {
    accessSync(needed, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new QueueError(`${what}: ${needed} is read-only`, { cause });
  }
}

function prepare(
  database: nodeSqlite.DatabaseSync,
  path: string,
  durability: "normal" | "full",
  deadline: number,
): void {
  database.exec(`PRAGMA busy_timeout = ${BLOCKING}`);
  const version = patiently(deadline, () => checkVersion(database, path));
  // The first table settles it: whether pages that are free again can be given back.
  if (version === 0) patiently(deadline, () => database.exec("PRAGMA auto_vacuum = INCREMENTAL"));
  // Two processes that make the same file at once may find each other's lock here.
  patiently(deadline, () => database.exec("PRAGMA journal_mode = WAL"));
  database.exec(
    `PRAGMA synchronous = ${durability}; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864`,
  );
  if (version < MIGRATIONS.length) patiently(deadline, () => migrate(database, path));
}

/** The version of the file, 0 for a new one. @throws QueueError if the file is newer, or another program's. */
function checkVersion(database: nodeSqlite.DatabaseSync, path: string): number {
  const read = (sql: string): unknown => Object.values(database.prepare(sql).get() ?? {})[0];
  const version = read("PRAGMA user_version") as number;
  const application = read("PRAGMA application_id");
  if (application !== APPLICATION_ID && read("SELECT count(*) FROM sqlite_schema") !== 0) {
    throw new QueueError(`${path} is the database of another program, not a queue`);
  }
  if (version > MIGRATIONS.length) {
    throw new QueueError(
      `the queue ${path} has version ${version}, and this thence knows versions up to ${MIGRATIONS.length}: it was made by a newer one`,
    );
  }
  return version;
}

function migrate(database: nodeSqlite.DatabaseSync, path: string): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have done so in the meantime.
    for (let version = checkVersion(database, path); version < MIGRATIONS.length; version++) {
      database.exec(MIGRATIONS[version] as string);
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function patiently<T>(deadline: number, act: () => T): T {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** Loads Node's SQLite without its notice that the module is experimental, which some versions print and users cannot act upon. */
function loadSqlite(): typeof nodeSqlite {
  const original = Object.getOwnPropertyDescriptor(process, "emitWarning") as PropertyDescriptor;
  process.emitWarning = () => {};
  try {
    return process.getBuiltinModule("node:sqlite");
  } finally {
    Object.defineProperty(process, "emitWarning", original);
  }
}
