// A virtual clock for thousands of timers: it goes from one to the next without waiting.

import type { Clock } from "thence";

interface Timer {
  readonly at: number;
  readonly serial: number;
  callback: (() => void) | undefined;
}

export class FastClock implements Clock {
  #now = 0;
  #serial = 0;
  /** A heap, the timer that is due first on top. */
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = { at: this.#now + Math.max(0, ms), serial: this.#serial++, callback };
    let at = this.#timers.push(timer) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && isBefore(timer, this.#timers[parent]!); parent = (at - 1) >> 1) {
      this.#timers[at] = this.#timers[parent]!;
      at = parent;
    }
    this.#timers[at] = timer;
    return timer;
  }

  clearTimeout(handle: unknown): void {
    (handle as Timer).callback = undefined;
  }

  /** Resolves after `ms` milliseconds of this clock. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.setTimeout(resolve, ms));
  }

  /**
   * Goes from timer to timer until `work` has ended. Between two timers, even at one time, everything happens that the first has
   * set off.
   */
  async playOut(work: Promise<unknown>): Promise<void> {
    const progress = { isOver: false };
    const end = (): boolean => (progress.isOver = true);
    work.then(end, end);
    await rest();
    while (!progress.isOver) {
      const timer = this.#next();
      if (timer === undefined) throw new Error("no timer is left, and the work has not ended");
      if (timer.callback === undefined) continue;
      this.#now = timer.at;
      timer.callback();
      await rest();
    }
    await work;
  }

  #next(): Timer | undefined {
    const timers = this.#timers;
    const first = timers[0];
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return first;
    let at = 0;
    for (let child = 1; child < timers.length; child = 2 * at + 1) {
      if (child + 1 < timers.length && isBefore(timers[child + 1]!, timers[child]!)) child++;
      if (!isBefore(timers[child]!, last)) break;
      timers[at] = timers[child]!;
      at = child;
    }
    timers[at] = last;
    return first;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at === b.at ? a.serial < b.serial : a.at < b.at;
}

// An immediate comes when no promise reaction is left. A run may put starts off until the next turn of the event loop, for which it
// asks by an immediate of its own, and what follows from those is over by the third.
async function rest(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
