// The options of a worker, checked where they are given.

import { availableParallelism, hostname } from "node:os";
import { argumentError, checkCount, checkDuration, checkNumber, checkOptions, checkType } from "../core/check.ts";
import type { WorkableQueue } from "../core/consume.ts";

/** How a worker works, and when it ends by itself. */
export interface WorkerOptions {
  /** How many jobs it executes at once; as many as the machine has cores. */
  readonly concurrency?: number;
  /** Milliseconds: it ends once nothing has been queued, delayed or running for so long. Without it, it waits for ever. */
  readonly idle?: number;
  /** It ends after so many attempts, so that whoever keeps it alive starts a fresh one. */
  readonly maxJobs?: number;
  /** Bytes of resident memory: it ends, between two jobs, once its process has more. */
  readonly maxMemory?: number;
  /** Milliseconds that a job which is told to stop may take for it; 5,000. Then it is terminated or, on the event loop, abandoned. */
  readonly grace?: number;
  /** The name by which others see who has a job; host, process and a number. */
  readonly name?: string;
}

/** The options with their defaults. */
export type WorkerSettings = WorkerOptions & Required<Pick<WorkerOptions, "concurrency" | "grace" | "name">>;

const NAMES = ["concurrency", "idle", "maxJobs", "maxMemory", "grace", "name"];
let count = 0;

/** The options with their defaults. @throws TypeError, RangeError. */
export function settingsOf(options: WorkerOptions): WorkerSettings {
  checkOptions("worker", options, NAMES);
  const { concurrency = availableParallelism(), idle, maxJobs, maxMemory, grace = 5_000 } = options;
  checkCount("worker: concurrency", concurrency, 1);
  if (idle !== undefined) checkDuration("worker: idle", idle);
  if (maxJobs !== undefined) checkCount("worker: maxJobs", maxJobs, 1);
  if (maxMemory !== undefined) checkNumber("worker: maxMemory", maxMemory, 1, Infinity);
  checkDuration("worker: grace", grace);
  if (options.name !== undefined) checkType("worker: name", options.name, "string");
  if (options.name === "") throw argumentError(TypeError, "worker: name", "a name that is not empty", "");
  const name = options.name ?? `${hostname()}-${process.pid}-${++count}`;
  return { ...options, concurrency, grace, name };
}

/** Refuses a queue that cannot be worked on. */
export function checkQueue(queue: unknown): asserts queue is WorkableQueue {
  const consume = typeof queue === "object" && queue !== null ? (queue as Partial<WorkableQueue>).consume : undefined;
  if (typeof consume === "function") return;
  throw argumentError(TypeError, "worker", "a queue that workers take jobs from, such as sqlite()", queue);
}
