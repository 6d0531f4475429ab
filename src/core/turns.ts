// Turns of the event loop: how long work may go on without one, and who is next. They are the process's, not a run's: all runs share them.

import { Fifo } from "./fifo.ts";
import { platform } from "./platform.ts";

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
