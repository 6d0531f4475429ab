// What a task has been through. Most tasks run once: their state and two times tell all, and a third
// time if they came from a queue. Only when a task leaves that straight way (a retry, a release, a reset) does it begin to keep a list.

import type { TransitionDetail } from "./events.ts";
import type { EventName, State } from "./machine.ts";
import type { Task } from "./task.ts";

/** One transition of a task's past; {@link Transition} is what listeners heard of it. */
export interface HistoryEntry {
  readonly from: State;
  readonly event: EventName;
  readonly to: State;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The number of the attempt, from 1; 0 before the first. */
  readonly attempt: number;
  /** What the attempt or the task failed with, or the CancelledError; `undefined` otherwise. */
  readonly error: unknown;
}

/** How many entries a task keeps. */
const KEPT = 200;

/** The transitions of a task so far, oldest first. */
export function historyOf(task: Task<unknown>): readonly HistoryEntry[] {
  return task._extra?.past?.slice() ?? straightWay(task);
}

/** Keeps a step that a task is about to take. */
export function remember(
  task: Task<unknown>,
  event: EventName,
  to: State,
  at: number,
  value: unknown,
  detail: TransitionDetail | undefined,
): void {
  const extra = task._extras();
  const past = (extra.past ??= straightWay(task));
  const attempt = to === "RUNNING" ? task.attempts + 1 : task.attempts;
  const error = to === "FAILED" || to === "CANCELLED" ? value : detail?.error;
  past.push({ from: task._state, event, to, at, attempt, error });
  if (past.length > KEPT) past.shift();
}

function straightWay(task: Task<unknown>): HistoryEntry[] {
  const { startedAt, _state: state, error } = task;
  const queuedAt = task._extra?.queuedAt;
  const at = task._endTime();
  const entries: HistoryEntry[] = [];
  let from: State = "PENDING";
  if (queuedAt !== undefined) {
    entries.push({ from, event: "queue", to: "QUEUED", at: queuedAt, attempt: 0, error: undefined });
    from = "QUEUED";
  }
  if (startedAt !== undefined) {
    entries.push({ from, event: "dispatch", to: "RUNNING", at: startedAt, attempt: 1, error: undefined });
    from = "RUNNING";
  }
  if (at === undefined) return entries;
  const event = state === "DONE" ? "done" : state === "FAILED" ? "error" : "cancel";
  entries.push({ from, event, to: state, at, attempt: startedAt === undefined ? 0 : 1, error });
  return entries;
}
