// A clock that stands still until it is told to move, so that tests of delays, timeouts and grace
// periods neither wait nor guess. It is handed to a run as `make(tasks, { clock })`.

import { argumentError } from "../core/check.ts";
import type { Clock } from "../core/platform.ts";
import { isTurnAwaited } from "../core/turns.ts";

/** A {@link Clock} whose time moves only by {@link VirtualClock.advance}. */
export interface VirtualClock extends Clock {
  /**
   * Moves the time on by `ms` milliseconds and fires every timer that falls due on the way, also those set
   * meanwhile: in order of time, then of creation. Before the first timer, between two of them and after
   * the last one the event loop makes a turn, so that whatever waits for a promise has gone on by then, and
   * further turns while a run is at work that has been at it for so long that it let others come in between.
   * The time that a timer sees is its own. Rejects with what a timer throws; later timers stay waiting.
   * Calls that overlap are carried out one after the other.
   */
  advance(ms: number): Promise<void>;
  /** How many timers are waiting. 0 after a run has settled: it leaves none behind. */
  readonly pending: number;
}

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

/** The time at which a virtual clock starts unless told otherwise: 2020-01-01T00:00:00Z. */
const EPOCH = 1_577_836_800_000;

/**
 * Makes a clock that starts at `epoch`, in milliseconds since 1970, and stands still.
 *
 * @example
 * ```ts
 * import { make, task } from "thence";
 * import { virtualClock } from "thence/testing";
 *
 * const clock = virtualClock();
 * const slow = task("slow", { timeout: 60_000, run: () => new Promise(() => {}) });
 * const ended = make(slow, { clock, grace: 0 }).next();
 * await clock.advance(60_000);
 * console.log(String((await ended).value)); // Task:slow:FAILED
 * ```
 */
export function virtualClock(epoch: number = EPOCH): VirtualClock {
  if (!Number.isFinite(epoch)) throw argumentError(RangeError, "virtualClock", "a finite epoch", epoch);
  let time = epoch;
  let queue: Promise<void> = Promise.resolve();
  // A Set keeps the order of creation, which settles ties.
  const timers = new Set<Timer>();

  async function moveTo(end: number): Promise<void> {
    await turn();
    for (let timer = next(timers, end); timer; timer = next(timers, end)) {
      timers.delete(timer);
      time = Math.max(time, timer.at);
      timer.fn();
      await turn();
    }
    time = Math.max(time, end);
    await turn();
  }

  return {
    now: () => time,
    setTimeout(fn: () => void, ms: number): unknown {
      const timer: Timer = { at: time + (ms > 0 ? ms : 0), fn };
      timers.add(timer);
      return timer;
    },
    clearTimeout(handle: unknown): void {
      timers.delete(handle as Timer);
    },
    advance(ms: number): Promise<void> {
      if (!(ms >= 0 && Number.isFinite(ms))) {
        throw argumentError(RangeError, "advance", "a finite number of milliseconds, 0 or more", ms);
      }
      const moved = queue.then(() => moveTo(time + ms));
      queue = moved.catch(() => {});
      return moved;
    },
    get pending(): number {
      return timers.size;
    },
  };
}

/** The timer to fire next among those due by `end`. */
function next(timers: Iterable<Timer>, end: number): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) {
    if (timer.at <= end && (!first || timer.at < first.at)) first = timer;
  }
  return first;
}

/** One turn of the event loop, before whose end every promise reaction that is due has run, and all that runs have put off. */
async function turn(): Promise<void> {
  do await new Promise((resolve) => void setImmediate(resolve));
  while (isTurnAwaited());
}
