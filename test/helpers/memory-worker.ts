// Executes the jobs of an in-memory queue in this process. A kill only drops what comes of them, as if nobody were there any more.

import { execute, type JobOutcome } from "../../src/core/execute.ts";
import { reviveError } from "../../src/core/job-errors.ts";
import { recordError } from "../../src/core/json.ts";
import { platform } from "../../src/core/platform.ts";
import type { MemoryEngine } from "./memory-engine.ts";
import type { Claim, Row } from "./memory-row.ts";

export class MemoryWorker {
  readonly name: string;
  readonly #engine: MemoryEngine;
  readonly #concurrency: number;
  readonly #running = new Set<Row>();
  readonly #pump = (): void => this.pump();
  #isStopped = false;
  #isKilled = false;
  #idle: () => void = () => {};

  constructor(engine: MemoryEngine, name: string, concurrency: number) {
    this.name = name;
    this.#engine = engine;
    this.#concurrency = concurrency;
    engine.workers.add(this.#pump);
    this.pump();
  }

  pump(): void {
    while (!this.#isStopped && this.#running.size < this.#concurrency) {
      const row = this.#engine.next();
      if (row === undefined) return;
      void this.#execute(row, this.#engine.begin(row, this.name));
    }
  }

  async #execute(row: Row, claim: Claim): Promise<void> {
    this.#running.add(row);
    const outcome = await this.perform(row, claim);
    this.#running.delete(row);
    if (this.#isKilled) return;
    if (outcome.state === "failed" && outcome.error.code === "GONE") this.#engine.lose(row);
    else this.#engine.finish(row, claim, outcome);
    if (this.#running.size === 0) this.#idle();
    this.pump();
  }

  /** Calls the job's function, and gives it no more time than it may have. */
  async perform(row: Row, { attempt, stop }: Claim): Promise<JobOutcome> {
    const engine = this.#engine;
    const timeout = engine.timeoutOf(row);
    const late = Object.assign(new Error(`attempt ${attempt} took longer than its timeout of ${timeout} ms`), {
      code: "ERR_THENCE_TIMEOUT",
    });
    const timer = timeout < Infinity ? setTimeout(() => stop.abort(late), timeout) : undefined;
    const { job, parent } = row.request;
    const call = { job, input: row.input, ...(parent === undefined ? {} : { parent }) };
    const before = engine.lastErrorOf(row);
    const isCurrent = (): boolean => row.claim?.stop === stop;
    const executing = execute(engine.jobs, call, {
      id: row.id,
      attempt: engine.numberOf(row, attempt),
      lastError: before && reviveError(before),
      signal: stop.signal,
      log: (line) => isCurrent() && engine.log(row, line),
      progress: ({ value, total, message = "" }) => isCurrent() && engine.report(row, { value, total, message }),
      shell: (...given) => platform.shell(...given),
      submit: async (request) => engine.submit(request).id,
    });
    const outcome = await this.watch(executing, stop.signal);
    clearTimeout(timer);
    return stop.signal.reason === late ? { state: "failed", error: recordError(late) } : outcome;
  }

  /** Waits for a job, and after an abort not for long, if it may be stopped by force. */
  async watch(executing: Promise<JobOutcome>, signal: AbortSignal): Promise<JobOutcome> {
    if (this.#engine.supports.abort !== "forceful") return executing;
    const forced = new Promise<JobOutcome>((resolve) => {
      const give = (): void => resolve({ state: "failed", error: recordError(signal.reason) });
      signal.addEventListener("abort", () => setTimeout(give, 20));
    });
    return Promise.race([executing, forced]);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#engine.workers.delete(this.#pump);
    if (this.#running.size > 0 && !this.#isKilled) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  kill(): void {
    this.#isKilled = true;
    this.freeze();
  }

  /** The queue gives its jobs to others, but they go on. */
  freeze(): void {
    this.#isStopped = true;
    this.#engine.workers.delete(this.#pump);
    for (const row of this.#running) this.#engine.lose(row);
  }

  thaw(): void {}
}
