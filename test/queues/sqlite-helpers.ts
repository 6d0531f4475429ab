// What the tests of the SQLite queue share: a file in a directory of its own, programs in other processes, jobs that are ended by hand,
// and waiting for things.

import assert from "node:assert/strict";
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sqlite, type SqliteOptions, type SqliteQueue } from "thence/sqlite";
import type { Claim, ClaimOutcome } from "../../src/core/consume.ts";

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

/** What an attempt comes to that does all it should. */
export const DONE: ClaimOutcome = { state: "done", result: "1" };

/** Executes jobs as the test says; those that it forgets end after it, before the queue closes. */
export function hold(context: TestContext): Held {
  const claims: Claim[] = [];
  const end: ((outcome: ClaimOutcome) => void)[] = [];
  let isOver = false;
  context.after(() => {
    isOver = true;
    for (const each of end) each(DONE);
  });
  const execute = async (claim: Claim): Promise<ClaimOutcome> => {
    if (isOver) return DONE;
    claims.push(claim);
    return new Promise((resolve) => {
      end.push(resolve);
    });
  };
  return { claims, execute, end };
}

/** The jobs that a test holds, and how it ends them. */
export interface Held {
  readonly claims: Claim[];
  readonly end: ((outcome: ClaimOutcome) => void)[];
  readonly execute: (claim: Claim) => Promise<ClaimOutcome>;
}

/** Lets nothing of this process happen for a while, heartbeats included. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
