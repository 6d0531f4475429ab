// What the tests of the SQLite queue share: a file in a directory of its own, programs in other processes, and waiting for things.

import assert from "node:assert/strict";
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sqlite, type SqliteOptions, type SqliteQueue } from "thence/sqlite";

/** A path for a queue; it is gone after the test. */
export function newFile(context: TestContext): string {
  const dir = mkdtempSync(path.join(tmpdir(), "thence-sqlite-"));
  context.after(() => rmSync(dir, { recursive: true, force: true }));
  return path.join(dir, "jobs.db");
}

/** A queue in a file, closed after the test. */
export function open(context: TestContext, file: string = newFile(context), options: SqliteOptions = {}): SqliteQueue {
  const queue = sqlite(file, options);
  context.after(() => queue.close());
  return queue;
}

/** Another process that runs a program of this folder; killed after the test, if it is still there. */
export function start(
  context: TestContext,
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  const file = path.join(import.meta.dirname, program);
  const child = spawn(process.execPath, ["--conditions=thence-source", file, ...args], {
    ...options,
    stdio: ["pipe", "pipe", "inherit"],
  });
  context.after(() => child.kill("SIGKILL"));
  return child;
}

/** The next thing that a process says. */
export async function said(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout!, "data", { signal: AbortSignal.timeout(20_000) })) as [Buffer];
  return data.toString().trim();
}

/** All that a process says until it ends, and its exit code. */
export async function ended(child: ChildProcess): Promise<{ text: string; code: number | null }> {
  let text = "";
  child.stdout!.on("data", (data: Buffer) => (text += data.toString()));
  const [code] = (await once(child, "close", { signal: AbortSignal.timeout(20_000) })) as [number | null];
  return { text: text.trim(), code };
}

/** Waits until something is the case. */
export async function until(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await probe())) {
    if (performance.now() > deadline) assert.fail(`waited in vain until ${what}`);
    await sleep(5);
  }
}
