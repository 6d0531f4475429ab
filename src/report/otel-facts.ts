// What spans say: the attributes of runs, tasks and attempts, and errors in the words of OpenTelemetry. Errors are whatever users
// throw, so that each is looked at with care.

import { describe } from "../core/check.ts";
import type { State } from "../core/machine.ts";
import type { Run } from "../core/run.ts";
import type { Task } from "../core/task.ts";
import type { Api, Span } from "./otel-api.ts";

type Attributes = Record<string, string | number>;

/** A time of ours, in milliseconds since the epoch, as seconds and nanoseconds: small numbers would be taken for something else. */
export function timeOf(at: number): [seconds: number, nanoseconds: number] {
  return [Math.floor(at / 1000), Math.floor((at % 1000) * 1e6)];
}

/** What is known of a task before it runs. */
export function taskFacts(task: Task<unknown>): Attributes {
  const facts: Attributes = { "thence.task.name": task.name, "thence.task.id": task.id };
  const { group } = task;
  if (group !== undefined) facts["thence.task.group"] = group;
  const job = task._extra?.job?.job.name;
  if (job !== undefined) facts["thence.job.name"] = job;
  return facts;
}

/** What is known of an attempt that begins. */
export function attemptFacts({ name, id }: Task<unknown>, attempt: number): Attributes {
  return { "thence.task.name": name, "thence.task.id": id, "thence.task.attempt": attempt };
}

/** The name of a run's span: what it makes, if that is one task. */
export function runName({ requested }: Run): string {
  return requested.length === 1 ? `make ${requested[0]?.name}` : "make";
}

/** What is known of a run before its tasks run. */
export function runFacts({ requested, concurrency }: Run): Attributes {
  const facts: Attributes = { "thence.run.requested": requested.length };
  if (concurrency !== Infinity) facts["thence.run.concurrency"] = concurrency;
  return facts;
}

/** What became of a run, on its span: how many tasks are in which state, or why it could not begin. A failure of a task is one of the run. */
export function recordOutcome(
  api: Api,
  span: Span,
  run: { readonly tasks: readonly Task<unknown>[]; readonly error: unknown; readonly at: number },
): void {
  if (run.error !== undefined) return recordError(api, span, run.error, run.at);
  const { tasks } = run;
  const count = (...states: readonly State[]): number => tasks.filter(({ state }) => states.includes(state)).length;
  const failed = count("FAILED");
  span.setAttributes({
    "thence.run.tasks": tasks.length,
    "thence.run.done": count("DONE"),
    "thence.run.failed": failed,
    "thence.run.cancelled": count("CANCELLED"),
    "thence.run.unfinished": count("PREPARE", "PENDING", "QUEUED", "RUNNING"),
  });
  if (failed === 0) return;
  const message = failed === 1 ? "1 task failed" : `${failed} tasks failed`;
  span.setStatus({ code: api.SpanStatusCode.ERROR, message });
}

/** The milliseconds that a task which has just failed waits for its next attempt. */
export function delayFacts(delay: number | undefined): Attributes {
  return delay === undefined ? {} : { "thence.retry.delay": delay };
}

/** Why a task was cancelled or given back, if somebody said so. */
export function reasonFacts(reason: unknown): Attributes {
  return reason === undefined ? {} : { "thence.reason": told(reason).message };
}

/** Records an error on a span and marks the span with it. */
export function recordError(api: Api, span: Span, error: unknown, at: number): void {
  const exception = told(error);
  span.setAttribute("error.type", exception.code ?? exception.name);
  span.recordException(exception, timeOf(at));
  span.setStatus({ code: api.SpanStatusCode.ERROR, message: exception.message });
}

interface Told {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

function told(error: unknown): Told {
  try {
    if (typeof error !== "object" || error === null) {
      return { name: typeof error, message: typeof error === "string" ? error : describe(error) };
    }
    const { name, message, code, stack } = error as Partial<Record<keyof Told, unknown>>;
    return {
      name: typeof name === "string" && name !== "" ? name : "Error",
      message: typeof message === "string" ? message : describe(error),
      ...(typeof code === "string" ? { code } : {}),
      ...(typeof stack === "string" ? { stack } : {}),
    };
  } catch {
    return { name: "Error", message: "an error that cannot be read" };
  }
}
