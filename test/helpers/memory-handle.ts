// Handles of the in-memory queue. Whatever happens to a job wakes them, and what they tell they read from the job as it then is.

import { JoinTimeoutError, outcomeOfJob, QueueClosedError, UnsupportedError } from "../../src/core/job-errors.ts";
import type { JobEvents, JobHandle, JobInfo, WaitOptions } from "../../src/core/job-queue.ts";
import { checkFrom, checkListener, checkWait } from "../../src/queues/request.ts";
import type { MemoryEngine } from "./memory-engine.ts";
import type { Row } from "./memory-row.ts";

export class MemoryHandle implements JobHandle {
  readonly row: Row;
  readonly engine: MemoryEngine;
  readonly closed: AbortSignal;
  readonly #listeners = new Map<unknown, () => void>();

  constructor(row: Row, engine: MemoryEngine, closed: AbortSignal) {
    this.row = row;
    this.engine = engine;
    this.closed = closed;
  }

  get id(): string {
    return this.row.id;
  }

  async info(): Promise<JobInfo> {
    this.checkOpen();
    return this.row.info;
  }

  async join(options: WaitOptions = {}): Promise<JobInfo> {
    this.checkOpen();
    this.checkWait(options);
    const { timeout, signal } = options;
    const stop = new AbortController();
    const timer =
      timeout === undefined ? undefined : setTimeout(() => stop.abort(new JoinTimeoutError(this.row.id)), timeout);
    const ends = AbortSignal.any([stop.signal, this.closed, ...(signal === undefined ? [] : [signal])]);
    let wake = (): void => {};
    try {
      return await new Promise<JobInfo>((resolve, reject) => {
        wake = () => this.row.hasEnded && resolve(this.row.info);
        ends.addEventListener("abort", () => reject(ends.reason as Error));
        this.row.watchers.add(wake);
        wake();
      });
    } finally {
      clearTimeout(timer);
      this.row.watchers.delete(wake);
    }
  }

  async result(options?: WaitOptions): Promise<unknown> {
    return outcomeOfJob(await this.join(options));
  }

  async cancel(reason?: string): Promise<boolean> {
    this.checkOpen();
    return this.engine.cancel(this.row, reason);
  }

  async logs(from = 0): Promise<readonly string[]> {
    this.checkOpen();
    if (!this.engine.supports.logs) throw new UnsupportedError("logs are not supported");
    this.checkFrom(from);
    return this.row.logs.slice(from);
  }

  on<E extends keyof JobEvents>(event: E, listener: JobEvents[E]): this {
    this.checkListener(event, listener);
    const tell = this.teller(event, listener as (...given: unknown[]) => unknown);
    const watcher = (): void =>
      queueMicrotask(() => {
        try {
          if (this.row.watchers.has(watcher)) tell();
        } catch {
          this.failed();
        }
      });
    this.#listeners.set(listener, watcher);
    this.row.watchers.add(watcher);
    watcher();
    return this;
  }

  off<E extends keyof JobEvents>(_event: E, listener: JobEvents[E]): this {
    this.row.watchers.delete(this.#listeners.get(listener) ?? (() => {}));
    return this;
  }

  /** Tells a listener what it has not been told yet. */
  teller(event: keyof JobEvents, listener: (...given: unknown[]) => unknown): () => void {
    const { row } = this;
    let told = 0;
    let last: unknown;
    if (event === "progress") {
      return () => {
        if (row.progress !== undefined && row.progress !== last) listener({ ...(last = row.progress) });
      };
    }
    if (event === "log") {
      return () => {
        while (told < row.logs.length) listener(row.logs[told], told++);
      };
    }
    return () => {
      const isDue = event === "start" ? row.attempts > 0 : row.hasEnded;
      if (isDue && told++ === 0) listener(row.info);
    };
  }

  /** A listener has thrown. */
  failed(): void {}

  checkWait(options: WaitOptions): void {
    checkWait(options);
  }

  checkFrom(from: number): void {
    checkFrom(from);
  }

  checkListener(event: string, listener: unknown): void {
    checkListener(event, listener);
  }

  checkOpen(): void {
    if (this.closed.aborted) throw new QueueClosedError("the queue is closed");
  }
}
