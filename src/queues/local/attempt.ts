// One attempt of a job that a pool executes: its call, why it is to stop, and how long that may take.

import type { ErrorRecord } from "../../core/job-queue.ts";
import { recordError } from "../../core/json.ts";
import type { Timer } from "../../core/timer.ts";
import { startTimer } from "../clock.ts";
import { jobTimeout } from "./errors.ts";
import type { LocalJob } from "./job.ts";
import type { Call, Reply } from "./messages.ts";
import type { Pool } from "./pool.ts";

let keys = 0;

/** One attempt, from when a pool takes it; only when it begins, it counts as one. */
export class LocalAttempt {
  readonly job: LocalJob;
  readonly call: Call;
  /** Why it was told to stop: a cancel, or the error that it fails with. */
  stopped: "cancel" | ErrorRecord | undefined;
  /** It is being executed, or was. */
  hasBegun = false;
  hasEnded = false;
  readonly #settle: (attempt: LocalAttempt, reply: Omit<Reply, "key">) => void;
  #timeout: Timer | undefined;
  #patience: Timer | undefined;

  constructor(
    job: LocalJob,
    input: string | undefined,
    settle: (attempt: LocalAttempt, reply: Omit<Reply, "key">) => void,
  ) {
    this.job = job;
    this.#settle = settle;
    const { id, name, attempts, rare, request } = job;
    const attempt = attempts + (request.attempt ?? 1);
    this.call = { key: ++keys, id, job: name, input, attempt, lastError: rare.lastError ?? request.lastError };
  }

  /** Stops it after `ms` milliseconds, with an error. */
  limit(ms: number, pool: Pool, grace: number): void {
    if (ms === Infinity) return;
    this.#timeout = startTimer(ms, () => this.stop(pool, grace, recordError(jobTimeout(this.job.name, ms))));
  }

  /** Asks it to stop, and ends it by force after `grace`. A cancel counts also after a timeout. */
  stop(pool: Pool, grace: number, why: "cancel" | ErrorRecord): void {
    if (this.hasEnded) return;
    const isFirst = this.stopped === undefined;
    if (isFirst || why === "cancel") this.stopped = why;
    if (!isFirst) return;
    this.#timeout?.stop();
    const { key } = this.call;
    const { reason } = this.job.rare;
    const details = why === "cancel" ? (reason === undefined ? {} : { reason }) : { error: why };
    this.#patience = startTimer(grace, () => pool.kill(this));
    pool.stop(this, { kind: "stop", key, ...details });
  }

  /** What the pool says became of it; only the first word counts. */
  settle(reply: Omit<Reply, "key">): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.#timeout?.stop();
    this.#patience?.stop();
    this.#settle(this, reply);
  }
}
