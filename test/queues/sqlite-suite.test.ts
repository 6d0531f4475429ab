// The SQLite queue keeps the contract of job queues, with workers in this process and in others.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { sqlite } from "thence/sqlite";
import { queueSuite, type SuiteQueue, type SuiteWorker, type WorkerOptions } from "thence/testing";
import { worker } from "thence/worker";

const OPTIONS = { lease: 300, unknownAfter: 300 };

describe("sqlite", () => {
  queueSuite({ test, create });
});

async function create(): Promise<SuiteQueue> {
  const dir = await mkdtemp(path.join(tmpdir(), "thence-sqlite-"));
  const file = path.join(dir, "jobs.db");
  return {
    queue: sqlite(file, OPTIONS),
    sameProcess: true,
    worker: async (options) => (options.killable ? otherProcess(file, options) : here(file, options)),
    reopen: async () => sqlite(file, OPTIONS),
    elsewhere: { module: import.meta.resolve("thence/sqlite"), open: "sqlite", with: [file, OPTIONS] },
    destroy: async () => rm(dir, { recursive: true }),
  };
}

function here(file: string, { jobs, concurrency }: WorkerOptions): SuiteWorker {
  const queue = sqlite(file, OPTIONS);
  const work = worker(queue, jobs, { concurrency });
  const stop = async (): Promise<void> => {
    await work.stop();
    await queue.close();
  };
  return { stop, kill: stop };
}

async function otherProcess(file: string, { jobs, concurrency }: WorkerOptions): Promise<SuiteWorker> {
  const program = path.join(import.meta.dirname, "sqlite-worker.ts");
  const child = spawn(
    process.execPath,
    ["--conditions=thence-source", program, file, jobs.href, `${concurrency}`, JSON.stringify(OPTIONS)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  await once(child.stdout, "data");
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  return { pid: child.pid as number, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}
