// Harnesses for the in-memory queue: as simple as a queue may be, and as rich.

import { jobsOf } from "../../src/core/execute.ts";
import type { Supports } from "../../src/core/job-queue.ts";
import type { CreateOptions, SuiteQueue } from "../../src/testing/queue-suite/harness.ts";
import { MemoryEngine } from "./memory-engine.ts";
import { MemoryQueue } from "./memory-queue.ts";
import { MemoryWorker } from "./memory-worker.ts";

/** The parts of an in-memory queue; a faulty one has others. */
export interface Parts {
  readonly Engine: typeof MemoryEngine;
  readonly Queue: typeof MemoryQueue;
  readonly Worker: typeof MemoryWorker;
}

/** The parts that have no faults. */
export const SOUND: Parts = { Engine: MemoryEngine, Queue: MemoryQueue, Worker: MemoryWorker };

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
export function selfServing(parts: Parts = SOUND, supports: Supports = IN_PROCESS) {
  return async ({ jobs, concurrency }: CreateOptions): Promise<SuiteQueue> => {
    const engine = new parts.Engine(jobsOf((await import(jobs.href)) as object), supports);
    return { queue: new parts.Queue(engine, concurrency), sameProcess: true, destroy: () => {} };
  };
}

/** A queue with workers, whose jobs outlive them. */
export function withWorkers(parts: Parts = SOUND, supports: Supports = { ...IN_PROCESS, durable: true }) {
  return async ({ jobs }: CreateOptions): Promise<SuiteQueue> => {
    const engine = new parts.Engine(jobsOf((await import(jobs.href)) as object), supports);
    let count = 0;
    return {
      queue: new parts.Queue(engine),
      sameProcess: true,
      worker: async ({ concurrency }) => new parts.Worker(engine, `worker-${++count}`, concurrency),
      reopen: async () => new parts.Queue(engine),
      destroy: () => {},
    };
  };
}
