// What can be drawn, and which of its tasks are: those given, those that can be reached from them, or those around some of them.

import { argumentError } from "../core/check.ts";
import { isTask } from "../core/node.ts";
import type { Plan } from "../core/plan.ts";
import type { Run } from "../core/run.ts";
import type { TaskQueue } from "../core/task-queue.ts";
import type { Task } from "../core/task.ts";
import type { Ways } from "./options.ts";

/** What the drawing functions take: one task or several, or all tasks of a run, a task queue or a plan, at any time. */
export type Drawable = Task | Iterable<Task> | Pick<Run | TaskQueue, "tasks"> | Pick<Plan, "order">;

/** The tasks of what is to be drawn, each once, in the order given. Throws a TypeError for anything else. */
export function tasksOf(owner: string, drawable: unknown): Set<Task> {
  return isTask(drawable) ? new Set([drawable]) : onlyTasks(owner, iterableOf(owner, drawable));
}

/** The tasks of an iterable, each once, in order. Throws a TypeError for anything else in it. */
export function onlyTasks(owner: string, iterable: Iterable<unknown>): Set<Task> {
  const tasks = new Set<Task>();
  for (const task of iterable) {
    if (!isTask(task)) throw argumentError(TypeError, owner, "an iterable of tasks only", task);
    tasks.add(task);
  }
  return tasks;
}

function iterableOf(owner: string, drawable: unknown): Iterable<unknown> {
  if (typeof drawable === "object" && drawable !== null) {
    if (Symbol.iterator in drawable) return drawable as Iterable<unknown>;
    const { tasks, order } = drawable as { tasks?: unknown; order?: unknown };
    if (Array.isArray(tasks)) return tasks as unknown[];
    if (Array.isArray(order)) return order as unknown[];
  }
  throw argumentError(TypeError, owner, "a task or an iterable of tasks, a run, a TaskQueue or a plan", drawable);
}

/** When the run began that is to be drawn; of anything else all that its tasks did counts. */
export function startOf(drawable: unknown): number {
  if (typeof drawable !== "object" || drawable === null || isTask(drawable)) return -Infinity;
  const { startedAt } = drawable as { startedAt?: unknown };
  return typeof startedAt === "number" ? startedAt : -Infinity;
}

/** The tasks that edges lead to from `starts`, and these themselves, first; nearer ones come first. */
export function reachable(starts: Iterable<Task>, ways: Ways, within?: ReadonlySet<Task>): Set<Task> {
  const found = new Set(starts);
  const from = [...found];
  if (ways !== "dependents") walk(from, (task) => task.prerequisites, found, within);
  if (ways !== "prerequisites") walk(from, (task) => task.dependents, found, within);
  return found;
}

// Each way has a memory of its own: a task behind the start may also lie ahead of it, in a cycle.
function walk(
  starts: readonly Task[],
  step: (task: Task) => readonly Task[],
  found: Set<Task>,
  within: ReadonlySet<Task> | undefined,
): void {
  const seen = new Set(starts);
  for (const task of seen) {
    found.add(task);
    for (const next of step(task)) if (within === undefined || within.has(next)) seen.add(next);
  }
}
