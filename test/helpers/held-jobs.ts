// Jobs whose functions the test holds, and an in-memory queue that executes closures as jobs.

import { job } from "thence";
import type { Job, JobContext } from "thence";
import { jobsOf } from "../../src/core/execute.ts";
import type { Supports } from "../../src/core/job-queue.ts";
import { MemoryEngine } from "./memory-engine.ts";
import { IN_PROCESS } from "./memory-harness.ts";
import { MemoryQueue } from "./memory-queue.ts";

export interface Held {
  readonly context: JobContext;
  readonly input: string;
  end(result?: string): void;
}

/** A job that ends when the test says so, or when its signal aborts. */
export function heldJob(): { hold: Job<string, string>; held: Map<string, Held> } {
  const held = new Map<string, Held>();
  const hold = job("hold", (input: string, context) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    held.set(input, { context, input, end: (result = input) => resolve(result) });
    context.signal.addEventListener("abort", () => reject(context.signal.reason));
    return promise;
  });
  return { hold, held };
}

/** A queue that executes these jobs, some at once. */
export function queueFor(jobs: object, concurrency = 4, supports: Supports = IN_PROCESS): MemoryQueue {
  return new MemoryQueue(new MemoryEngine(jobsOf(jobs), supports), concurrency);
}

/** Waits, turn by turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
