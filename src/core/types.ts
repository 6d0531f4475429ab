// The types along the edges: what can be required, what a function gets for it, and the options of a task.

import type { Transition } from "./events.ts";
import type { JobContext } from "./job-context.ts";
import type { Queue } from "./job-queue.ts";
import type { JobPolicy } from "./job.ts";
import type { State } from "./machine.ts";
import type { SettledEdge } from "./node.ts";
import type { AddQueue, QueueFunction } from "./queue.ts";
import type { Task } from "./task.ts";

/** A task, or `settled(task)`. */
export type Requirement = Task<unknown> | SettledEdge<unknown>;

/** What `require` takes: one, an array, or a record. The function gets its inputs in the same shape. */
export type Require = Requirement | readonly Requirement[] | { readonly [name: string]: Requirement };

/** What a soft edge hands on: the final state with its result or error. */
export interface Outcome<R> {
  readonly state: State;
  readonly result: R | undefined;
  readonly error: unknown;
}

/** The inputs for a `require` of type `Q`: each task becomes its result, each `settled(task)` its {@link Outcome}. */
export type Inputs<Q> = Q extends undefined
  ? undefined
  : Q extends Task<infer R>
    ? R
    : Q extends SettledEdge<infer R>
      ? Outcome<R>
      : { -readonly [K in keyof Q]: Inputs<Q[K]> };

/** What a task's function gets beside its inputs. Its members may be taken out: `({ signal, log }) => …`. */
export interface TaskContext {
  readonly task: Task<unknown>;
  /** Aborts when the attempt is to stop; `signal.reason` tells why (CancelledError, TaskTimeoutError, ReleasedError). */
  readonly signal: AbortSignal;
  /** The number of this attempt, from 1. */
  readonly attempt: number;
  /** What the attempt before this one failed with; `undefined` on the first. */
  readonly lastError: unknown;
  /** Emits a line as the task's `"log"` event. */
  readonly log: (line: string) => void;
  /** Emits `"progress"`: a fraction from 0 to 1, or a value of a total. */
  readonly progress: (progress: number | { value: number; total: number; message?: string }) => void;
  /**
   * Makes more tasks in the same run and resolves with their results, in the shape given; rejects with the first failure.
   * While it waits the task gives back its slot and its resources.
   *
   * @throws CycleError if a task would wait for itself.
   */
  readonly make: <const Q extends Require>(tasks: Q) => Promise<Inputs<Q>>;
}

/** How failed attempts are repeated. */
export interface RetryOptions {
  /** How many attempts there may be beyond the first. */
  readonly limit: number;
  /** Milliseconds before the first retry; 0. */
  readonly delay?: number;
  /** What the delay is multiplied with for each further retry; 1. */
  readonly factor?: number;
  /** The longest delay in milliseconds; none. */
  readonly maxDelay?: number;
  /** The part of the delay that is left to chance, from 0 to 1; 0. */
  readonly jitter?: number;
  /** Whether this error of this attempt (from 1) is worth a retry; all are. */
  readonly when?: (error: unknown, attempt: number) => boolean;
}

/** The options of a task that do not depend on the types of its inputs. */
export interface TaskPolicy<R = unknown> {
  /** PREPARE keeps the task from running until `prepared()`; PENDING is the default. */
  readonly state?: "PENDING" | "PREPARE";
  /** Among ready tasks the greater comes first; 0. It reaches the prerequisites. */
  readonly priority?: number;
  /** Amounts of the run's `resources` that an attempt holds while it runs. */
  readonly uses?: Readonly<Record<string, number>>;
  readonly retry?: number | RetryOptions;
  /** Milliseconds that the task will take, as far as you know: ready tasks on the longest path start first. */
  readonly estimate?: number;
  /** Milliseconds that one attempt may take. */
  readonly timeout?: number;
  /** Milliseconds that all attempts may take together, from the start of the first. */
  readonly deadline?: number;
  /** Failures that count as a cancel: a predicate, or `true` for all. Asked before `retry`. */
  readonly cancelOnError?: true | ((error: unknown) => boolean);
  /** Results that count as a cancel. Write it after `run`: the compiler reads from left to right, and so learns the type of the result. */
  readonly cancelOnResult?: (result: R) => boolean;
  /** `true` prints each transition as `name FROM->event->TO`; a function gets the transition. */
  readonly track?: boolean | ((transition: Transition) => unknown);
  /** Where this task's attempts run: a name in the run's `queues`, or a queue. */
  readonly queue?: string | QueueFunction | AddQueue | Queue;
  /** A label by which pictures put tasks together. */
  readonly group?: string;
  /** Anything of yours. */
  readonly meta?: unknown;
}

/** What a task needs of a job; `job()` makes one. */
export interface JobFunction<I, O> {
  readonly name: string;
  readonly run: (input: I, context: JobContext) => O | PromiseLike<O>;
  /** The `timeout` and `retry` of its tasks, unless they have their own. */
  readonly policy?: Pick<JobPolicy, "timeout" | "retry">;
}

/** The work of a task: gets the results of what it requires, and returns the task's own. */
export type TaskFunction<Q, R> = (inputs: Inputs<Q>, context: TaskContext) => R | PromiseLike<R>;

/** The input of a job as a task has it: a value, or a function that makes it of what the task requires. */
export type JobInput<Q, I> = ([unknown] extends [I] ? {} | null | undefined : I) | ((inputs: Inputs<Q>) => I);

/** The options of a task whose work is a function. */
export interface FunctionOptions<Q extends Require | undefined, R> extends TaskPolicy<R> {
  readonly require?: Q;
  readonly run?: TaskFunction<Q, R>;
  readonly job?: undefined;
  readonly input?: undefined;
}

/** The options of a task whose work is a job. */
export interface JobWorkOptions<Q extends Require | undefined, R, I> extends TaskPolicy<R> {
  readonly require?: Q;
  readonly run?: undefined;
  /** Instead of `run`: a job, whose `timeout` and `retry` are the task's unless given. `Job.task()` is the same. */
  readonly job: JobFunction<I, R>;
  /** The job's input, or a function that makes it of the inputs; those themselves unless it is given. */
  readonly input?: JobInput<Q, NoInfer<I>>;
}

/** The options of a group, a task without work: it is DONE, with `undefined`, once its prerequisites are. */
export interface GroupOptions<Q extends Require | undefined> extends TaskPolicy {
  readonly require?: Q;
  readonly run?: undefined;
  readonly job?: undefined;
  readonly input?: undefined;
}

/** The options of `task(name, options)`: with a function, with a job, or with neither. */
// eslint-disable-next-line typescript/no-explicit-any
export type TaskOptions<Q extends Require | undefined, R, I = any> = FunctionOptions<Q, R> | JobWorkOptions<Q, R, I>;

/** Options with work in them, from which the type of the result follows. */
export type WithWork = { readonly run: {} } | { readonly job: {} };

/** `require` where it is given. An optional property alone would hide from the compiler that its value may be `undefined`. */
export type Given<Q> = { readonly require: Q } | {};
