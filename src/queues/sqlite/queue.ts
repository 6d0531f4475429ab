// The queue as its users see it: the port, and what is asked for by those who look after it. One object is one connection.

/// <reference lib="esnext.disposable" preserve="true" />

import { checkCount, checkDuration, checkOptions } from "../../core/check.ts";
import type { Claim, ClaimOutcome, ConsumeOptions, Consumer, WorkableQueue } from "../../core/consume.ts";
import type { JobFilter, JobHandle, JobInfo, JobRequest, Supports } from "../../core/job-queue.ts";
import { checkFilter, checkFind } from "../request.ts";
import { SqliteConsumer } from "./consumer.ts";
import { isAnyLapsed, reclaim } from "./crew.ts";
import { openDatabase } from "./database.ts";
import { isPassing, queueError } from "./failures.ts";
import { SqliteHandle } from "./handle.ts";
import { JobWatch } from "./job-watch.ts";
import type { Site } from "./observers.ts";
import { insertJob, rowRequest } from "./request.ts";
import { findRow, listedInfo, ROW_STATES, rowsAfter } from "./rows.ts";
import type { Settings } from "./settings.ts";
import { closed, Store } from "./store.ts";
import {
  cleanSome,
  listAttempts,
  listWorkers,
  retryJob,
  shrinkSome,
  type AttemptInfo,
  type WorkerInfo,
} from "./upkeep.ts";
import { Wake } from "./wake.ts";

const PAGE = 200;
const CLEAN_EVERY = 60_000;

/** A durable job queue in a file, for all processes of one machine. `sqlite(path)` opens one; several may be open on one file. */
export class SqliteQueue implements WorkableQueue {
  readonly supports: Supports = {
    abort: "cooperative",
    durable: true,
    priority: true,
    delay: true,
    progress: true,
    logs: true,
  };
  /** The absolute path of the file. */
  readonly path: string;
  readonly #settings: Settings;
  readonly #store: Store;
  readonly #watch: JobWatch;
  readonly #wake: Wake;
  readonly #site: Site;
  readonly #consumers = new Set<SqliteConsumer>();
  #cleanedAt = 0;
  #closing: Promise<void> | undefined;

  constructor(path: string, settings: Settings) {
    this.path = path;
    this.#settings = settings;
    const store = new Store(path, openDatabase(path, settings.durability, settings.busyTimeout), settings.busyTimeout);
    this.#store = store;
    this.#watch = new JobWatch(store);
    const version = (): number => store.row<{ data_version: number }>("PRAGMA data_version")!.data_version;
    this.#wake = new Wake(path, version, (isPoll) => this.#changed(isPoll));
    store.committed = () => this.#changed(false);
    this.#site = {
      store,
      watch: this.#watch,
      wake: this.#wake,
      follow: () => {
        this.#check();
        this.#wake.start();
      },
      check: () => this.#check(),
    };
  }

  async submit(request: JobRequest): Promise<JobHandle> {
    this.#check();
    const checked = rowRequest(request);
    const store = this.#store;
    const seq = await store.write(() => insertJob(store, checked));
    if (typeof seq !== "number") throw seq;
    return new SqliteHandle(this.#site, seq, checked.id);
  }

  async find(id: string): Promise<JobHandle | undefined> {
    this.#check();
    checkFind(id);
    const store = this.#store;
    const row = await store.read(() => store.row<{ seq: number }>("SELECT seq FROM jobs WHERE id = ?", id));
    return row && new SqliteHandle(this.#site, row.seq, id);
  }

  async *jobs(filter: JobFilter = {}): AsyncGenerator<JobInfo, void, undefined> {
    this.#check();
    checkFilter(filter);
    const { state, job } = filter;
    const states = state && ROW_STATES[state];
    const store = this.#store;
    if (state === "queued" || state === "running") {
      // There is an index of what is open: it spares the walk over all that has ended.
      const sql = "SELECT seq FROM jobs WHERE rank IS NOT NULL AND state IN (?, ?) ORDER BY seq";
      const [one, other] = ROW_STATES[state] as [string, string];
      for (const { seq } of await store.read(() => store.rows<{ seq: number }>(sql, one, other))) {
        const row = await store.read(() => findRow(store, seq));
        if (row !== undefined && states?.includes(row.state) === true && (job ?? row.job) === row.job)
          yield listedInfo(row);
      }
      return;
    }
    for (let last = 0; ;) {
      const rows = await store.read(() => rowsAfter(store, last, PAGE));
      for (const row of rows) {
        if ((states?.includes(row.state) ?? true) && (job ?? row.job) === row.job) yield listedInfo(row);
      }
      if (rows.length < PAGE) return;
      last = rows.at(-1)!.seq;
    }
  }

  consume(options: ConsumeOptions, execute: (claim: Claim) => Promise<ClaimOutcome>): Consumer {
    this.#check();
    checkOptions("consume", options, ["worker", "jobs", "concurrency", "idle", "maxJobs"]);
    checkCount("consume: concurrency", options.concurrency, 1);
    if (options.maxJobs !== undefined) checkCount("consume: maxJobs", options.maxJobs, 1);
    if (options.idle !== undefined) checkDuration("consume: idle", options.idle);
    this.#wake.start();
    const consumer = new SqliteConsumer(this.#site, this.#settings, options, execute);
    this.#consumers.add(consumer);
    const gone = (): boolean => this.#consumers.delete(consumer);
    consumer.ended.then(gone, gone);
    return consumer;
  }

  /** The workers that are there, in all processes. */
  async workers(): Promise<readonly WorkerInfo[]> {
    return this.#store.read(() => listWorkers(this.#store));
  }

  /** What became of each attempt of a job, first to last; empty for an unknown id. */
  async attempts(id: string): Promise<readonly AttemptInfo[]> {
    return this.#store.read(() => listAttempts(this.#store, id));
  }

  /** Queues a job again that failed or was cancelled; its retries begin anew. Resolves to false for any other. */
  async retry(id: string): Promise<boolean> {
    this.#check();
    return this.#store.write(() => retryJob(this.#store, id));
  }

  /** Deletes jobs that ended longer ago than `olderThan` ms (`keep`, unless given); the file shrinks with them. Resolves to how many. */
  async clean(options: { readonly olderThan?: number } = {}): Promise<number> {
    this.#check();
    checkOptions("clean", options, ["olderThan"]);
    const { olderThan = this.#settings.keep } = options;
    checkDuration("clean: olderThan", olderThan);
    if (olderThan === Infinity) return 0;
    const before = Date.now() - olderThan;
    for (let total = 0; ;) {
      const count = await this.#store.write(() => cleanSome(this.#store, before, PAGE));
      total += count;
      if (count < PAGE) {
        if (total > 0) await this.#shrink();
        return total;
      }
    }
  }

  async #shrink(): Promise<void> {
    let isMore = true;
    while (isMore) isMore = await this.#store.write(() => shrinkSome(this.#store, PAGE));
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async #close(): Promise<void> {
    this.#watch.fail(closed(this.path));
    await Promise.allSettled([...this.#consumers].map((consumer) => consumer.stop()));
    this.#wake.stop();
    await this.#store.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #check(): void {
    if (this.#closing !== undefined) throw closed(this.path);
  }

  /** There may be news: this connection or another has committed, or it is time for a look in any case. */
  #changed(isPoll: boolean): void {
    if (!this.#store.isOpen) return;
    try {
      this.#watch.look();
      if (isPoll) this.#upkeep();
    } catch (error) {
      if (!isPassing(error)) this.#watch.fail(queueError(this.path, error));
    }
    for (const consumer of this.#consumers) consumer.look();
  }

  #upkeep(): void {
    const store = this.#store;
    this.#watch.reconcile();
    // A process that works does so with its own heartbeat, when it has said that it is alive itself.
    if (this.#consumers.size === 0) {
      if (isAnyLapsed(store)) store.write(() => reclaim(store, this.#settings.maxLost)).catch(() => {});
    } else if (this.#closing === undefined && Date.now() - this.#cleanedAt > CLEAN_EVERY) {
      this.#cleanedAt = Date.now();
      this.clean().catch(() => {});
    }
  }
}
