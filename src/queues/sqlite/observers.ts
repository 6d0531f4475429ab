// The two kinds of observers of a job: a join, which waits for its end, and a listener, which is told of one kind of event, also of
// what happened before it came.

import { checkNumber, checkOptions } from "../../core/check.ts";
import { JoinTimeoutError } from "../../core/job-errors.ts";
import type { JobEvents, JobInfo, WaitOptions } from "../../core/job-queue.ts";
import { Timer } from "../../core/platform.ts";
import { cleanedAway, infoOf, type Row } from "./rows.ts";
import type { Store } from "./store.ts";
import type { Watcher } from "./watcher.ts";

/** Node's clock, for timers of any length. */
const CLOCK = {
  now: () => performance.timeOrigin + performance.now(),
  setTimeout: (callback: () => void, ms: number) => setTimeout(callback, ms),
  clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout),
};

/** Starts a timer of any length. */
export function startTimer(ms: number, callback: () => void): Timer {
  return new Timer(CLOCK, ms, callback);
}

/** What observers need of the queue that they belong to. */
export interface Site {
  readonly store: Store;
  readonly watcher: Watcher;
  /** Keeps the process alive, and gives back how to let go. */
  hold(): () => void;
  /** @throws QueueClosedError once the queue is closed. */
  check(): void;
  /** Begins to follow what other processes do. @throws QueueClosedError. */
  follow(): void;
}

/** Waits for the end of a job. */
export async function join(site: Site, seq: number, id: string, options: WaitOptions): Promise<JobInfo> {
  checkOptions("join", options, ["timeout", "signal"]);
  const { timeout = Infinity, signal } = options;
  checkNumber("join: timeout", timeout, 0, Infinity);
  signal?.throwIfAborted();
  site.follow();
  const release = site.hold();
  let observer: Join | undefined;
  let timer: Timer | undefined;
  const abort = (): void => observer?.fail(signal?.reason as Error);
  try {
    return await new Promise<JobInfo>((resolve, reject) => {
      observer = new Join(resolve, reject, () => cleanedAway(site.store, id));
      site.watcher.add(seq, observer);
      signal?.addEventListener("abort", abort);
      const late = (): void => reject(new JoinTimeoutError(`job ${id} has not ended within ${timeout} ms`));
      if (timeout !== Infinity) timer = startTimer(timeout, late);
    });
  } finally {
    if (observer !== undefined) site.watcher.remove(seq, observer);
    timer?.stop();
    signal?.removeEventListener("abort", abort);
    release();
  }
}

class Join {
  readonly wantsAll = false;
  readonly order = 9;
  readonly #resolve: (info: JobInfo) => void;
  readonly #gone: () => Error;
  readonly fail: (error: Error) => void;

  constructor(resolve: (info: JobInfo) => void, reject: (error: Error) => void, gone: () => Error) {
    this.#resolve = resolve;
    this.fail = reject;
    this.#gone = gone;
  }

  observe(row: Row | undefined): boolean {
    if (row === undefined) this.fail(this.#gone());
    else if (row.ended_at !== null) this.#resolve(infoOf(row));
    else return false;
    return true;
  }
}

const ORDER: readonly (keyof JobEvents)[] = ["start", "progress", "log", "end"];

/** Tells one listener of one kind of event. What it throws goes to the console: a listener never disturbs a queue. */
export class Listener {
  readonly wantsAll: boolean;
  readonly order: number;
  readonly event: keyof JobEvents;
  readonly listener: JobEvents[keyof JobEvents];
  readonly #store: Store;
  #attempt = 0;
  #progress: string | null = null;
  #line = 0;

  constructor(store: Store, event: keyof JobEvents, listener: JobEvents[keyof JobEvents]) {
    this.#store = store;
    this.event = event;
    this.listener = listener;
    this.order = ORDER.indexOf(event);
    this.wantsAll = event !== "end";
  }

  observe(row: Row | undefined): boolean {
    if (row === undefined) return true;
    if (this.event === "start") this.#start(row);
    else if (this.event === "progress") this.#report(row.progress);
    else if (this.event === "log") this.#lines(row);
    else if (row.ended_at !== null) this.#call(infoOf(row));
    return row.ended_at !== null;
  }

  fail(): void {}

  #start(row: Row): void {
    if (row.attempts === this.#attempt) return;
    this.#attempt = row.attempts;
    this.#call(infoOf(row));
  }

  #report(progress: string | null): void {
    if (progress === null || progress === this.#progress) return;
    this.#progress = progress;
    this.#call(JSON.parse(progress));
  }

  #lines({ seq, logs }: Row): void {
    if (logs === this.#line) return;
    for (const { number, line } of readLog(this.#store, seq, this.#line)) {
      this.#line = number + 1;
      this.#call(line, number);
    }
  }

  #call(...values: readonly unknown[]): void {
    try {
      const returned = (this.listener as (...values: readonly unknown[]) => unknown)(...values);
      if (returned instanceof Promise) returned.catch(report);
    } catch (error) {
      report(error);
    }
  }
}

function report(error: unknown): void {
  console.error("a listener of a job failed:", error);
}

/** The lines of a job's log from a number on. */
export function readLog(store: Store, seq: number, from: number): { number: number; line: string }[] {
  return store.rows("SELECT number, line FROM logs WHERE job = ? AND number >= ? ORDER BY number", seq, from);
}
