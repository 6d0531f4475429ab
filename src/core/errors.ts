// The errors of tasks and runs. Each carries a `code`, so that errors can be told apart across copies of the package,
// and the tasks that it speaks of, so that a program need not parse messages.

import type { State, EventName } from "./machine.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** A task's name as messages show it: quoted, and cut where it would bury the message. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 79)}…` : name);
}

function listTasks(tasks: readonly AnyTask[]): string {
  const shown = tasks.slice(0, 5).map((task) => `${quoteName(task.name)} (${task.state})`);
  if (tasks.length > shown.length) shown.push(`${tasks.length - shown.length} more`);
  return shown.join(", ");
}

// Tasks, and lists of them, are in private fields behind getters: Node prints what an error has of its own, and would go on through the
// whole graph.

/**
 * The base of this package's error classes but for RemoteError, which is what a job threw. Each has a `code` that starts with
 * `ERR_THENCE_`; so have the TypeErrors and RangeErrors about wrong arguments (`ERR_THENCE_ARGUMENT`) and the few plain Errors.
 */
export abstract class ThenceError extends Error {
  /** Tells the kind of error, also across realms and copies of the package. */
  abstract readonly code: string;
}

/** An event came to a task whose state does not allow it. Nothing has changed. */
export class TransitionError extends ThenceError {
  override readonly name = "TransitionError";
  readonly code = "ERR_THENCE_TRANSITION";
  readonly #task: AnyTask;
  readonly state: State;
  readonly event: EventName | "require" | "make";

  constructor(task: AnyTask, event: EventName | "require" | "make") {
    super(`invalid event '${event}' for state '${task.state}'`);
    this.#task = task;
    this.state = task.state;
    this.event = event;
  }

  get task(): AnyTask {
    return this.#task;
  }
}

/** The tasks require each other in a circle, so that none can ever start. */
export class CycleError extends ThenceError {
  override readonly name = "CycleError";
  readonly code = "ERR_THENCE_CYCLE";
  readonly #path: readonly AnyTask[];

  constructor(path: readonly AnyTask[]) {
    const names = path.map((task) => task.name);
    super([...names, ...names.slice(0, 1)].join(" -> "));
    this.#path = path;
  }

  /** The tasks of the cycle, each a prerequisite of the next, the last one of the first; none is repeated. */
  get path(): readonly AnyTask[] {
    return this.#path;
  }
}

/** A task cannot run because of its prerequisites: they failed, or (for `dispatch()`) they are not done yet. */
export class BlockedError extends ThenceError {
  override readonly name = "BlockedError";
  readonly code = "ERR_THENCE_BLOCKED";
  readonly #task: AnyTask;
  readonly #blockers: readonly AnyTask[];

  /** `cause`: the error of the first of the blockers, so that the chain of causes leads to the root of the trouble. */
  constructor(task: AnyTask, blockers: readonly AnyTask[], cause?: unknown) {
    super(
      `task ${quoteName(task.name)} is blocked by ${listTasks(blockers)}`,
      cause === undefined ? undefined : { cause },
    );
    this.#task = task;
    this.#blockers = blockers;
  }

  get task(): AnyTask {
    return this.#task;
  }

  /** The prerequisites to blame. */
  get blockers(): readonly AnyTask[] {
    return this.#blockers;
  }
}

/** A task was cancelled. It is the task's `error`, and the `signal.reason` that its function saw. */
export class CancelledError extends ThenceError {
  override readonly name = "CancelledError";
  readonly code = "ERR_THENCE_CANCELLED";
  /** What was given to `cancel(reason)`. */
  readonly reason: unknown;

  constructor(reason?: unknown, options?: { task?: AnyTask; cause?: unknown }) {
    const who = options?.task ? `task ${quoteName(options.task.name)} was cancelled` : "cancelled";
    const why = reason instanceof Error ? reason.message : typeof reason === "string" ? reason : "";
    super(why === "" ? who : `${who}: ${why}`, options && "cause" in options ? { cause: options.cause } : undefined);
    this.reason = reason;
  }
}

/** An attempt was stopped to be given back unfinished (its run was left early); its task is PENDING again. */
export class ReleasedError extends ThenceError {
  override readonly name = "ReleasedError";
  readonly code = "ERR_THENCE_RELEASED";
  readonly #task: AnyTask;

  constructor(task: AnyTask) {
    super(`task ${quoteName(task.name)} is given back unfinished: its run was left`);
    this.#task = task;
  }

  get task(): AnyTask {
    return this.#task;
  }
}

/** One attempt took longer than `timeout` (`kind: "attempt"`), or all of them longer than `deadline` (`kind: "deadline"`). */
export class TaskTimeoutError extends ThenceError {
  override readonly name = "TaskTimeoutError";
  readonly code = "ERR_THENCE_TIMEOUT";
  readonly #task: AnyTask;
  readonly kind: "attempt" | "deadline";
  /** The limit that was passed, in milliseconds. */
  readonly ms: number;

  /** `cause`: what the last attempt failed with, if the deadline came before a retry. */
  constructor(task: AnyTask, kind: "attempt" | "deadline", ms: number, cause?: unknown) {
    super(
      `task ${quoteName(task.name)} passed its ${kind === "attempt" ? "timeout" : "deadline"} of ${ms} ms`,
      cause === undefined ? undefined : { cause },
    );
    this.#task = task;
    this.kind = kind;
    this.ms = ms;
  }

  get task(): AnyTask {
    return this.#task;
  }
}

/** A task that cannot be started, and what it waits for. */
export interface StuckTask {
  readonly task: AnyTask;
  readonly on: readonly AnyTask[];
}

/** A TaskQueue can never drain: what its tasks wait for is neither in the queue nor in flight. */
export class StalledError extends ThenceError {
  override readonly name = "StalledError";
  readonly code = "ERR_THENCE_STALLED";
  readonly #stuck: readonly StuckTask[];

  constructor(stuck: readonly StuckTask[]) {
    const shown = stuck.slice(0, 5).map(({ task, on }) => `${quoteName(task.name)} waits for ${listTasks(on)}`);
    if (stuck.length > shown.length) shown.push(`and ${stuck.length - shown.length} more`);
    super(`the queue cannot drain: ${shown.join("; ")}`);
    this.#stuck = stuck;
  }

  get stuck(): readonly StuckTask[] {
    return this.#stuck;
  }
}
