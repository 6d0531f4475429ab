// One attempt of a job that was claimed: when it is told to stop, how long it may take for that, and what becomes of it.

import type { Claim, ClaimOutcome } from "../core/consume.ts";
import type { CancelledError } from "../core/errors.ts";
import type { JobOutcome } from "../core/execute.ts";
import type { AnyJob } from "../core/job.ts";
import { recordError } from "../core/json.ts";
import type { Timer } from "../core/timer.ts";
import { startTimer } from "../queues/clock.ts";
import { jobTimeout } from "../queues/local/errors.ts";
import { isBecauseOf } from "./reasons.ts";
import { failedAttempt } from "./retries.ts";

/** An attempt in progress. */
export class WorkerAttempt {
  readonly claim: Claim;
  readonly #job: AnyJob | undefined;
  readonly #grace: number;
  // Most jobs never ask for their signal.
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #abandon!: (outcome: undefined) => void;
  #timeout: Timer | undefined;
  #patience: Timer | undefined;
  #hasEnded = false;

  /** Beyond `grace` milliseconds, an attempt that does not stop is abandoned. */
  constructor(claim: Claim, job: AnyJob | undefined, grace: number) {
    this.claim = claim;
    this.#job = job;
    this.#grace = grace;
  }

  /** Aborts when the attempt is to stop. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Whether its outcome is settled: whatever it still says then is not heard. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Has the job executed by `run`, and judges what comes of it. Never rejects. */
  async execute(run: (attempt: WorkerAttempt) => Promise<JobOutcome>): Promise<ClaimOutcome> {
    const { claim } = this;
    const ms = claim.timeout ?? this.#job?.policy.timeout ?? Infinity;
    const follow = (): void => this.stop(claim.signal.reason as Error);
    if (claim.signal.aborted) follow();
    else claim.signal.addEventListener("abort", follow, { once: true });
    if (ms !== Infinity) this.#timeout = startTimer(ms, () => this.stop(jobTimeout(claim.job, ms)));
    try {
      const ended = await new Promise<JobOutcome | undefined>((resolve, reject) => {
        this.#abandon = resolve;
        run(this).then(resolve, reject);
      });
      return this.#judge(ended);
    } catch (error) {
      return failedAttempt(claim, this.#job, recordError(error, true));
    } finally {
      this.#hasEnded = true;
      this.#timeout?.stop();
      this.#patience?.stop();
      claim.signal.removeEventListener("abort", follow);
    }
  }

  /** Tells the job to stop; only the first reason counts. */
  stop(reason: Error): void {
    if (this.#hasEnded || this.#reason !== undefined) return;
    this.#reason = reason;
    this.#timeout?.stop();
    this.#patience = startTimer(this.#grace, () => this.#abandon(undefined));
    this.#controller?.abort(reason);
  }

  #judge(ended: JobOutcome | undefined): ClaimOutcome {
    const { claim } = this;
    // A cancel counts whatever the attempt did, and also if it was being stopped for another reason.
    if (claim.signal.aborted) return judgeLoss(claim.signal.reason);
    const reason: (Error & { code?: string }) | undefined = this.#reason;
    if (reason === undefined) return this.#own(ended);
    if (reason.code === "ERR_THENCE_TIMEOUT") return failedAttempt(claim, this.#job, recordError(reason));
    const isGivenBack = ended === undefined || (ended.state === "failed" && isBecauseOf(reason, ended.error));
    return isGivenBack ? { state: "released" } : this.#own(ended);
  }

  #own(ended: JobOutcome | undefined): ClaimOutcome {
    if (ended?.state === "done") return ended;
    return ended === undefined ? { state: "released" } : failedAttempt(this.claim, this.#job, ended.error);
  }
}

/** Somebody else has ended the attempt: by a cancel, or because the claim is lost and whatever is said of it is dropped. */
function judgeLoss(error: unknown): ClaimOutcome {
  if ((error as { code?: unknown } | undefined)?.code === "ERR_THENCE_JOB_LOST") return { state: "released" };
  const { reason } = error as Partial<CancelledError>;
  return { state: "cancelled", reason: typeof reason === "string" ? reason : undefined };
}
