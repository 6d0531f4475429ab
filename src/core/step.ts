// The one place where a task changes its state: the table is asked, the state set, the promise settled, the listeners told, and
// last whatever drives the task. Order matters, and is a promise to users.

import type { Attempt } from "./attempt.ts";
import { BlockedError, CancelledError, TransitionError } from "./errors.ts";
import { announce, type Emitter, type Transition, type TransitionDetail } from "./events.ts";
import { remember } from "./history.ts";
import { changeOf, type EventName, type State } from "./machine.ts";
import { isSoft } from "./node.ts";
import { platform } from "./platform.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/**
 * Carries out an event. `value` is what the new state holds: the result, the error, or the attempt; `detail` is added to what
 * listeners hear.
 *
 * @throws TransitionError if the state does not allow it; then nothing has changed.
 */
export function step(task: AnyTask, event: EventName, at: number, value?: unknown, detail?: TransitionDetail): void {
  const from = task._state;
  const change = changeOf(from, event);
  if (change === undefined) throw new TransitionError(task, event);
  const { to } = change;
  if (change.strays || task._extra?.past !== undefined) remember(task, event, to, at, value, detail);
  else if (to === "QUEUED") task._extras().queuedAt = at;
  task._state = to;
  task._value = to === "PENDING" ? undefined : value;
  if (to === "RUNNING") task._begin(at);
  else if (change.ends) task._end(at);
  const watcher = task._watcher;
  if (task._extra === undefined && watcher !== undefined && watcher.emitter === undefined) {
    // Most tasks, most of the time: nobody but a scheduler wants to know.
    watcher.hear(task);
    watcher.work();
    return;
  }
  if (task._extra !== undefined) settleExtra(task, task._extra);
  hear(task);
  if (isHeard(task, to)) announce(task, recordOf(task, from, event, to, at, value, detail));
  work(task);
}

function settleExtra(task: AnyTask, extra: NonNullable<AnyTask["_extra"]>): void {
  if (task._state === "RUNNING") extra.holder = undefined;
  if (!task.isSettled()) return;
  extra.holder = undefined;
  if (extra.settled !== undefined) {
    extra.settled.end = { state: task._state, value: task._value };
    extra.settled.resolve(task);
  }
  extra.settled = undefined;
}

// A record is made only for those who want it: a run of which somebody only hears the log makes none.
function isHeard(task: AnyTask, to: State): boolean {
  const extra = task._extra;
  if (wants(task._watcher?.emitter, to)) return true;
  if (extra === undefined) return false;
  return wants(extra.emitter, to) || (extra.watchers?.some(({ emitter }) => wants(emitter, to)) ?? false);
}

function wants(emitter: Emitter | undefined, to: State): boolean {
  return emitter !== undefined && emitter.listenerCount("transition") + emitter.listenerCount(to) > 0;
}

/** Tells whatever watches a task that it has changed. */
export function notify(task: AnyTask): void {
  hear(task);
  work(task);
}

// All hear of it before any of them works, so that each has everything in the order in which it happened.
function hear(task: AnyTask): void {
  task._watcher?.hear(task);
  const others = task._extra?.watchers;
  if (others !== undefined) for (const watcher of others) watcher.hear(task);
}

function work(task: AnyTask): void {
  if (task._extra?.watchers === undefined) task._watcher?.work();
  else for (const watcher of task._watchers().slice()) watcher.work();
}

function recordOf(
  task: AnyTask,
  from: State,
  event: EventName,
  to: State,
  at: number,
  value: unknown,
  detail: TransitionDetail | undefined,
): Transition {
  const own = detailOf(event, value);
  const whole = detail === undefined ? own : Object.freeze({ ...own, ...detail });
  return Object.freeze({ task, from, event, to, at, attempt: task.attempts, detail: whole });
}

const NOTHING: TransitionDetail = Object.freeze({});

function detailOf(event: EventName, value: unknown): TransitionDetail {
  if (event === "done") return Object.freeze({ result: value });
  if (event === "error") return Object.freeze({ error: value });
  if (event === "cancel") return Object.freeze({ error: value, reason: (value as CancelledError).reason });
  return NOTHING;
}

/** Runs a task that has no function: it is DONE once it is its turn. */
export function completeGroup(task: AnyTask, at: number): void {
  step(task, "dispatch", at);
  if (task._state === "RUNNING") step(task, "done", at, undefined);
}

/** The attempt of a QUEUED or RUNNING task; a group has none. */
export function attemptOf(task: AnyTask): Attempt | undefined {
  return task._state === "RUNNING" || task._state === "QUEUED" ? (task._value as Attempt | undefined) : undefined;
}

/** Whose a task is: who has queued or started it, or keeps it for a retry; `undefined` while anybody may start it. */
export function ownerOf(task: AnyTask): unknown {
  return attemptOf(task)?.host ?? task._extra?.holder;
}

/**
 * Cancels a task: at once, or by asking its function to stop if that is running. A final state stays as it is. Without `trace`
 * the error has no stack: one for each of many tasks would fill the memory.
 */
export function cancelTask(task: AnyTask, reason: unknown, trace: boolean): void {
  if (task.isSettled()) return;
  const make = (): CancelledError => new CancelledError(reason, { task });
  const error = trace ? make() : withoutStack(make);
  const attempt = task._state === "RUNNING" ? attemptOf(task) : undefined;
  if (attempt === undefined) step(task, "cancel", (task._watcher?.clock ?? platform.clock).now(), error);
  else attempt.abort(error);
}

/**
 * Fails a PENDING task because of failed prerequisites or, if there are none, cancels it because of cancelled ones; FAILED
 * wins. Returns whether there were such.
 */
export function failBlocked(task: AnyTask, at: number): boolean {
  const { prerequisites } = task;
  const hard = (state: State): AnyTask[] =>
    prerequisites.filter((prerequisite) => prerequisite._state === state && !isSoft(task, prerequisite));
  const failed = hard("FAILED");
  if (failed.length > 0) {
    const error = withoutStack(() => new BlockedError(task, failed, (failed[0] as AnyTask).error));
    step(task, "error", at, error, { because: "failed prerequisites", failed });
    return true;
  }
  const cancelled = hard("CANCELLED");
  if (cancelled.length === 0) return false;
  const { error: cause } = cancelled[0] as AnyTask;
  const error = withoutStack(() => new CancelledError("cancelled prerequisites", { task, cause }));
  step(task, "cancel", at, error, { because: "cancelled prerequisites", cancelled });
  return true;
}

// The stack of an error that a scheduler makes would show the scheduler; a million of them would fill the memory.
function withoutStack<T>(make: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const made = make();
  Error.stackTraceLimit = limit;
  return made;
}
