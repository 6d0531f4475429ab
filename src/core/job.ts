// Jobs: named functions with an input of their own. In this process a task made from a job calls its function; the name is what
// lets another process do so.

import { argumentError, checkType } from "./check.ts";
import { Task } from "./task.ts";
import type { Inputs, JobFunction, Require, TaskPolicy } from "./types.ts";

/** The options of `Job.task()`: `input` is a value, or a function of what the task requires. */
export interface JobTaskOptions<Q extends Require | undefined, I> extends Omit<TaskPolicy, "cancelOnResult"> {
  readonly require?: Q;
  readonly input: I | ((inputs: Inputs<Q>) => I);
}

/** A named function from an input of type `I` to a result of type `O`. */
export class Job<I, O> implements JobFunction<I, O> {
  readonly name: string;
  readonly run: JobFunction<I, O>["run"];

  constructor(name: string, run: JobFunction<I, O>["run"]) {
    if (typeof name !== "string" || name === "")
      throw argumentError(TypeError, "job", "a name that is not empty", name);
    checkType(`job ${JSON.stringify(name)}`, run, "function");
    this.name = name;
    this.run = run;
  }

  /** A task that does this job: its result is the job's, its input is made of the results of what it requires. */
  task<const Q extends Require | undefined = undefined>(name: string, options: JobTaskOptions<Q, I>): Task<O> {
    return new Task<O, Q>(name, { ...options, job: this });
  }
}

/**
 * Names a function, so that tasks can be made of it with `.task(name, { require, input })`.
 *
 * @throws TypeError for an empty name, or if `run` is not a function.
 */
export function job<I, O>(name: string, run: JobFunction<I, O>["run"]): Job<I, O> {
  return new Job(name, run);
}
