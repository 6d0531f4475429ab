// 10,000 jobs that do nothing through a queue in a file, from the first submission until the last result is back: `sqlite.ts here` with a
// worker in this process, `process` with one in another, `plainjob` for its queue and worker, in this process, on better-sqlite3.
// `process` also measures how long one job takes there and back when nothing else goes on: two wake-ups between processes.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { better, defineQueue, defineWorker } from "plainjob";
import { job } from "thence";
import { sqlite, type SqliteQueue } from "thence/sqlite";
import { worker } from "thence/worker";
import { median } from "../report.ts";

export const echo = job("echo", (input: number) => input);

const JOBS = 10_000;
const CONCURRENCY = 100;
const [how, given] = process.argv.slice(2);

if (how === "worker") {
  const queue = sqlite(given!);
  process.on("SIGTERM", () => void working.stop());
  const working = worker(queue, { echo }, { concurrency: CONCURRENCY });
  console.log("ready");
  await working;
  await queue.close();
} else if (how !== undefined) {
  const folder = mkdtempSync(path.join(tmpdir(), "thence-bench-"));
  try {
    const file = path.join(folder, "jobs.db");
    const measure = { here, process: elsewhere, plainjob }[how];
    console.log(JSON.stringify(await measure!(file)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function here(file: string): Promise<object> {
  const queue = sqlite(file);
  const working = worker(queue, { echo }, { concurrency: CONCURRENCY });
  await (await queue.submit(echo.request(0))).result();
  const times = await submitAndAwait(queue);
  await working.stop();
  await queue.close();
  return times;
}

async function elsewhere(file: string): Promise<object> {
  const queue = sqlite(file);
  const args = [...process.execArgv, fileURLToPath(import.meta.url), "worker", file];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const trips: number[] = [];
  for (let i = 0; i < 101; i++) {
    const start = performance.now();
    await (await queue.submit(echo.request(i))).result();
    trips.push(performance.now() - start);
  }
  const times = await submitAndAwait(queue);
  child.kill("SIGTERM");
  await once(child, "exit");
  await queue.close();
  return { ...times, trip: median(trips) };
}

async function submitAndAwait(queue: SqliteQueue): Promise<{ total: number; submit: number }> {
  globalThis.gc?.();
  const start = performance.now();
  const handles = await Promise.all(Array.from({ length: JOBS }, (_, i) => queue.submit(echo.request(i))));
  const submitted = performance.now();
  const results = await Promise.all(handles.map((handle) => handle.result()));
  const end = performance.now();
  for (const [i, result] of results.entries()) if (result !== i) throw new Error(`job ${i} returned ${String(result)}`);
  return { total: end - start, submit: submitted - start };
}

/** It has no results to wait for: the last job says that all are done. */
async function plainjob(file: string): Promise<object> {
  const Database = createRequire(import.meta.url)("better-sqlite3") as new (file: string) => never;
  const logger = { error() {}, warn() {}, info() {}, debug() {} };
  const queue = defineQueue({ connection: better(new Database(file)), logger });
  let left = JOBS;
  const done = Promise.withResolvers<void>();
  const working = defineWorker("echo", () => void (--left === 0 && done.resolve()), { queue, logger });
  globalThis.gc?.();
  const start = performance.now();
  queue.addMany(
    "echo",
    Array.from({ length: JOBS }, (_, i) => i),
  );
  const submitted = performance.now();
  void working.start();
  await done.promise;
  const end = performance.now();
  await working.stop();
  queue.close();
  return { total: end - start, submit: submitted - start };
}
