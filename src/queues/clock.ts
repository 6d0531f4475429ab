// The time of the queues and workers of this program. What several processes compare is written with `Date.now()` instead.

import type { Clock } from "../core/platform.ts";
import { Timer } from "../core/timer.ts";

const ORIGIN = performance.timeOrigin;

/** Milliseconds since the epoch, never going back, and Node's timers. */
export const CLOCK: Clock = {
  now: () => ORIGIN + performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

/** Starts a timer of any length. */
export function startTimer(ms: number, callback: () => void): Timer {
  return new Timer(CLOCK, ms, callback);
}
