// A worker: takes jobs off a queue and executes them, until it is stopped or a limit of its own says that it is enough.

/// <reference lib="esnext.disposable" preserve="true" />

import type { Claim, ClaimOutcome, Consumer, WorkableQueue } from "../core/consume.ts";
import { CLOCK } from "../queues/clock.ts";
import { WorkerAttempt } from "./attempt.ts";
import { workableJobs, partsOf, type WorkableJob, type WorkerModule } from "./modules.ts";
import { checkQueue, settingsOf, type WorkerOptions, type WorkerSettings } from "./options.ts";
import { Places } from "./places.ts";
import { releasedError } from "./reasons.ts";
import { Tally, type WorkerSummary } from "./tally.ts";

/** A worker at work: a promise that resolves once it has ended and nothing of it runs any more. */
export interface Worker extends Promise<WorkerSummary>, AsyncDisposable {
  readonly name: string;
  /** Takes nothing more and lets end what runs. Resolves when the worker has ended. */
  stop(): Promise<WorkerSummary>;
  /**
   * Takes nothing more, tells what runs to stop, and gives it back to the queue unfinished, for other workers. What ignores its
   * signal beyond `grace` is abandoned. Resolves when the worker has ended.
   */
  abort(reason?: string): Promise<WorkerSummary>;
}

/**
 * Executes the jobs of a queue in this process, several at once, as a promise that resolves with what it did when it has ended: by
 * `stop()` or `abort()`, or by itself where `idle`, `maxJobs` or `maxMemory` say so. A job runs on this event loop, in a thread or in a
 * child process, as its `mode` says. The queue stays open.
 *
 * Rejects if a module cannot be loaded or has no jobs, and if the queue fails for good.
 *
 * @throws TypeError or RangeError for wrong arguments.
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { job } from "thence";
 * import { sqlite } from "thence/sqlite";
 * import { worker } from "thence/worker";
 *
 * const double = job("double", (input: number) => 2 * input);
 * const queue = sqlite(`${await mkdtemp("/tmp/jobs-")}/jobs.db`);
 * const handle = await queue.submit(double.request(21));
 * const { done, ended } = await worker(queue, [double], { idle: 0 });
 * console.log(ended, done, await handle.result());
 * await queue.close();
 * ```
 * ```text
 * idle 1 42
 * ```
 */
export function worker(queue: WorkableQueue, module: WorkerModule, options: WorkerOptions = {}): Worker {
  checkQueue(queue);
  const crew = new Crew(queue, settingsOf(options));
  const ended = crew.work(partsOf(module));
  const stop = (): Promise<WorkerSummary> => (crew.stop("stopped"), ended);
  const abort = (reason?: string): Promise<WorkerSummary> => (crew.abort(reason), ended);
  return Object.assign(ended, {
    name: crew.name,
    stop,
    abort,
    [Symbol.asyncDispose]: async () => void (await stop()),
  });
}

/** How often, in milliseconds, the memory is looked at while jobs end: it costs a system call. */
const LOOK = 100;

class Crew {
  readonly #queue: WorkableQueue;
  readonly #settings: WorkerSettings;
  readonly #tally = new Tally();
  readonly #running = new Map<WorkerAttempt, Promise<ClaimOutcome>>();
  #jobs: ReadonlyMap<string, WorkableJob> = new Map();
  #places: Places | undefined;
  #consumer: Consumer | undefined;
  #ended: WorkerSummary["ended"] | undefined;
  #released: Error | undefined;
  #lookedAt = 0;

  constructor(queue: WorkableQueue, settings: WorkerSettings) {
    this.#queue = queue;
    this.#settings = settings;
  }

  get name(): string {
    return this.#settings.name;
  }

  async work(parts: readonly (URL | object)[]): Promise<WorkerSummary> {
    const { name, concurrency, grace, idle, maxJobs = Infinity } = this.#settings;
    this.#jobs = await workableJobs(parts);
    if (this.#ended === undefined) {
      const places = (this.#places = new Places(this.#queue, this.#jobs, { concurrency, grace }));
      const limits = { ...(idle === undefined ? {} : { idle }), ...(maxJobs === Infinity ? {} : { maxJobs }) };
      const jobs = [...this.#jobs.keys()];
      try {
        this.#consumer = this.#queue.consume({ worker: name, jobs, concurrency, ...limits }, (claim) =>
          this.#execute(claim),
        );
        await this.#consumer.ended;
      } catch (error) {
        // Nobody would write down how these end.
        this.abort("the queue failed");
        await Promise.all(this.#running.values());
        throw error;
      } finally {
        await places.close();
      }
    }
    const own = idle === undefined ? "stopped" : "idle";
    const ended = this.#ended ?? (this.#tally.taken >= maxJobs ? "maxJobs" : own);
    return { name, ended, ...this.#tally.counts };
  }

  stop(why: WorkerSummary["ended"]): void {
    this.#ended ??= why;
    // How it ended is told by `ended`.
    this.#consumer?.stop().catch(() => {});
  }

  abort(reason: string | undefined): void {
    this.#released ??= releasedError(reason);
    this.#ended = "aborted";
    this.stop("aborted");
    for (const attempt of this.#running.keys()) attempt.stop(this.#released);
  }

  async #execute(claim: Claim): Promise<ClaimOutcome> {
    // What a queue has taken in advance goes back unbegun.
    if (this.#released !== undefined) return { state: "released" };
    const known = this.#jobs.get(claim.job);
    const attempt = new WorkerAttempt(claim, known?.job, this.#settings.grace);
    this.#tally.taken++;
    const ending = attempt.execute((own) => (this.#places as Places).run(own, known));
    this.#running.set(attempt, ending);
    const outcome = await ending;
    this.#running.delete(attempt);
    this.#tally.add(outcome);
    this.#checkMemory();
    return outcome;
  }

  #checkMemory(): void {
    const { maxMemory } = this.#settings;
    if (maxMemory === undefined || CLOCK.now() - this.#lookedAt < LOOK) return;
    this.#lookedAt = CLOCK.now();
    if (process.memoryUsage.rss() > maxMemory) this.stop("maxMemory");
  }
}
