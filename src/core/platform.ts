// What the core needs of the world around it. The core itself imports nothing of Node's: `src/index.ts` puts this together
// once, and a run may bring a clock of its own (the virtual one of `thence/testing`).

import { Fifo } from "./fifo.ts";
import type { JobHost } from "./job-context.ts";
import type { Task } from "./task.ts";

/** A source of time: milliseconds since the epoch, never going back, and timers. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms` milliseconds, which is at most 2^31 - 1. */
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The parts of the world that the core uses. */
export interface Platform {
  readonly clock: Clock;
  /** How many tasks a run executes at once unless told otherwise. */
  readonly parallelism: number;
  /** The task whose function is running here, remembered through everything asynchronous that the function starts. */
  current(): Task<unknown> | undefined;
  /** Keeps the asynchronous context of the caller, so that functions can be called in it later. */
  captureContext(): Context;
  /** Calls back in the next turn of the event loop; `keepAlive: false` does not keep the process alive for it. */
  nextTurn(callback: () => void, keepAlive: boolean): void;
  /** Runs a command for a job. */
  shell: JobHost["shell"];
}

/** Something to be called on behalf of a task. */
export interface Call {
  readonly task: Task<unknown>;
  run(): unknown;
}

/** An asynchronous context that was captured. */
export interface Context {
  /** Makes a call there, with its task as the current one. */
  run(call: Call): unknown;
}

/** The platform in use; filled by {@link installPlatform} before anything else of the core is called. */
export const platform: Platform = {} as Platform;

/** Gives the core its clock, parallelism, context store and event loop. */
export function installPlatform(parts: Platform): void {
  Object.assign(platform, parts);
}

/** The longest time, in milliseconds, that a timer of a {@link Clock} takes. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/** A timer of any length (also Infinity), stopped by `stop()`. */
export class Timer {
  readonly #clock: Clock;
  #handle: unknown;

  constructor(clock: Clock, ms: number, callback: () => void) {
    this.#clock = clock;
    this.#wait(ms, callback);
  }

  #wait(ms: number, callback: () => void): void {
    const part = Math.min(ms, LONGEST_TIMER);
    this.#handle = this.#clock.setTimeout(() => (ms > part ? this.#wait(ms - part, callback) : callback()), part);
  }

  stop(): void {
    this.#clock.clearTimeout(this.#handle);
  }
}

const SLICE = 8;
const waiting = new Fifo<() => void>();
let turnStart: number | undefined;
// The turns so far, and the latest of them whose end has been asked for: to note it, or to go on with what waits for it.
let turn = 1;
let notedTurn = 0;
let awaitedTurn = 0;

/** Whether this turn of the event loop has been used long enough; then `awaitTurn` so that timers and signals get theirs. */
export function isTurnSpent(now: number): boolean {
  if (turnStart === undefined) {
    turnStart = now;
    if (awaitedTurn < turn && notedTurn < turn) askForTurn((notedTurn = turn), false);
  }
  return now - turnStart > SLICE;
}

/** Calls back in a later turn of the event loop: first come, first served, so that no run starves another. */
export function awaitTurn(callback: () => void): void {
  waiting.push(callback);
  if (awaitedTurn < turn) askForTurn((awaitedTurn = turn), true);
}

/** Whether work waits for a turn of the event loop that it has asked for. */
export function isTurnAwaited(): boolean {
  return waiting.size > 0;
}

function askForTurn(present: number, keepAlive: boolean): void {
  platform.nextTurn(() => {
    if (present === turn) beginTurn();
  }, keepAlive);
}

function beginTurn(): void {
  turn++;
  turnStart = undefined;
  for (let left = waiting.size; left > 0 && !isTurnSpent(platform.clock.now()); left--) {
    waiting.shift()();
  }
  if (waiting.size > 0 && awaitedTurn < turn) askForTurn((awaitedTurn = turn), true);
}

/** Takes the steps of long work, with turns of the event loop between them as they fall due, then calls back with the result. */
export function inSlices<T>(work: Generator<void, T>, done: (result: T) => void): void {
  for (;;) {
    const step = work.next();
    if (step.done === true) return done(step.value);
    if (isTurnSpent(platform.clock.now())) return awaitTurn(() => inSlices(work, done));
  }
}

/** Takes all steps at once. */
export function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/**
 * Calls back when a consumer has had its turn whose `next()` has just been resolved. In `for await` it goes on one microtask later,
 * and may not even have come to wait yet: if the promise was resolved within the `next()` that it is calling.
 */
export function afterConsumer(callback: () => void): void {
  queueMicrotask(() => queueMicrotask(callback));
}
