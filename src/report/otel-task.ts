// The span of a task, from when it is first queued or started to its final state, and under it those of its attempts. By then the
// spans of its prerequisites are there, so that it can link to them from the beginning.

import type { Attempt } from "../core/attempt.ts";
import { inputsFor } from "../core/edges.ts";
import type { CancelledError } from "../core/errors.ts";
import type { Transition } from "../core/events.ts";
import type { Work } from "../core/facts.ts";
import { attemptOf } from "../core/step.ts";
import type { Task } from "../core/task.ts";
import type { Api, Context, Link, Span, SpanContext, Tracer } from "./otel-api.ts";
import * as facts from "./otel-facts.ts";

type AnyTask = Task<unknown>;

/** What the spans of all runs share. */
export interface Tracing {
  readonly api: Api;
  readonly tracer: Tracer;
  /** Whether log lines are kept as events. */
  readonly logs: boolean;
  /** The latest span of each task in earlier runs, for links. */
  readonly earlier: WeakMap<AnyTask, SpanContext>;
}

/** The latest span of each task in one run. */
export interface Latest {
  get(task: AnyTask): SpanContext | undefined;
  set(task: AnyTask, span: SpanContext): unknown;
}

/** The open spans of a task that has begun and has not ended. */
export class TaskSpan {
  readonly #tracing: Tracing;
  readonly #task: AnyTask;
  readonly #span: Span;
  readonly #parent: Context;
  /** That of the attempt which is running, if one is. */
  attempt: Span | undefined = undefined;
  /** When it was last heard of. */
  #at: number;

  constructor(tracing: Tracing, task: AnyTask, latest: Latest, parent: Context, since: number) {
    const { tracer, earlier } = tracing;
    const links: Link[] = [];
    for (const prerequisite of task.prerequisites) {
      const context = latest.get(prerequisite) ?? earlier.get(prerequisite);
      if (context !== undefined) links.push({ context });
    }
    const startTime = facts.timeOf(since);
    this.#span = tracer.startSpan(task.name, { startTime, attributes: facts.taskFacts(task), links }, parent);
    this.#tracing = tracing;
    this.#task = task;
    this.#parent = parent;
    this.#at = since;
    if (this.#span.isRecording()) latest.set(task, this.#span.spanContext());
  }

  /** Whether there is any tracing; if not, nobody will ever see a span. */
  get isTraced(): boolean {
    return this.#tracing.api.isSpanContextValid(this.#span.spanContext());
  }

  /** Follows a transition. Times never go back, though one that another run has caused may have been noted before this one began. */
  follow({ from, event, to, attempt, detail, at: told }: Transition): void {
    const at = Math.max(told, this.#at);
    const task = this.#task;
    this.#at = at;
    if (from === "RUNNING") this.#endAttempt(at, event, detail.error);
    if (to === "RUNNING") this.#start(attempt, at);
    else if (task.isSettled()) this.end(at);
    else if (this.#span.isRecording()) {
      const name = to === "QUEUED" ? "queued" : event === "retry" ? "retry" : "released";
      const more =
        event === "retry" ? facts.delayFacts(detail.delay) : facts.reasonFacts(detail.error ?? detail.reason);
      this.#span.addEvent(name, more, facts.timeOf(at));
    }
  }

  // A group has no function, and so no attempt.
  #start(number: number, at: number): void {
    const attempt = attemptOf(this.#task);
    if (attempt !== undefined) callWithin(this.#tracing.api, this.beginAttempt(number, at), attempt);
  }

  /** An attempt has begun. What is not recorded needs no parts: they would cost as much, and not be seen either. */
  beginAttempt(number: number, at: number): Span {
    if (!this.#span.isRecording()) return (this.attempt = this.#span);
    const { api, tracer } = this.#tracing;
    const attributes = facts.attemptFacts(this.#task, number);
    const parent = api.trace.setSpan(this.#parent, this.#span);
    this.attempt = tracer.startSpan(`attempt ${number}`, { startTime: facts.timeOf(at), attributes }, parent);
    return this.attempt;
  }

  #endAttempt(at: number, event?: string, error?: unknown): void {
    const { attempt } = this;
    this.attempt = undefined;
    if (attempt === undefined || attempt === this.#span) return;
    if (event !== undefined) attempt.setAttribute("thence.attempt.outcome", event);
    if (event === "error" || event === "retry") facts.recordError(this.#tracing.api, attempt, error, at);
    attempt.end(facts.timeOf(at));
  }

  /** Keeps a log line. */
  log(line: string): void {
    const span = this.attempt ?? this.#span;
    span.addEvent("log", { "thence.log.line": line }, facts.timeOf(this.#task._now()));
  }

  /** Ends what is open: an attempt that is running at `at`, a task that is not when it was last heard of. */
  close(at: number): void {
    if (this.attempt !== undefined) this.#at = Math.max(at, this.#at);
    this.#endAttempt(this.#at);
    this.end(this.#at);
  }

  /** Ends the task's span with what has become of the task. */
  end(at: number): void {
    const span = this.#span;
    const task = this.#task;
    if (span.isRecording()) {
      span.setAttributes({ "thence.task.state": task.state, "thence.task.attempts": task.attempts });
      if (task.is("FAILED")) facts.recordError(this.#tracing.api, span, task.error, at);
      else if (task.is("CANCELLED")) span.setAttributes(facts.reasonFacts((task.error as CancelledError).reason));
    }
    span.end(facts.timeOf(at));
  }
}

/** Makes a span the active one while an attempt's function is called, or its job followed: within the context that it has anyway. */
export function callWithin({ context, trace }: Api, span: Span, attempt: Attempt): void {
  const { task } = attempt;
  const limits = attempt._limits();
  const work = task._work as Work;
  const call = limits.call ?? (() => work(inputsFor(task) as never, attempt));
  limits.call = () => context.with(trace.setSpan(context.active(), span), call);
}
