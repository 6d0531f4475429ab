// The two kinds of observers of a job: a join, which waits for its end, and a listener, which is told of one kind of event, also of
// what happened before it came.

import { JoinTimeoutError } from "../../core/job-errors.ts";
import type { JobEvents, JobInfo, WaitOptions } from "../../core/job-queue.ts";
import type { Timer } from "../../core/timer.ts";
import { startTimer } from "../clock.ts";
import { queueError } from "./failures.ts";
import type { Observer, JobWatch } from "./job-watch.ts";
import { cleanedAway, infoOf, listedInfo, read, resultOf, type Outcome, type Row } from "./rows.ts";
import type { Store } from "./store.ts";
import type { Wake } from "./wake.ts";

/** What observers need of the queue that they belong to. */
export interface Site {
  readonly store: Store;
  readonly watch: JobWatch;
  readonly wake: Wake;
  /** @throws QueueClosedError once the queue is closed. */
  check(): void;
  /** Begins to follow what other processes do. @throws QueueClosedError. */
  follow(): void;
}

/** How a join reads what it has waited for. */
export interface Reading<T> {
  readonly needs: Observer["needs"];
  /** May throw, and the join rejects with that. */
  readonly read: (row: Row) => T;
}

/** The whole row, as the port shows it. */
export const INFO: Reading<JobInfo> = { needs: "row", read: infoOf };

/** What the job came to. */
export const RESULT: Reading<unknown> = { needs: "outcome", read: resultOf };

/** Waits for the end of a job; `wait` has been checked by {@link checkWait}. */
export class Join<T> implements Observer {
  readonly wantsAll = false;
  readonly order = 9;
  readonly needs: Observer["needs"];
  /** Resolves when the job has ended. */
  readonly ended: Promise<T>;
  readonly #site: Site;
  readonly #seq: number;
  readonly #id: string;
  readonly #read: (row: Row) => T;
  // What few joins have.
  #limits:
    | { readonly signal: AbortSignal | undefined; readonly stop: () => void; readonly timer: Timer | undefined }
    | undefined;
  #isOver = false;
  #resolve!: (value: T) => void;
  #reject!: (error: Error) => void;

  constructor(site: Site, seq: number, id: string, { timeout = Infinity, signal }: WaitOptions, reading: Reading<T>) {
    this.#site = site;
    this.#seq = seq;
    this.#id = id;
    this.needs = reading.needs;
    this.#read = reading.read;
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    site.follow();
    site.wake.hold();
    try {
      site.watch.add(seq, this);
    } catch (error) {
      this.fail(queueError(site.store.path, error));
    }
    if (!this.#isOver && (signal !== undefined || timeout !== Infinity)) this.#limit(timeout, signal);
  }

  observe(row: Outcome | undefined): boolean {
    if (row === undefined) this.fail(cleanedAway(this.#site.store, this.#id));
    else if (row.ended_at === null) return false;
    else {
      this.#end();
      try {
        // It is a whole row where one is needed.
        this.#resolve(this.#read(row as Row));
      } catch (error) {
        this.#reject(error as Error);
      }
    }
    return true;
  }

  fail(error: Error): void {
    this.#end();
    this.#reject(error);
  }

  #limit(timeout: number, signal: AbortSignal | undefined): void {
    const stop = (): void => this.#leave(signal?.reason as Error);
    signal?.addEventListener("abort", stop);
    const expire = (): void => this.#leave(late(this.#id, timeout));
    this.#limits = { signal, stop, timer: timeout === Infinity ? undefined : startTimer(timeout, expire) };
  }

  #leave(error: Error): void {
    this.#site.watch.remove(this.#seq, this);
    this.fail(error);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#limits?.timer?.stop();
    this.#limits?.signal?.removeEventListener("abort", this.#limits.stop);
    this.#site.wake.release();
  }
}

function late(id: string, timeout: number): JoinTimeoutError {
  return new JoinTimeoutError(`job ${id} has not ended within ${timeout} ms`);
}

const ORDER: readonly (keyof JobEvents)[] = ["start", "progress", "log", "end"];

/** Tells one listener of one kind of event. What it throws goes to the console: a listener never disturbs a queue. */
export class Listener implements Observer {
  readonly wantsAll: boolean;
  readonly needs = "row";
  readonly order: number;
  readonly event: keyof JobEvents;
  readonly listener: JobEvents[keyof JobEvents];
  readonly #store: Store;
  #hasStarted = false;
  #progress: string | null = null;
  #line = 0;

  constructor(store: Store, event: keyof JobEvents, listener: JobEvents[keyof JobEvents]) {
    this.#store = store;
    this.event = event;
    this.listener = listener;
    this.order = ORDER.indexOf(event);
    this.wantsAll = event !== "end";
  }

  observe(given: Outcome | undefined): boolean {
    if (given === undefined) return true;
    const row = given as Row;
    if (this.event === "start") this.#start(row);
    else if (this.event === "progress") this.#report(row);
    else if (this.event === "log") this.#lines(row);
    else if (row.ended_at !== null) this.#call(listedInfo(row));
    return row.ended_at !== null;
  }

  fail(): void {}

  #start(row: Row): void {
    if (row.attempts === 0 || this.#hasStarted) return;
    this.#hasStarted = true;
    this.#call(listedInfo(row));
  }

  #report({ id, progress }: Row): void {
    if (progress === null || progress === this.#progress) return;
    this.#progress = progress;
    try {
      this.#call(read(id, "progress", progress));
    } catch (error) {
      report(error);
    }
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
