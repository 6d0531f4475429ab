// Harnesses for the in-memory queue: as simple as a queue may be, and as rich.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { jobsOf } from "../../src/core/execute.ts";
import type { Supports } from "../../src/core/job-queue.ts";
import { job, type AnyJob } from "../../src/core/job.ts";
import type { CreateOptions, SuiteQueue } from "../../src/testing/queue-suite/harness.ts";
import { ignore, type Scene } from "../../src/testing/queue-suite/jobs.ts";
import { MemoryEngine } from "./memory-engine.ts";
import { MemoryQueue } from "./memory-queue.ts";
import { MemoryWorker } from "./memory-worker.ts";
import { reflect } from "./mirror.ts";

/** The parts of an in-memory queue; a faulty one has others. */
export interface Parts {
  readonly Engine: typeof MemoryEngine;
  readonly Queue: typeof MemoryQueue;
  readonly Worker: typeof MemoryWorker;
  /** How another process opens it: an export of `mirror.ts`. */
  readonly mirror: string;
}

type Create = (options: CreateOptions) => Promise<SuiteQueue>;

/** The parts that have no faults. */
export const SOUND: Parts = { Engine: MemoryEngine, Queue: MemoryQueue, Worker: MemoryWorker, mirror: "openMirror" };

/** What it supports that executes jobs by itself, in this process. */
export const IN_PROCESS: Supports = {
  abort: "cooperative",
  durable: false,
  priority: true,
  delay: true,
  progress: true,
  logs: true,
};

/** What the least of all queues supports. */
export const LEAST: Supports = {
  abort: "none",
  durable: false,
  priority: false,
  delay: false,
  progress: false,
  logs: false,
};

/** A queue that executes jobs by itself. */
export function selfServing(parts: Parts = SOUND, supports: Supports = IN_PROCESS): Create {
  return async ({ jobs, concurrency }) => {
    const engine = new parts.Engine(await load(jobs), supports);
    return { queue: new parts.Queue(engine, concurrency), sameProcess: true, destroy: () => {} };
  };
}

/** The same as if each job had a process of its own: one that exits or blocks does not take the tests along. */
export function isolated(parts: Parts = SOUND): Create {
  return async ({ jobs, concurrency }) => {
    const engine = new parts.Engine(tame(await load(jobs)), { ...IN_PROCESS, abort: "forceful" });
    return { queue: new parts.Queue(engine, concurrency), destroy: () => {} };
  };
}

/** A queue with workers, whose jobs outlive them. */
export function withWorkers(parts: Parts = SOUND): Create {
  return async ({ jobs }) => {
    const engine = new parts.Engine(await load(jobs), { ...IN_PROCESS, durable: true });
    const dir = await mkdtemp(path.join(tmpdir(), "thence-mirror-"));
    reflect(engine, dir);
    let count = 0;
    return {
      queue: new parts.Queue(engine),
      sameProcess: true,
      worker: async ({ concurrency }) => new parts.Worker(engine, `worker-${++count}`, concurrency),
      reopen: async () => new parts.Queue(engine),
      elsewhere: { module: new URL("mirror.ts", import.meta.url).href, open: parts.mirror, with: [dir] },
      destroy: () => rm(dir, { recursive: true }),
    };
  };
}

async function load(jobs: URL): Promise<Map<string, AnyJob>> {
  return jobsOf((await import(jobs.href)) as object);
}

function tame(jobs: Map<string, AnyJob>): Map<string, AnyJob> {
  const gone = (): never => {
    throw Object.assign(new Error("the process is gone"), { code: "GONE" });
  };
  return new Map([
    ...jobs,
    ["exit", job("exit", gone)],
    ["spin", job("spin", (scene: Scene, context) => ignore.run(scene, context))],
  ]);
}
