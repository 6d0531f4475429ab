// `task()`: the usual way to a Task, with the types of its inputs inferred.

import { Task } from "./task.ts";
import type { Require, TaskContext, TaskOptions } from "./types.ts";

type Run<R> = (inputs: undefined, context: TaskContext) => R | PromiseLike<R>;

/**
 * Creates a task: a unit of work and what it requires. The function's inputs have the shape of `require`, and their types follow
 * from the tasks in it. A function alone gives the task its own name.
 *
 * @throws TypeError or RangeError for wrong arguments, among them an empty name, an unknown option and a function without name.
 */
export function task<R>(run: Run<R>): Task<R>;
export function task<R>(name: string, run: Run<R>): Task<R>;
export function task<R = undefined, const Q extends Require | undefined = undefined>(
  name: string,
  options: TaskOptions<Q, R>,
): Task<R>;
export function task(name: string | Run<unknown>, work?: unknown): Task<unknown> {
  return new Task(name as string, work as Run<unknown>);
}
