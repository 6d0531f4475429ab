// What the end of an attempt means for its task: which event follows, and what goes with it. Nothing is carried out here.

import type { Attempt } from "./attempt.ts";
import { CancelledError, ReleasedError, TaskTimeoutError } from "./errors.ts";
import { retryDelay } from "./policy.ts";
import type { Task } from "./task.ts";

/** The event that follows an attempt, and its value; a `retry` waits for `delay` milliseconds. */
export interface Verdict {
  readonly event: "done" | "error" | "cancel" | "retry" | "release";
  readonly value: unknown;
  readonly delay?: number;
}

/** Judges what a function returned (`ok`) or threw. */
export function judge(attempt: Attempt, ok: boolean, value: unknown): Verdict {
  const { task, stop } = attempt;
  if (stop instanceof CancelledError) {
    if (!ok && !attempt.isBecauseOfStop(value)) stop.cause = value;
    return { event: "cancel", value: stop };
  }
  try {
    if (ok && !(stop instanceof TaskTimeoutError)) return judgeResult(task, value);
    const stopped = ok || (stop !== undefined && attempt.isBecauseOfStop(value));
    if (stopped && stop instanceof ReleasedError) return { event: "release", value: stop };
    const error = stopped ? stop : value;
    const isLeaving = stop instanceof ReleasedError;
    return judgeFailure(task, error, () =>
      isLeaving ? { event: "error", value: error } : judgeRetry(task, error, attempt.attempt, attempt.host.clock.now()),
    );
  } catch (error) {
    return { event: "error", value: error };
  }
}

function judgeResult(task: Task<unknown>, result: unknown): Verdict {
  if (task._policy?.cancelOnResult?.(result)) {
    return { event: "cancel", value: new CancelledError(result, { task }) };
  }
  return { event: "done", value: result };
}

function judgeFailure(task: Task<unknown>, error: unknown, otherwise: () => Verdict): Verdict {
  if (!task._policy?.cancelOnError?.(error)) return otherwise();
  task._extras().lastError = error;
  return { event: "cancel", value: new CancelledError(error, { task, cause: error }) };
}

/** What becomes of a task whose deadline has passed before it could be tried again. */
export function judgeExpiry(task: Task<unknown>): Verdict {
  const error = expiryOf(task);
  try {
    return judgeFailure(task, error, () => ({ event: "error", value: error }));
  } catch (thrown) {
    return { event: "error", value: thrown };
  }
}

/**
 * Whether a failure is worth a retry. It counts the failure, for the limit, and keeps the error, for the next attempt.
 * A predicate that throws throws here.
 */
export function judgeRetry(task: Task<unknown>, error: unknown, attempt: number, now: number): Verdict {
  const retry = task._policy?.retry;
  if (retry === undefined) return { event: "error", value: error };
  const extra = task._extras();
  extra.lastError = error;
  extra.failures = (extra.failures ?? 0) + 1;
  const isExpiry = error instanceof TaskTimeoutError && error.task === task && error.kind === "deadline";
  if (extra.failures > retry.limit || isExpiry || !retry.when(error, attempt)) return { event: "error", value: error };
  if (timeLeft(task, now) <= 0) return judgeExpiry(task);
  return { event: "retry", value: error, delay: retryDelay(retry, extra.failures) };
}

/** How many milliseconds are left until the deadline of a task. */
export function timeLeft(task: Task<unknown>, now: number): number {
  const extra = task._extra;
  return (extra?.firstStart ?? now) + (extra?.policy?.deadline ?? Infinity) - now;
}

function expiryOf(task: Task<unknown>): TaskTimeoutError {
  return new TaskTimeoutError(task, "deadline", task._policy?.deadline ?? Infinity, task._extra?.lastError);
}
