// `task()`: the usual way to a Task, with the types of its inputs inferred.

import { Task } from "./task.ts";
import type { Given, GroupOptions, Require, TaskFunction, TaskOptions, WithWork } from "./types.ts";

/**
 * Creates a task: a unit of work and what it requires. The function's inputs have the shape of `require`, and their types follow
 * from the tasks in it. A function alone gives the task its own name.
 *
 * @throws TypeError or RangeError for wrong arguments, among them an empty name, an unknown option and a function without name.
 */
export function task<R>(run: TaskFunction<undefined, R>): Task<R>;
export function task<R>(name: string, run: TaskFunction<undefined, R>): Task<R>;
export function task<const Q extends Require | undefined = undefined>(
  name: string,
  options: GroupOptions<Q> & Given<Q>,
): Task<undefined>;
// eslint-disable-next-line typescript/no-explicit-any -- of a job that the compiler has not looked at
export function task<R, I = any, const Q extends Require | undefined = undefined>(
  name: string,
  options: TaskOptions<Q, R, I> & WithWork & Given<Q>,
): Task<R>;
// eslint-disable-next-line typescript/no-explicit-any -- of a job that the compiler has not looked at
export function task<R, I = any, const Q extends Require | undefined = undefined>(
  name: string,
  options: TaskOptions<Q, R, I> & Given<Q>,
): Task<R | undefined>;
export function task(name: string | TaskFunction<undefined, unknown>, work?: unknown): Task<unknown> {
  return new Task(name as string, work as TaskFunction<undefined, unknown>);
}
