// One job as the in-memory queue keeps it: JSON as text, so that nobody shares an object with anybody.

import type { ErrorRecord, JobInfo, JobRequest, JobState } from "../../src/core/job-queue.ts";
import { fromJSON } from "../../src/core/json.ts";

/** One execution of a job. What a row does not point at any more is late, and of no account. */
export interface Claim {
  readonly worker: string;
  readonly attempt: number;
  readonly stop: AbortController;
}

export class Row {
  readonly id: string;
  readonly sequence: number;
  readonly request: JobRequest;
  readonly input: string | undefined;
  readonly createdAt: number = Date.now();
  readonly logs: string[] = [];
  readonly watchers: Set<() => void> = new Set<() => void>();
  state: JobState = "queued";
  result: string | undefined;
  error: ErrorRecord | undefined;
  reason: string | undefined;
  isCancelled = false;
  attempts = 0;
  failures = 0;
  lastError: ErrorRecord | undefined;
  progress: JobInfo["progress"];
  claim: Claim | undefined;
  worker: string | undefined;
  notBefore: number | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;

  constructor(id: string, sequence: number, request: JobRequest, input: string | undefined) {
    this.id = id;
    this.sequence = sequence;
    this.request = request;
    this.input = input;
    if (request.delay !== undefined && request.delay > 0) this.notBefore = this.createdAt + request.delay;
  }

  get hasEnded(): boolean {
    return this.state !== "queued" && this.state !== "running";
  }

  get info(): JobInfo {
    const { id, state, attempts, createdAt, request } = this;
    const given = {
      result: fromJSON(this.result),
      error: structuredClone(this.error),
      reason: this.reason,
      progress: this.progress && { ...this.progress },
      parent: request.parent,
      worker: this.worker,
      notBefore: this.notBefore,
      startedAt: this.startedAt,
      endedAt: this.endedAt,
    };
    const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const { job, priority = 0 } = request;
    return { id, job, state, input: fromJSON(this.input), attempts, priority, createdAt, ...known };
  }

  settle(state: JobState): void {
    this.state = state;
    this.claim = undefined;
    this.endedAt = Date.now();
  }

  changed(): void {
    for (const watcher of this.watchers) watcher();
  }
}
