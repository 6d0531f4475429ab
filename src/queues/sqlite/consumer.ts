// A worker's hold on the queue. It acts in turns: one write puts down all outcomes, lines and progress that have come in, and takes new
// jobs into the free places. Between turns it only looks, which costs no transaction.

import type { Claim, ClaimOutcome, ConsumeOptions, Consumer } from "../../core/consume.ts";
import { CancelledError } from "../../core/errors.ts";
import { JobLostError } from "../../core/job-errors.ts";
import { recordError } from "../../core/json.ts";
import type { Timer } from "../../core/timer.ts";
import { startTimer } from "../clock.ts";
import { ClaimedJob } from "./claimed-job.ts";
import { findCancelling, findCandidates, isAnyOpen, nextDue, takeJobs, type ClaimRow } from "./claims.ts";
import { enterWorker, failUnknown, isAnyLapsed, leaveWorker, reclaim, renewWorker } from "./crew.ts";
import { isPassing, queueError } from "./failures.ts";
import type { Site } from "./observers.ts";
import { note, settle } from "./outcomes.ts";
import type { Settings } from "./settings.ts";

/** What a turn has written down. */
interface Turn {
  readonly owner: number;
  readonly noted: readonly {
    readonly claimed: ClaimedJob;
    readonly lines: number;
    readonly progress: string | undefined;
  }[];
  readonly settled: readonly ClaimedJob[];
  readonly taken: readonly ClaimRow[];
}

/** How long to wait before a write is repeated that could not be carried out. */
const PAUSE = 200;
/** How many lines of a job one turn writes down: all of a very long log would hold up the event loop, and everybody who writes. */
const MOST_LINES = 10_000;

/** Takes jobs and has them executed until it is stopped. */
export class SqliteConsumer implements Consumer {
  readonly ended: Promise<void>;
  readonly #site: Site;
  readonly #options: ConsumeOptions;
  readonly #settings: Settings;
  readonly #execute: (claim: Claim) => Promise<ClaimOutcome>;
  // By attempt: a worker that has let its lease lapse may get its own job again while the old attempt still runs.
  readonly #running = new Map<string, ClaimedJob>();
  readonly #heartbeat: NodeJS.Timeout;
  #owner: number | undefined;
  #left: number;
  #failingSince: number | undefined;
  #hasEnded = false;
  #isStopping = false;
  #isActing = false;
  #isAsked = false;
  #due: { readonly at: number; readonly timer: Timer } | undefined;
  #idle: Timer | undefined;
  #resolve!: () => void;
  #reject!: (error: Error) => void;

  constructor(
    site: Site,
    settings: Settings,
    options: ConsumeOptions,
    execute: (claim: Claim) => Promise<ClaimOutcome>,
  ) {
    this.#site = site;
    this.#settings = settings;
    this.#options = options;
    this.#execute = execute;
    this.#left = options.maxJobs ?? Infinity;
    this.ended = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ended.catch(() => {});
    site.wake.hold();
    this.#heartbeat = setInterval(() => void this.#beat(), settings.lease / 3);
    this.#ask();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#ask();
    await this.ended;
  }

  /** Something has been committed, here or elsewhere. */
  look(): void {
    if (this.#owner === undefined || this.#isActing || this.#hasEnded) return;
    try {
      this.#look(this.#owner);
    } catch (error) {
      if (!isPassing(error)) this.fail(error as Error);
    }
  }

  #look(owner: number): void {
    const { store } = this.#site;
    if (this.#running.size > 0) {
      for (const { seq, attempts, reason } of findCancelling(store, owner)) {
        this.#running.get(keyOf(seq, attempts))?.abort(new CancelledError(reason ?? undefined));
      }
    }
    if (this.#isStopping || this.#free() < 1) return;
    if (findCandidates(store, this.#options.jobs, 1).length > 0) this.#ask();
    else this.#rest();
  }

  #free(): number {
    let busy = 0;
    for (const { outcome } of this.#running.values()) if (outcome === undefined) busy++;
    return Math.min(this.#options.concurrency - busy, this.#left);
  }

  /** Nothing can be taken at present: waits for what is delayed, or for the end of its patience. */
  #rest(): void {
    const { store } = this.#site;
    const due = nextDue(store, this.#options.jobs);
    if (due !== this.#due?.at) {
      this.#due?.timer.stop();
      const timer = due === Infinity ? undefined : startTimer(Math.max(0, due - Date.now()) + 1, () => this.#ask());
      this.#due = timer && { at: due, timer };
    }
    if (this.#options.idle === undefined) return;
    const isIdle = this.#running.size === 0 && due === Infinity && !isAnyOpen(store, this.#options.jobs);
    if (isIdle) this.#idle ??= startTimer(this.#options.idle, () => this.#giveUp());
    else this.#notIdle();
  }

  #giveUp(): void {
    this.#idle = undefined;
    if (this.#running.size === 0 && !isAnyOpen(this.#site.store, this.#options.jobs)) this.#isStopping = true;
    this.#ask();
  }

  #notIdle(): void {
    this.#idle?.stop();
    this.#idle = undefined;
  }

  /** Asks for a turn; once is enough for all that comes in before it. */
  #ask(): void {
    if (this.#hasEnded) return;
    this.#isAsked = true;
    if (!this.#isActing) void this.#act();
  }

  async #act(): Promise<void> {
    this.#isActing = true;
    while (this.#isAsked) {
      this.#isAsked = false;
      try {
        this.#after(await this.#site.store.write(() => this.#turn()));
        this.#failingSince = undefined;
      } catch (error) {
        this.#failingSince ??= Date.now();
        const isHopeless = this.#isStopping && Date.now() - this.#failingSince > this.#settings.lease;
        if (isHopeless || !isPassing(error)) return this.fail(error as Error);
        await new Promise((wake) => {
          setTimeout(wake, PAUSE);
        });
        this.#isAsked = true;
      }
    }
    this.#isActing = false;
    if (this.#isStopping && this.#running.size === 0) void this.#leave();
    else this.look();
  }

  /** Within a write, and perhaps repeated. */
  #turn(): Turn {
    const { store } = this.#site;
    const owner = this.#owner ?? this.#enter();
    const settled: ClaimedJob[] = [];
    const noted: Turn["noted"][number][] = [];
    for (const claimed of this.#running.values()) {
      const { progressText: progress, outcome } = claimed;
      const lines = claimed.lines.slice(0, MOST_LINES);
      if (lines.length > 0 || progress !== undefined) {
        note(store, claimed, lines, progress);
        noted.push({ claimed, lines: lines.length, progress });
      }
      // First all that it has said.
      if (outcome === undefined || lines.length < claimed.lines.length) continue;
      settle(store, claimed, outcome);
      settled.push(claimed);
    }
    const free = this.#isStopping ? 0 : this.#free();
    const worker = { owner, name: this.#options.worker };
    return { owner, noted, settled, taken: free < 1 ? [] : takeJobs(store, this.#options.jobs, free, worker) };
  }

  #enter(): number {
    const { store } = this.#site;
    reclaim(store, this.#settings.maxLost);
    return enterWorker(store, this.#options, this.#settings.lease);
  }

  #after({ owner, noted, settled, taken }: Turn): void {
    this.#owner = owner;
    for (const { claimed, lines, progress } of noted) claimed.written(lines, progress);
    if (noted.some(({ claimed }) => claimed.lines.length > 0)) this.#isAsked = true;
    for (const claimed of settled) this.#running.delete(keyOf(claimed.seq, claimed.attempts));
    this.#left -= taken.length;
    if (this.#left < 1) this.#isStopping = true;
    if (taken.length > 0) this.#notIdle();
    for (const row of taken) {
      const claimed = new ClaimedJob(row, () => this.#ask());
      this.#running.set(keyOf(row.seq, row.attempts), claimed);
      if (claimed.outcome === undefined) void this.#work(claimed);
      else this.#ask();
    }
  }

  async #work(claimed: ClaimedJob): Promise<void> {
    try {
      claimed.outcome = await this.#execute(claimed);
    } catch (error) {
      claimed.outcome = { state: "failed", error: recordError(error) };
    }
    this.#ask();
  }

  /** Says that this worker is alive. If others have found it dead, what it has taken is theirs now. */
  async #beat(): Promise<void> {
    const { store } = this.#site;
    const { lease, maxLost } = this.#settings;
    const owner = this.#owner;
    if (owner === undefined) return;
    try {
      const isAlive = await store.write(() => {
        const isRenewed = renewWorker(store, owner, lease);
        if (isAnyLapsed(store)) reclaim(store, maxLost);
        failUnknown(store, this.#settings);
        return isRenewed;
      });
      if (isAlive || this.#owner !== owner || this.#hasEnded) return;
      this.#owner = undefined;
      this.#abortAll(`worker ${this.#options.worker} was silent for longer than its lease of ${lease} ms`);
      this.#ask();
    } catch (error) {
      if (!isPassing(error)) this.fail(error as Error);
    }
  }

  #abortAll(message: string): void {
    for (const claimed of this.#running.values()) claimed.abort(new JobLostError(message));
  }

  async #leave(): Promise<void> {
    if (this.#hasEnded) return;
    this.#close();
    const { store } = this.#site;
    const owner = this.#owner;
    try {
      if (owner !== undefined) await store.write(() => leaveWorker(store, owner));
    } catch {
      // Its lease will lapse, and it holds nothing.
    }
    this.#resolve();
  }

  /** The queue cannot be used any more. */
  fail(error: Error): void {
    if (this.#hasEnded) return;
    this.#close();
    this.#abortAll(`the queue has failed: ${error.message}`);
    this.#reject(queueError(this.#site.store.path, error));
  }

  #close(): void {
    this.#hasEnded = true;
    clearInterval(this.#heartbeat);
    this.#due?.timer.stop();
    this.#notIdle();
    this.#site.wake.release();
  }
}

function keyOf(seq: number, attempts: number): string {
  return `${seq} ${attempts}`;
}
