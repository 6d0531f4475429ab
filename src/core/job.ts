// Jobs: named functions from a JSON value to a JSON value. In this process a task made from a job calls its function; the name is
// what lets another process do so.

import { argumentError, checkCount, checkDuration, checkOptions, checkType } from "./check.ts";
import type { JobContext, RequestArguments } from "./job-context.ts";
import type { JobRequest } from "./job-queue.ts";
import { toJSON } from "./json.ts";
import { retryOf } from "./policy.ts";
import { checkSchema, validate, validateNow, type Schema } from "./schema.ts";
import { Task } from "./task.ts";
import type { Given, Inputs, JobInput, Require, RetryOptions, TaskPolicy } from "./types.ts";

/** What a job may say of its execution. */
export interface JobPolicy {
  /** Milliseconds that one attempt may take. */
  readonly timeout?: number;
  readonly retry?: number | RetryOptions;
  /** How many jobs of this name may run at once, over all workers of a queue. */
  readonly limit?: number;
  /** What becomes of a job beyond the limit: it waits (the default), or is refused. */
  readonly whenFull?: "wait" | "refuse";
  /** Where a worker executes it: on its event loop, in a worker thread, or in a child process. */
  readonly mode?: "async" | "thread" | "process";
}

/** The options of `job(name, options)`. A schema turns what callers give into what the function gets, and so for what it returns. */
export interface JobOptions<I, O, P = I, R = O> extends JobPolicy {
  readonly input?: Schema<I, P>;
  readonly output?: Schema<R, O>;
  readonly run: (input: P, context: JobContext) => R | PromiseLike<R>;
}

/**
 * The options of `Job.task()`: `input` is a value, or a function of what the task requires. Without it the job gets just that, so it
 * may be left out where that is what the job takes.
 */
export type JobTaskOptions<Q extends Require | undefined, I, O = unknown> = TaskPolicy<O> & {
  readonly require?: Q;
} & ({ readonly input: JobInput<Q, I> } | (Inputs<Q> extends I ? { readonly input?: never } : never));

/** What `Job.task()` takes after the name: options, which may be left out where the job needs no input. */
export type JobTaskArguments<Q extends Require | undefined, I, O> = [undefined] extends [I]
  ? [options?: JobTaskOptions<Q, I, O> & Given<Q>]
  : [options: JobTaskOptions<Q, I, O> & Given<Q>];

// eslint-disable-next-line typescript/no-explicit-any
export type AnyJob = Job<any, any>;

const OPTIONS = ["input", "output", "run", "timeout", "retry", "limit", "whenFull", "mode"];

/** A named function from an input of type `I` to a result of type `O`. */
export class Job<I, O> {
  readonly name: string;
  readonly policy: JobPolicy;
  readonly #options: JobOptions<I, O>;

  constructor(name: string, options: JobOptions<I, O>) {
    if (typeof name !== "string" || name === "")
      throw argumentError(TypeError, "job", "a name that is not empty", name);
    this.name = name;
    this.#options = options;
    this.policy = policyOf(`job ${JSON.stringify(name)}`, options);
  }

  /**
   * A task that does this job: its result is the job's, its input is made of the results of what it requires. `timeout` and `retry`
   * are the job's unless given.
   */
  task<const Q extends Require | undefined = undefined>(
    name: string,
    ...[options]: JobTaskArguments<Q, I, O>
  ): Task<O> {
    return new Task<O>(name, { ...options, job: this });
  }

  /** This job with an input, to be handed to a queue. @throws SchemaError, SerializationError. */
  request(...[input, options = {}]: RequestArguments<I>): JobRequest {
    const owner = `the input of job ${JSON.stringify(this.name)}`;
    validateNow(owner, this.#options.input, input);
    toJSON(owner, input);
    const { limit, whenFull } = this.policy;
    return {
      job: this.name,
      input,
      ...(limit === undefined ? {} : { limit }),
      ...(whenFull === undefined ? {} : { whenFull }),
      ...options,
    };
  }

  /** Calls the function here, with its input and its result checked. */
  async run(input: I, context: JobContext): Promise<O> {
    return this._receive(await this._execute(input, context));
  }

  /** @internal The far side: what the function makes of an input, checked but not transformed. */
  async _execute(input: unknown, context: JobContext): Promise<unknown> {
    const { input: schema, output, run } = this.#options;
    const given = await validate(`the input of job ${JSON.stringify(this.name)}`, schema, input);
    const result = await run(given as I, context);
    await validate(`the result of job ${JSON.stringify(this.name)}`, output, result);
    return result;
  }

  /** @internal The near side: what the schema makes of a result. */
  async _receive(result: unknown): Promise<O> {
    return (await validate(`the result of job ${JSON.stringify(this.name)}`, this.#options.output, result)) as O;
  }
}

function policyOf<I, O>(owner: string, options: JobOptions<I, O>): JobPolicy {
  checkOptions(owner, options, OPTIONS);
  const { run, input, output, timeout, retry, limit, whenFull, mode } = options;
  checkType(`${owner}: run`, run, "function");
  if (input !== undefined) checkSchema(`${owner}: input`, input);
  if (output !== undefined) checkSchema(`${owner}: output`, output);
  if (timeout !== undefined) checkDuration(`${owner}: timeout`, timeout);
  retryOf(`${owner}: retry`, retry);
  if (limit !== undefined) checkCount(`${owner}: limit`, limit, 1);
  checkChoice(`${owner}: whenFull`, whenFull, ["wait", "refuse"]);
  checkChoice(`${owner}: mode`, mode, ["async", "thread", "process"]);
  const given = { timeout, retry, limit, whenFull, mode };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function checkChoice(owner: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value as string)) return;
  throw argumentError(TypeError, owner, choices.map((choice) => `"${choice}"`).join(" or "), value);
}

/**
 * Names a function, so that tasks can be made of it with `.task(name, { require, input })` and requests with `.request(input)`.
 * Instead of the function there may be options, with the function as `run`.
 *
 * @throws TypeError or RangeError for an empty name or wrong options.
 */
export function job<I, O>(name: string, run: (input: I, context: JobContext) => O | PromiseLike<O>): Job<I, O>;
export function job<P, R, I = P, O = R>(name: string, options: JobOptions<I, O, P, R>): Job<I, O>;
export function job(name: string, work: unknown): AnyJob {
  return new Job(name, typeof work === "function" ? { run: work as never } : (work as JobOptions<unknown, unknown>));
}
