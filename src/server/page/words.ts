// Tasks in the words of the wire: briefly for the lists of a page, and in full for the panel of one. Everything is bounded, since
// names, errors, logs and results are of any size.

import { causesOf } from "../../core/causes.ts";
import { describe } from "../../core/check.ts";
import { BlockedError } from "../../core/errors.ts";
import { Run } from "../../core/run.ts";
import type { Task } from "../../core/task.ts";
import { isolated, shorten } from "../../render/text.ts";
import type { Roll } from "./roll.ts";
import { sizeOf } from "./size.ts";
import type { Watch } from "./watch.ts";
import type { Change, Described, Details, Failure, Fraction, Link, Past } from "./wire.ts";

const NAME_LENGTH = 300;
const FULL_NAME_LENGTH = 20_000;
const ERROR_LENGTH = 20_000;
const MESSAGE_LENGTH = 500;
const MOST_LINKS = 200;
const MOST_CAUSES = 10;

/** What is being made, in a line. */
export function titleOf({ source, tasks }: Roll): string {
  if (!(source instanceof Run)) return "a task queue";
  const wanted = source.requested;
  const names = wanted.slice(0, 3).map(({ name }) => isolated(shorten(name, 60)));
  const more = wanted.length - names.length;
  if (tasks.length === 0) return "no tasks";
  return names.join(", ") + (more > 0 ? ` and ${more.toLocaleString("en")} more` : "");
}

/** A task with its edges, for the lists. */
export function descriptionOf(watch: Watch, index: number): Described {
  const task = watch.roll.tasks[index] as Task;
  const requires: number[] = [];
  for (const prerequisite of task.prerequisites) {
    const place = watch.roll.indexOf(prerequisite);
    if (place !== undefined) requires.push(place);
  }
  const name = shorten(task.name, NAME_LENGTH);
  return { index, name, group: groupOf(task), requires, now: changeOf(watch, index) };
}

/** How a task is now. */
export function changeOf({ roll, logs }: Watch, index: number): Change {
  const task = roll.tasks[index] as Task;
  const { state, attempts, startedAt = null, endedAt = null } = task;
  const progress = logs.progressOf(task);
  const fraction: Fraction | null =
    progress === undefined ? null : [progress.value, progress.total, shorten(progress.message ?? "", MESSAGE_LENGTH)];
  const error = isLost(task) ? messageOf(task.error, MESSAGE_LENGTH) : null;
  return [index, state, attempts, startedAt, endedAt, logs.countOf(task), fraction, error];
}

/** All about one task. */
export function detailsOf({ roll, logs }: Watch, index: number): Details {
  const task = roll.tasks[index] as Task;
  const { prerequisites, dependents, state } = task;
  const link = (other: Task): Link => linkTo(other, roll.indexOf(other), undefined);
  const input = (other: Task): Link =>
    linkTo(other, roll.indexOf(other), other.state === "DONE" ? sizeOf(other.result) : undefined);
  const { lines, count } = logs.logOf(task);
  return {
    index,
    name: shorten(task.name, FULL_NAME_LENGTH),
    group: groupOf(task),
    job: task._extra?.job?.job.name,
    state,
    attempts: task.attempts,
    canCancel: !task.isSettled(),
    canRetry: isLost(task),
    requires: prerequisites.slice(0, MOST_LINKS).map(input),
    dependents: dependents.slice(0, MOST_LINKS).map(link),
    more: {
      requires: Math.max(0, prerequisites.length - MOST_LINKS),
      dependents: Math.max(0, dependents.length - MOST_LINKS),
    },
    history: task.history.map(pastOf),
    result: state === "DONE" ? sizeOf(task.result) : undefined,
    error: isLost(task) ? failureOf(task.error) : undefined,
    blockers: blockersOf(task).slice(0, MOST_LINKS).map(link),
    log: lines,
    forgotten: count - lines.length,
  };
}

function isLost({ state }: Task): boolean {
  return state === "FAILED" || state === "CANCELLED";
}

function groupOf({ group }: Task): string | undefined {
  return group === undefined ? undefined : shorten(group, NAME_LENGTH);
}

function linkTo({ name, state }: Task, index: number | undefined, size: string | undefined): Link {
  return { index, name: shorten(name, NAME_LENGTH), state, size };
}

function pastOf({ from, event, to, at, attempt, error }: Task["history"][number]): Past {
  return { from, event, to, at, attempt, error: error === undefined ? undefined : messageOf(error, MESSAGE_LENGTH) };
}

function blockersOf(task: Task): readonly Task[] {
  if (task.error instanceof BlockedError) return task.error.blockers;
  return task.isSettled() || task.state === "RUNNING" ? [] : task.blockers();
}

/** An error, whatever was thrown, as text. Reading it may run code of the program's, which may throw in turn. */
export function failureOf(error: unknown): Failure {
  const { stack, code } = partsOf(error);
  return {
    message: messageOf(error, ERROR_LENGTH),
    stack: typeof stack === "string" ? shorten(stack, ERROR_LENGTH) : undefined,
    code: typeof code === "string" || typeof code === "number" ? shorten(String(code), NAME_LENGTH) : undefined,
    causes: causesOf(error, MOST_CAUSES).map((cause) => messageOf(cause, MESSAGE_LENGTH)),
  };
}

function messageOf(error: unknown, limit: number): string {
  if (typeof error === "string") return shorten(error, limit);
  const { name, message } = partsOf(error);
  if (typeof message !== "string") return describe(error);
  const kind = typeof name === "string" ? name : "Error";
  return shorten(message === "" ? kind : `${kind}: ${message}`, limit);
}

function partsOf(error: unknown): Partial<Record<"name" | "message" | "stack" | "code", unknown>> {
  if (typeof error !== "object" || error === null) return {};
  try {
    const { name, message, stack, code } = error as Record<string, unknown>;
    return { name, message, stack, code };
  } catch {
    return { message: "an error that cannot be shown" };
  }
}
