// Timers of any length, on any clock: those of the platform are limited to some 25 days.

import type { Clock } from "./platform.ts";

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
