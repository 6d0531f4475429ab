// Queues that are faulty in how they cancel, repeat and stop jobs.

import { UnsupportedError } from "../../../src/core/job-errors.ts";
import { retryDelay, retryOf } from "../../../src/core/policy.ts";
import {
  type Claim,
  fault,
  type Fault,
  MemoryEngine,
  MemoryQueue,
  MemoryWorker,
  type Outcome,
  type Row,
  telling,
  without,
} from "./fault.ts";

const WAITING = "a waiting job that is cancelled never runs";
const RUNNING = "a running job that is cancelled sees its signal, and ends cancelled";
const ENDED = "to cancel a job that has ended gives false and changes nothing";
const REPEATED = "a failed job is repeated as often as its request says, and learns the error before";
const COUNTS_ON = "a job whose request counts on from others sees their number and their last error";
const LIMIT = "a job that has failed once more than its retries fails with its last error";
const DELAY = "a retry waits for its delay, which grows by its factor";
const MEANWHILE = "a job that waits for its retry holds nobody up, and can be cancelled";
const LONGEST = "a retry waits no longer than its maxDelay";
const POLICY = "without retries in its request a job has those of its own policy";
const TIMEOUT = "an attempt that takes longer than its timeout is stopped and fails";

type Failed = Extract<Outcome, { state: "failed" }>;

export const cancelling: readonly Fault[] = [
  fault("it runs jobs that were cancelled while they waited", [WAITING, "a delayed job that is cancelled never runs"], {
    Engine: class extends MemoryEngine {
      override cancel(row: Row, reason: string | undefined): boolean {
        if (row.state !== "queued") return super.cancel(row, reason);
        row.reason = reason;
        return (row.isCancelled = true);
      }
    },
  }),
  fault("it does not cancel what waits", WAITING, {
    Engine: class extends MemoryEngine {
      override cancel(row: Row, reason: string | undefined): boolean {
        return row.state !== "queued" && super.cancel(row, reason);
      }
    },
  }),
  fault("it cancels running jobs without a signal", RUNNING, {
    Engine: class extends MemoryEngine {
      override cancel(row: Row, reason: string | undefined): boolean {
        if (row.state !== "running") return super.cancel(row, reason);
        row.reason = reason;
        return (row.isCancelled = true);
      }
    },
  }),
  fault("it forgets running jobs that are cancelled", RUNNING, {
    Engine: class extends MemoryEngine {
      override cancel(row: Row, reason: string | undefined): boolean {
        const isCancelled = super.cancel(row, reason);
        row.claim = undefined;
        if (row.state === "running") row.settle("cancelled");
        row.reason = undefined;
        return isCancelled;
      }
    },
  }),
  fault(
    "it does nothing instead of saying that it cannot stop jobs",
    RUNNING,
    {
      Engine: class extends MemoryEngine {
        override cancel(row: Row, reason: string | undefined): boolean {
          try {
            return super.cancel(row, reason);
          } catch (error) {
            if (error instanceof UnsupportedError) return false;
            throw error;
          }
        }
      },
    },
    "least",
  ),
  fault("it lets a cancelled job be done", "a running job that ignores its signal ends cancelled all the same", {
    Engine: class extends MemoryEngine {
      override finish(row: Row, claim: Claim, outcome: Outcome): void {
        if (outcome.state === "done") row.isCancelled = false;
        super.finish(row, claim, outcome);
      }
    },
  }),
  fault(
    "it waits for jobs that it ought to stop",
    "a running job that blocks its thread is stopped where supports.abort says forceful",
    {
      Queue: class extends MemoryQueue {
        override work(concurrency: number): MemoryWorker {
          return new (class extends MemoryWorker {
            override async watch(executing: Promise<Outcome>): Promise<Outcome> {
              return executing;
            }
          })(this.engine, "patient", concurrency);
        }
      },
    },
    "isolated",
  ),
  fault("it takes what is being stopped for ended", "to cancel a job again that has not stopped yet gives true", {
    Engine: class extends MemoryEngine {
      override cancel(row: Row, reason: string | undefined): boolean {
        return !row.isCancelled && super.cancel(row, reason);
      }
    },
  }),
  fault("it repeats cancelled jobs", "a cancelled job is not repeated, whatever its retries", {
    Engine: class extends MemoryEngine {
      override finish(row: Row, claim: Claim, outcome: Outcome): void {
        if (row.request.retry !== undefined) row.isCancelled = false;
        super.finish(row, claim, outcome);
      }
    },
  }),
  fault("it says that it has cancelled what has ended", ENDED, {
    Engine: class extends MemoryEngine {
      override cancel(row: Row, reason: string | undefined): boolean {
        return super.cancel(row, reason) || row.hasEnded;
      }
    },
  }),
  fault("it writes a reason to what has ended", ENDED, {
    Engine: class extends MemoryEngine {
      override cancel(row: Row, reason: string | undefined): boolean {
        row.reason = reason;
        return super.cancel(row, reason);
      }
    },
  }),
  fault("it forgets reasons", "the result of a cancelled job is a CancelledError with the reason", {
    Engine: telling((info) => without(info, "reason")),
  }),
  fault("it cancels all that runs", "to cancel one job leaves the others alone", {
    Engine: class extends MemoryEngine {
      override cancel(row: Row, reason: string | undefined): boolean {
        for (const other of this.list({ state: "running" })) if (other !== row) super.cancel(other, reason);
        return super.cancel(row, reason);
      }
    },
  }),
  fault("it counts attempts from 0", "a job learns its id and the number of its attempt", {
    Engine: class extends MemoryEngine {
      override begin(row: Row, worker: string): Claim {
        const claim = super.begin(row, worker);
        return (row.claim = { ...claim, attempt: claim.attempt - 1 });
      }
    },
  }),
  fault("it counts each request's attempts from 1", COUNTS_ON, {
    Engine: class extends MemoryEngine {
      override numberOf(_: Row, attempt: number): number {
        return attempt;
      }
    },
  }),
  fault("it sees only the first attempt's number in a request", COUNTS_ON, {
    Engine: class extends MemoryEngine {
      override numberOf({ request }: Row, attempt: number): number {
        return request.attempt ?? attempt;
      }
    },
  }),
  fault("it does not tell the error of a request before", COUNTS_ON, {
    Engine: class extends MemoryEngine {
      override lastErrorOf({ lastError }: Row): Row["lastError"] {
        return lastError;
      }
    },
  }),
  fault("it repeats nothing", REPEATED, {
    Engine: class extends MemoryEngine {
      override retryIn(): undefined {}
    },
  }),
  fault("it forgets the error before", REPEATED, {
    Engine: class extends MemoryEngine {
      override again(row: Row, delay: number): void {
        super.again(row, delay, undefined);
      }
    },
  }),
  fault("it repeats once too often", LIMIT, {
    Engine: class extends MemoryEngine {
      override retryIn(row: Row, outcome: Failed): number | undefined {
        row.failures--;
        const delay = super.retryIn(row, outcome);
        row.failures++;
        return delay;
      }
    },
  }),
  fault("it repeats unasked", LIMIT, {
    Engine: class extends MemoryEngine {
      override retryIn(row: Row, outcome: Failed): number | undefined {
        return super.retryIn(row, outcome) ?? (row.request.retry === undefined && row.failures < 2 ? 0 : undefined);
      }
    },
  }),
  fault("it repeats at once", DELAY, {
    Engine: class extends MemoryEngine {
      override again(row: Row, _: number, lastError: Row["lastError"]): void {
        super.again(row, 0, lastError);
      }
    },
  }),
  fault("it knows no factor of delays", DELAY, {
    Engine: class extends MemoryEngine {
      override again(row: Row, delay: number, lastError: Row["lastError"]): void {
        super.again(row, Math.min(delay, 100), lastError);
      }
    },
  }),
  fault("it lets delays grow beyond their maxDelay", LONGEST, {
    Engine: class extends MemoryEngine {
      override retryIn(row: Row, outcome: Failed): number | undefined {
        const retry = retryOf("", row.request.retry);
        const isRepeated = super.retryIn(row, outcome) !== undefined && retry !== undefined;
        return isRepeated ? retryDelay({ ...retry, maxDelay: Infinity }, row.failures) : undefined;
      }
    },
  }),
  fault("it holds everybody up while a retry waits", MEANWHILE, {
    Engine: class extends MemoryEngine {
      override next(): Row | undefined {
        return this.list({ state: "queued" }).some((row) => row.attempts > 0 && !this.isDue(row))
          ? undefined
          : super.next();
      }
    },
  }),
  fault("it does not look at policies", POLICY, {
    Engine: class extends MemoryEngine {
      override retryIn(row: Row, outcome: Failed): number | undefined {
        return row.request.retry === undefined ? undefined : super.retryIn(row, outcome);
      }
    },
  }),
  fault("it takes a retry of 0 for none given", POLICY, {
    Engine: class extends MemoryEngine {
      override retryIn(row: Row, outcome: Failed): number | undefined {
        const { limit = 0 } = retryOf("", this.jobs.get(row.request.job)?.policy.retry) ?? {};
        return super.retryIn(row, outcome) ?? (row.request.retry === 0 && row.failures <= limit ? 0 : undefined);
      }
    },
  }),
  fault("it knows no timeouts", TIMEOUT, {
    Engine: class extends MemoryEngine {
      override timeoutOf(): number {
        return Infinity;
      }
    },
  }),
  fault("it counts timeouts from the submission", "the time that a job waits is no part of its timeout", {
    Engine: class extends MemoryEngine {
      override timeoutOf(row: Row): number {
        return Math.max(0, super.timeoutOf(row) - (Date.now() - row.createdAt));
      }
    },
  }),
  fault("it takes a timeout of 0 for none", "a timeout of 0 is no time at all, and not none given", {
    Engine: class extends MemoryEngine {
      override timeoutOf(row: Row): number {
        return super.timeoutOf(row) || Infinity;
      }
    },
  }),
  fault("it does not repeat what took too long", TIMEOUT, {
    Engine: class extends MemoryEngine {
      override retryIn(row: Row, outcome: Failed): number | undefined {
        return outcome.error.code === "ERR_THENCE_TIMEOUT" ? undefined : super.retryIn(row, outcome);
      }
    },
  }),
  fault("it has timeouts only from requests", "without a timeout in its request a job has that of its own policy", {
    Engine: class extends MemoryEngine {
      override timeoutOf({ request }: Row): number {
        return request.timeout ?? Infinity;
      }
    },
  }),
  fault("it lets the policy's timeout win", "without a timeout in its request a job has that of its own policy", {
    Engine: class extends MemoryEngine {
      override timeoutOf(row: Row): number {
        return this.jobs.get(row.request.job)?.policy.timeout ?? super.timeoutOf(row);
      }
    },
  }),
];
