// A job that this process has taken, as the worker sees it. What it logs and reports is collected until the next turn of its consumer.

import type { Claim, ClaimOutcome } from "../../core/consume.ts";
import type { ErrorRecord, JobRequest } from "../../core/job-queue.ts";
import { recordError } from "../../core/json.ts";
import type { ClaimRow } from "./claims.ts";
import { read } from "./rows.ts";

type Policy = Pick<JobRequest, "timeout" | "retry" | "attempt" | "lastError">;

/** One attempt of a job, and what has not been written down of it. */
export class ClaimedJob implements Claim {
  readonly seq: number;
  readonly id: string;
  readonly job: string;
  readonly input: string | undefined;
  readonly attempt: number;
  /** How many attempts have begun with it: others than the last are late. */
  readonly attempts: number;
  readonly failures: number;
  readonly lastError: ErrorRecord | undefined;
  readonly timeout?: number;
  readonly retry?: NonNullable<JobRequest["retry"]>;
  readonly parent?: string;
  lines: string[] = [];
  progressText: string | undefined;
  outcome: ClaimOutcome | undefined;
  readonly #changed: () => void;
  #abort: AbortController | undefined;

  constructor(row: ClaimRow, changed: () => void) {
    this.seq = row.seq;
    this.id = row.id;
    this.job = row.job;
    this.input = row.input ?? undefined;
    this.attempts = row.attempts;
    this.failures = row.failures;
    const { timeout, retry, attempt = 1, lastError } = this.#read("policy", row.policy) as Policy;
    this.attempt = attempt + row.attempts - 1;
    this.lastError = row.error === null ? lastError : (this.#read("last error", row.error) as ErrorRecord);
    if (timeout !== undefined) this.timeout = timeout;
    if (retry !== undefined) this.retry = retry;
    if (row.parent !== null) this.parent = row.parent;
    this.#changed = changed;
  }

  // A job that is damaged has failed before it begins, and holds nobody up.
  #read(part: string, text: string | null): unknown {
    try {
      return read(this.id, part, text) ?? {};
    } catch (error) {
      this.outcome = { state: "failed", error: recordError(error, true) };
      return {};
    }
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  abort(reason: Error): void {
    this.#abort ??= new AbortController();
    this.#abort.abort(reason);
  }

  /** So much has been written down. */
  written(lines: number, progress: string | undefined): void {
    this.lines.splice(0, lines);
    if (this.progressText === progress) this.progressText = undefined;
  }

  log(line: string): void {
    if (this.outcome !== undefined) return;
    this.lines.push(line);
    this.#changed();
  }

  progress(progress: { value: number; total: number; message?: string }): void {
    if (this.outcome !== undefined) return;
    this.progressText = JSON.stringify(progress);
    this.#changed();
  }
}
