// The in-memory queue as callers see it. With a concurrency it executes its jobs by itself; without one it needs workers, which are
// made with MemoryWorker on the same engine, and may be opened several times.

import { QueueClosedError } from "../../src/core/job-errors.ts";
import type { JobFilter, JobHandle, JobInfo, JobRequest, Queue, Supports } from "../../src/core/job-queue.ts";
import { checkFilter, checkFind } from "../../src/queues/request.ts";
import type { MemoryEngine } from "./memory-engine.ts";
import { MemoryHandle } from "./memory-handle.ts";
import type { Row } from "./memory-row.ts";
import { MemoryWorker } from "./memory-worker.ts";

export class MemoryQueue implements Queue {
  readonly engine: MemoryEngine;
  readonly worker: MemoryWorker | undefined;
  readonly closing: AbortController = new AbortController();
  readonly closed: AbortController = new AbortController();

  constructor(engine: MemoryEngine, concurrency?: number) {
    this.engine = engine;
    if (concurrency !== undefined) this.worker = this.work(concurrency);
  }

  get supports(): Supports {
    return this.engine.supports;
  }

  work(concurrency: number): MemoryWorker {
    return new MemoryWorker(this.engine, "here", concurrency);
  }

  handle(row: Row): JobHandle {
    return new MemoryHandle(row, this.engine, this.closed.signal);
  }

  async submit(request: JobRequest): Promise<JobHandle> {
    this.checkOpen();
    return this.handle(this.engine.submit(request));
  }

  async find(id: string): Promise<JobHandle | undefined> {
    this.checkOpen();
    this.checkFind(id);
    const row = this.engine.find(id);
    return row && this.handle(row);
  }

  async *jobs(filter: JobFilter = {}): AsyncIterable<JobInfo> {
    this.checkOpen();
    this.checkFilter(filter);
    for (const row of this.engine.list(filter)) yield row.info;
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.worker?.stop();
    this.closed.abort(new QueueClosedError("the queue is closed"));
  }

  checkFind(id: string): void {
    checkFind(id);
  }

  checkFilter(filter: JobFilter): void {
    checkFilter(filter);
  }

  checkOpen(): void {
    if (this.closing.signal.aborted) throw new QueueClosedError("the queue is closed");
  }
}
