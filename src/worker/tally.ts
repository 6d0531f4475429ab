// What a worker has done, counted by how its attempts ended.

import type { ClaimOutcome } from "../core/consume.ts";

/** What a worker has done, and why it ended. */
export interface WorkerSummary {
  readonly name: string;
  /** By `stop()` or the closing of its queue, by `abort()`, or by one of its limits. */
  readonly ended: "stopped" | "aborted" | "idle" | "maxJobs" | "maxMemory";
  /** Attempts that returned. */
  readonly done: number;
  /** Attempts that failed for good. */
  readonly failed: number;
  /** Attempts that failed and are repeated. */
  readonly retried: number;
  readonly cancelled: number;
  /** Attempts that were given back unfinished, or lost to another worker. */
  readonly released: number;
}

/** The counts of attempts by how they ended. */
export class Tally {
  readonly counts: { done: number; failed: number; retried: number; cancelled: number; released: number } = {
    done: 0,
    failed: 0,
    retried: 0,
    cancelled: 0,
    released: 0,
  };
  /** How many attempts have begun. */
  taken = 0;

  add(outcome: ClaimOutcome): void {
    this.counts[outcome.state === "failed" && outcome.retryIn !== undefined ? "retried" : outcome.state]++;
  }
}
