// The options of `make` and of a TaskQueue, checked and completed.

import {
  argumentError,
  checkAmounts,
  checkCount,
  checkDuration,
  checkNumber,
  checkObject,
  checkOptions,
  checkType,
  describe,
} from "./check.ts";
import type { Durations } from "./durations.ts";
import { platform, type Clock } from "./platform.ts";
import { isAnyQueue, QUEUE_KINDS, type AnyQueue } from "./queue.ts";

/** How tasks are dispatched: the options that `make` and `TaskQueue` share. */
export interface DispatchOptions {
  /** How many attempts may be under way at once; the machine's parallelism or, with `queue`, no limit of its own. */
  readonly concurrency?: number;
  /** Named amounts that tasks take with `uses`. */
  readonly resources?: Readonly<Record<string, number>>;
  /** Where attempts run, instead of right here: a function that calls `run()` when it likes, a PQueue, or a job queue for jobs. */
  readonly queue?: AnyQueue;
  /**
   * The name of the run in the ids of its requests to a job queue: made up unless given. A program that is started again with the
   * same name, and makes the same tasks in the same order, finds its jobs again. A task that finds
   * another job or another input there fails with a JobMismatchError. `A-Z a-z 0-9 . _ -`, at most 100 of them.
   */
  readonly runId?: string;
  /** Queues by name, for tasks that name one. */
  readonly queues?: Readonly<Record<string, AnyQueue>>;
  /** After the first outcome but DONE start nothing more; `"abort"` also stops what runs and gives it back. */
  readonly failFast?: boolean | "abort";
  /** How long tasks take, by name, as `durations()` learns it: then the longest path is measured in milliseconds. */
  readonly durations?: Durations;
  /** Cancels when it aborts. */
  readonly signal?: AbortSignal;
  /** Milliseconds that a function gets to stop after its signal has aborted; 5,000. */
  readonly grace?: number;
  /** Where the time comes from: the machine's clock unless a test brings its own. */
  readonly clock?: Clock;
}

/** The options of `make`. */
export interface MakeOptions extends DispatchOptions {
  /** Yields the prerequisites too. */
  readonly every?: boolean;
  /** First returns failed and cancelled tasks of the graph to PENDING. */
  readonly retry?: boolean;
}

/** The options of a TaskQueue. */
export interface TaskQueueOptions extends DispatchOptions {
  /** Takes the dependents of each task that is done into the queue. */
  readonly runDependentTasks?: boolean;
}

/** {@link DispatchOptions}, completed. */
export interface Settings {
  /** Slots for attempts that run here. */
  readonly concurrency: number;
  /** Whether attempts that go to a queue take up slots as well. */
  readonly limitsQueues: boolean;
  readonly resources: Readonly<Record<string, number>>;
  readonly queue: AnyQueue | undefined;
  readonly runId: string | undefined;
  readonly queues: ReadonlyMap<string, AnyQueue>;
  readonly failFast: boolean | "abort";
  readonly every: boolean;
  readonly retry: boolean;
  readonly durations: Durations | undefined;
  readonly signal: AbortSignal | undefined;
  readonly grace: number;
  readonly clock: Clock;
}

const DISPATCH_OPTIONS = [
  "concurrency",
  "resources",
  "queue",
  "queues",
  "runId",
  "failFast",
  "durations",
  "signal",
  "grace",
  "clock",
];
export const MAKE_OPTIONS: readonly string[] = [...DISPATCH_OPTIONS, "every", "retry"];
export const QUEUE_OPTIONS: readonly string[] = [...DISPATCH_OPTIONS, "runDependentTasks"];

/** Checks the options of `owner` against the `known` ones and completes them. */
export function settingsOf(owner: string, options: MakeOptions & TaskQueueOptions, known: readonly string[]): Settings {
  checkOptions(owner, options, known);
  const { concurrency, resources = {}, queue, queues = {}, failFast = false, signal, grace = 5_000 } = options;
  if (concurrency !== undefined) checkCount(`${owner}: concurrency`, concurrency, 1);
  checkAmounts(`${owner}: resources`, resources);
  checkDuration(`${owner}: grace`, grace);
  if (queue !== undefined) checkQueue(`${owner}: queue`, queue);
  checkObject(`${owner}: queues`, queues, "queues by name, such as {gpu: queue}");
  for (const [name, named] of Object.entries(queues)) checkQueue(`${owner}: queues.${name}`, named);
  if (failFast !== "abort" && typeof failFast !== "boolean") {
    throw argumentError(TypeError, `${owner}: failFast`, `true, false or "abort"`, failFast);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw argumentError(TypeError, `${owner}: signal`, "an AbortSignal", signal);
  }
  if (options.runId !== undefined) checkRunId(`${owner}: runId`, options.runId);
  if (options.durations !== undefined) checkDurations(`${owner}: durations`, options.durations);
  if (options.clock !== undefined) checkClock(`${owner}: clock`, options.clock);
  for (const flag of ["every", "retry", "runDependentTasks"] as const) {
    if (options[flag] !== undefined) checkType(`${owner}: ${flag}`, options[flag], "boolean");
  }
  return {
    concurrency: concurrency ?? platform.parallelism,
    limitsQueues: concurrency !== undefined,
    resources: Object.freeze({ ...resources }),
    queue,
    runId: options.runId,
    queues: new Map(Object.entries(queues)),
    failFast,
    every: options.every ?? false,
    retry: options.retry ?? false,
    durations: options.durations,
    signal,
    grace,
    clock: options.clock ?? platform.clock,
  };
}

function checkRunId(owner: string, id: unknown): void {
  if (typeof id !== "string" || !/^[\w.-]{1,100}$/.test(id)) {
    throw argumentError(TypeError, owner, "1 to 100 characters of A-Z a-z 0-9 . _ -", id);
  }
}

/** Refuses anything but what `durations()` makes. */
export function checkDurations(owner: string, durations: unknown): asserts durations is Durations {
  if (!(durations instanceof Map)) throw argumentError(TypeError, owner, "a Map from names to milliseconds", durations);
  for (const [name, ms] of durations as Map<unknown, unknown>) checkNumber(`${owner}: ${describe(name)}`, ms);
}

/** Refuses anything but a {@link Clock}. */
export function checkClock(owner: string, clock: unknown): asserts clock is Clock {
  const methods = ["now", "setTimeout", "clearTimeout"] as const;
  const isClock = typeof clock === "object" && clock !== null;
  if (!isClock || methods.some((method) => typeof (clock as Partial<Clock>)[method] !== "function")) {
    throw argumentError(TypeError, owner, `an object with ${methods.join(", ")}`, clock);
  }
}

function checkQueue(owner: string, queue: unknown): void {
  if (!isAnyQueue(queue)) throw argumentError(TypeError, owner, QUEUE_KINDS, queue);
}
