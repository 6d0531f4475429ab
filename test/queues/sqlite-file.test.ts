// What may be wrong with the file: each is told in words, with SQLite's error as the cause, and what was acknowledged is still there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { QueueError } from "thence";
import { openQueue } from "thence/queues";
import { sqlite, type SqliteQueue } from "thence/sqlite";
import { ended, newFile, open, start, until } from "./sqlite-helpers.ts";

async function fill(queue: SqliteQueue, count: number, size = 10): Promise<string[]> {
  const inputs = Array.from({ length: count }, (_, i) => `${i}`.padEnd(size, "x"));
  const handles = await Promise.all(inputs.map((input) => queue.submit({ job: "a", input })));
  return handles.map(({ id }) => id);
}

async function idsIn(queue: SqliteQueue): Promise<string[]> {
  return (await Array.fromAsync(queue.jobs())).map(({ id }) => id);
}

test("a queue needs the path of a file", (context) => {
  for (const bad of ["", "a\0b", 7, undefined, new URL("https://example.org/jobs.db"), "file:jobs.db"]) {
    assert.throws(() => sqlite(bad as string), { name: "TypeError", code: "ERR_THENCE_ARGUMENT" });
  }
  assert.throws(() => sqlite(":memory:"), { code: "ERR_THENCE_ARGUMENT", message: /other processes cannot see/ });
  const file = newFile(context);
  mkdirSync(file);
  assert.throws(() => sqlite(file), { code: "ERR_THENCE_QUEUE", message: /it is a folder/ });
  assert.throws(() => sqlite(path.join(file, "none", "jobs.db")), { message: /its folder does not exist/ });
});

test("wrong options are refused", (context) => {
  const file = newFile(context);
  const wrong = {
    lease: 1,
    maxLost: 0,
    keep: -1,
    durability: "some",
    busyTimeout: Number.NaN,
    unknownAfter: "1",
    leese: 5,
  };
  for (const [key, value] of Object.entries(wrong)) {
    assert.throws(() => sqlite(file, { [key]: value }), { code: "ERR_THENCE_ARGUMENT" }, key);
  }
});

test("openQueue opens what its URL names, with options, and lists the schemes that it knows", async (context) => {
  const file = newFile(context);
  const odd = path.join(path.dirname(file), "odd ?%.db");
  for (const [url, expected] of [
    [`sqlite:${file}?durability=full&lease=100&keep=Infinity`, file],
    [`sqlite://${file}`, file],
    [`sqlite:${odd.replace(/[%?]/g, encodeURIComponent)}`, odd],
  ] as const) {
    const queue = await openQueue(url);
    assert.equal(queue.path, expected);
    await queue.submit({ job: "a" });
    await queue.close();
    assert.ok(statSync(expected).size > 0);
  }
  open(context, pathToFileURL(odd) as never);
  await assert.rejects(openQueue("redis://x"), { code: "ERR_THENCE_ARGUMENT", message: /begins with sqlite:/ });
  await assert.rejects(openQueue(`sqlite:${file}?leese=1`), { message: /did you mean "lease"/ });
  for (const key of ["keep", "busyTimeout", "unknownAfter"]) {
    const message = new RegExp(`${key}: expected a number, got ""`);
    await assert.rejects(openQueue(`sqlite:${file}?${key}=`), { code: "ERR_THENCE_ARGUMENT", message });
  }
  await assert.rejects(openQueue("sqlite:"), { code: "ERR_THENCE_ARGUMENT" });
});

test("a file of a newer version is refused with both versions and the path, and not changed", async (context) => {
  const file = newFile(context);
  await sqlite(file).close();
  const database = new DatabaseSync(file);
  database.exec("PRAGMA user_version = 99");
  database.close();
  const before = readFileSync(file);
  assert.throws(
    () => sqlite(file),
    (error: Error) =>
      error instanceof QueueError && error.message.includes(file) && /version 99.*up to 1/.test(error.message),
  );
  assert.deepEqual(readFileSync(file), before);
});

test("the database of another program, and a file that is none, are refused and not changed", (context) => {
  const file = newFile(context);
  const database = new DatabaseSync(file);
  database.exec("CREATE TABLE notes (text)");
  database.close();
  const before = readFileSync(file);
  assert.throws(() => sqlite(file), { code: "ERR_THENCE_QUEUE", message: /another program/ });
  assert.deepEqual(readFileSync(file), before);
  writeFileSync(file, "this is a letter, and no database at all. ".repeat(50));
  assert.throws(
    () => sqlite(file),
    (error: Error) => /not an SQLite database/.test(error.message) && error.cause !== undefined,
  );
});

test("a file that was cut short is refused when it is opened", async (context) => {
  const file = newFile(context);
  const queue = sqlite(file);
  await fill(queue, 500, 100);
  await queue.close();
  truncateSync(file, Math.floor(statSync(file).size / 2 / 4096) * 4096);
  assert.throws(
    () => sqlite(file),
    (error: Error) => /damaged, or was cut short/.test(error.message) && error.cause !== undefined,
  );
});

test("damage within the file is told by whatever meets it, and ends a worker", async (context) => {
  const file = newFile(context);
  const queue = sqlite(file);
  await fill(queue, 500, 100);
  await queue.close();
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xa5, 3 * 4096));
  const damaged = open(context, file);
  await assert.rejects(idsIn(damaged), { code: "ERR_THENCE_QUEUE", message: /damaged/ });
  const consumer = damaged.consume({ worker: "w", jobs: ["a"], concurrency: 1 }, async () => ({ state: "released" }));
  await assert.rejects(consumer.ended, { code: "ERR_THENCE_QUEUE", message: /damaged/ });
});

test("an empty file beside a log that is not empty is refused, and the log kept", async (context) => {
  const file = newFile(context);
  writeFileSync(file, "");
  writeFileSync(`${file}-wal`, "what was acknowledged");
  assert.throws(() => sqlite(file), { code: "ERR_THENCE_QUEUE", message: /was cut short/ });
  assert.equal(readFileSync(`${file}-wal`, "utf8"), "what was acknowledged");
});

test("an empty file becomes a queue", async (context) => {
  const file = newFile(context);
  writeFileSync(file, "");
  assert.equal((await fill(open(context, file), 1)).length, 1);
});

test("a file that another process has locked is waited for, then refused", async (context) => {
  const file = newFile(context);
  const queue = open(context, file, { busyTimeout: 300 });
  const other = new DatabaseSync(file);
  context.after(() => other.close());
  other.exec("BEGIN IMMEDIATE");
  const waited = queue.submit({ job: "a", id: "waited" });
  setTimeout(() => other.exec("ROLLBACK"), 100);
  assert.equal((await waited).id, "waited");
  other.exec("BEGIN IMMEDIATE");
  await assert.rejects(queue.submit({ job: "a", id: "refused" }), {
    code: "ERR_THENCE_QUEUE",
    message: /locked by another process/,
  });
  assert.deepEqual(await idsIn(queue), ["waited"]);
  other.exec("ROLLBACK");
  assert.equal((await queue.submit({ job: "a", id: "later" })).id, "later");
});

test("a file that may only be read is refused", async (context) => {
  const file = newFile(context);
  await sqlite(file).close();
  chmodSync(file, 0o444);
  const isRoot = process.getuid?.() === 0;
  // Root may write what it likes; somebody else opens the file then.
  if (isRoot) chownSync(path.dirname(file), 65534, 65534);
  const child = start(context, "sqlite-open.ts", [file], isRoot ? { uid: 65534, gid: 65534 } : {});
  const { text } = await ended(child);
  assert.match(text, /^ERR_THENCE_QUEUE .*read-only/);
});

test("a new file in a folder that may only be read is refused", async (context) => {
  const file = newFile(context);
  chmodSync(path.dirname(file), 0o555);
  const isRoot = process.getuid?.() === 0;
  const child = start(context, "sqlite-open.ts", [file], isRoot ? { uid: 65534, gid: 65534 } : {});
  const { text } = await ended(child);
  assert.equal(text, `ERR_THENCE_QUEUE the queue ${file} cannot be made: ${path.dirname(file)} is read-only`);
});

test("on a full disk submissions are refused, and what was acknowledged is there when there is room again", async (context) => {
  const dir = mountSmall(context);
  if (dir === undefined) return context.skip("only root can mount a small disk");
  const queue = sqlite(path.join(dir, "jobs.db"));
  const acknowledged: string[] = [];
  const fillUp = async (): Promise<never> => {
    for (;;) acknowledged.push(...(await fill(queue, 5, 2_000)));
  };
  const refused: unknown = await fillUp().catch((error: unknown) => error);
  assert.ok(refused instanceof QueueError && /disk is full/.test(refused.message) && refused.cause !== undefined);
  const present = await idsIn(queue);
  for (const id of acknowledged) assert.ok(present.includes(id));
  execFileSync("mount", ["-o", "remount,size=16m", dir]);
  acknowledged.push(...(await fill(queue, 5, 2_000)));
  await queue.close();
  const again = sqlite(path.join(dir, "jobs.db"));
  const there = new Set(await idsIn(again));
  await again.close();
  assert.equal(acknowledged.filter((id) => !there.has(id)).length, 0);
});

/** A disk of one megabyte; `undefined` if there cannot be one. */
function mountSmall(context: TestContext): string | undefined {
  const dir = mkdtempSync(path.join(tmpdir(), "thence-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", dir], { stdio: "ignore" });
    context.after(() => {
      execFileSync("umount", ["-l", dir]);
      rmdirSync(dir);
    });
    return dir;
  } catch {
    rmdirSync(dir);
    return undefined;
  }
}

test("the file shrinks when jobs are cleaned away, and keeps what is open", async (context) => {
  const file = newFile(context);
  const queue = open(context, file);
  const ids = await fill(queue, 300, 20_000);
  const before = sizeOf(file);
  for (const id of ids.slice(1)) await (await queue.find(id))!.cancel();
  await until("all are old", async () => (await queue.clean({ olderThan: 1 }), (await idsIn(queue)).length === 1));
  const after = sizeOf(file);
  assert.ok(before > 6e6, `it had ${before} bytes`);
  assert.ok(after < before / 3, `it has ${after} bytes of ${before}`);
  assert.equal((await (await queue.find(ids[0]!))!.info()).input, "0".padEnd(20_000, "x"));
});

/** The bytes of the file with all that is in its log. */
function sizeOf(file: string): number {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
  return statSync(file).size;
}
