// One rule being tried on one fresh queue. Everything that a rule waits for goes through here, so that no faulty queue can make the
// suite hang, and all that a rule has opened is closed however it ends.

import assert from "node:assert/strict";
import type { JobHandle, JobInfo, JobRequest, Queue, Supports } from "../../core/job-queue.ts";
import type { CreateOptions, QueueSuiteOptions, SuiteQueue, SuiteWorker } from "./harness.ts";
import type { Scene } from "./jobs.ts";
import { Stage, until } from "./stage.ts";

/** Says that a rule does not apply to a queue. */
export class Inapplicable extends Error {}

/** Refuses to wait for a promise longer than `patience` milliseconds. */
export async function within<T>(patience: number, what: string, promise: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new assert.AssertionError({ message: `waited ${patience} ms in vain for ${what}` });
    timer = setTimeout(() => reject(error), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A fresh queue, a stage, and the means to try a rule. */
export class Trial {
  readonly stage: Stage;
  readonly harness: SuiteQueue;
  readonly patience: number;
  readonly #options: CreateOptions;
  readonly #workers: SuiteWorker[] = [];
  readonly #opened: Queue[] = [];

  private constructor(stage: Stage, harness: SuiteQueue, patience: number, options: CreateOptions) {
    this.stage = stage;
    this.harness = harness;
    this.patience = patience;
    this.#options = options;
  }

  static async open(create: QueueSuiteOptions["create"], patience: number, options: CreateOptions): Promise<Trial> {
    const stage = await Stage.open(patience);
    try {
      return new Trial(stage, await within(patience, "create()", create(options)), patience, options);
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  get queue(): Queue {
    return this.harness.queue;
  }

  get supports(): Supports {
    return this.queue.supports;
  }

  /** Whether workers are started by the harness, so that there may be none, or several. */
  get hasWorkers(): boolean {
    return this.harness.worker !== undefined;
  }

  /** Ends a rule that does not apply to this queue. */
  skipUnless(condition: boolean, reason: string): void {
    if (!condition) throw new Inapplicable(reason);
  }

  async worker(options: { concurrency?: number; killable?: boolean } = {}): Promise<SuiteWorker> {
    if (this.harness.worker === undefined) throw new Inapplicable("the queue executes its jobs by itself");
    const { concurrency = this.#options.concurrency, killable = false } = options;
    const starting = this.harness.worker({ ...this.#options, concurrency, killable });
    const worker = await this.within("a worker to start", starting);
    this.#workers.push(worker);
    return worker;
  }

  /** The same queue on another connection. */
  async another(): Promise<Queue> {
    const { harness } = this;
    if (this.supports.durable) assert.ok("reopen" in harness, "the harness of a durable queue must have reopen()");
    if (harness.reopen === undefined) throw new Inapplicable("the queue cannot be opened twice");
    const queue = await this.within("reopen()", harness.reopen());
    this.#opened.push(queue);
    return queue;
  }

  async submit(job: string, input?: unknown, options: Partial<JobRequest> = {}): Promise<JobHandle> {
    return this.within(`submit(${job})`, this.queue.submit({ job, input, ...options }));
  }

  /** What a job writes about itself, and the gate at which it waits. */
  scene(name: string, gate?: string): Scene {
    return { dir: this.stage.dir, name, ...(gate === undefined ? {} : { gate }) };
  }

  /** Submits a job that waits at the gate of its name, and waits until it is there. */
  async occupy(name: string, job = "hold", options: Partial<JobRequest> = {}): Promise<JobHandle> {
    const handle = await this.submit(job, this.scene(name, name), options);
    await this.stage.saw(`start ${name}`);
    return handle;
  }

  /** A promise that is awaited later, and may reject before. */
  later<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => {});
    return promise;
  }

  async end(handle: JobHandle): Promise<JobInfo> {
    return this.within(`the end of job ${handle.id}`, handle.join());
  }

  async result(handle: JobHandle): Promise<unknown> {
    return this.within(`the result of job ${handle.id}`, handle.result());
  }

  async within<T>(what: string, promise: PromiseLike<T>): Promise<T> {
    return within(this.patience, what, promise);
  }

  async until<T>(what: string, probe: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    return until(this.patience, what, probe);
  }

  /** Lets some time pass for what must not happen, or not twice. */
  async calm(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Expects a promise to reject with an error of a class; told apart by its name, or by its code if there is one. */
  async refuses(what: string, name: string, promise: PromiseLike<unknown>): Promise<Error> {
    const settled = promise.then(
      () => assert.fail(`${what}: expected ${name}, but it was accepted`),
      (error: unknown) => error,
    );
    const error = await this.within(what, settled);
    assert.ok(error instanceof Error, `${what}: expected ${name}, got ${String(error)}`);
    if (error instanceof assert.AssertionError) throw error;
    const { code } = error as { code?: unknown };
    assert.ok(error.name === name || code === name, `${what}: expected ${name}, got ${error.name}: ${error.message}`);
    return error;
  }

  /** Closes whatever was opened. @throws what failed first, after all has been tried. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (what: string, close: () => unknown): Promise<void> => {
      await this.within(what, Promise.resolve().then(close)).catch((error: unknown) => failures.push(error));
    };
    await attempt("the stage to close", () => this.stage.close());
    for (const worker of this.#workers) await attempt("a worker to stop", () => worker.stop());
    for (const queue of [...this.#opened, this.queue]) await attempt("the queue to close", () => queue.close());
    await attempt("destroy()", () => this.harness.destroy());
    if (failures.length > 0) throw failures[0];
  }
}
