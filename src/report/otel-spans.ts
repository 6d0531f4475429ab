// The spans of one run or queue, made as its transitions are heard. A task's span goes from when it is first queued or started to its
// final state, so that the spans of its prerequisites, to which it links, are there before it.

import type { Attempt } from "../core/attempt.ts";
import { inputsOf } from "../core/edges.ts";
import type { CancelledError } from "../core/errors.ts";
import type { Transition } from "../core/events.ts";
import type { Work } from "../core/facts.ts";
import { Run } from "../core/run.ts";
import { attemptOf } from "../core/step.ts";
import type { TaskQueue } from "../core/task-queue.ts";
import type { Task } from "../core/task.ts";
import type { Api, Context, Link, Span, SpanContext, Tracer } from "./otel-api.ts";
import * as facts from "./otel-facts.ts";
import { Makers } from "./otel-makers.ts";

type AnyTask = Task<unknown>;

/** What the spans of all runs share. */
export interface Tracing {
  readonly api: Api;
  readonly tracer: Tracer;
  /** Whether log lines are kept as events. */
  readonly logs: boolean;
  /** The latest span of each task, for links. */
  readonly latest: WeakMap<AnyTask, SpanContext>;
}

/** A task that has begun and has not ended. */
interface Life {
  readonly task: AnyTask;
  readonly span: Span;
  /** The parent of what belongs to the task. */
  readonly context: Context;
  attempt: Span | undefined;
  /** When it was last heard of. */
  at: number;
}

/** The open spans of a run or queue. */
export class Spans {
  readonly #tracing: Tracing;
  readonly #source: Run | TaskQueue;
  /** The parent of the run's span; of the tasks' spans, if there is none for a run. */
  readonly #outer: Context;
  readonly #onEnd: () => void;
  readonly #lives = new Map<AnyTask, Life>();
  readonly #running = new Set<AnyTask>();
  readonly #makers: Makers;
  #root: { readonly span: Span | undefined; readonly context: Context } | undefined;
  #planned = 0;
  #at = 0;
  #isOver = false;

  /** Listens from now on; `onEnd` is called once, when it has stopped listening. */
  constructor(tracing: Tracing, source: Run | TaskQueue, onEnd: () => void) {
    this.#tracing = tracing;
    this.#source = source;
    this.#outer = tracing.api.context.active();
    this.#onEnd = onEnd;
    this.#makers = new Makers((task) => this.#isPlanned(task) || this.#lives.has(task));
    source.on("transition", this.#hear);
    if (tracing.logs) source.on("log", this.#hearLine);
    if (source instanceof Run) source._emitter().on("ended", this.#hearEnd);
  }

  readonly #hear = ({ task, from, event, to, at, attempt, detail }: Transition): void => {
    // What stopped it may have been a listener of this very transition.
    if (this.#isOver) return;
    this.#at = at;
    let life = this.#lives.get(task);
    if (life === undefined) {
      // Made ready, reset, or to be made again: it begins when it is queued or started.
      if (to === "PENDING" && from !== "RUNNING" && from !== "QUEUED") return;
      life = this.#begin(task, from === "RUNNING" ? this.#sinceWhen(task) : at);
      if (life === undefined) return;
      if (from === "RUNNING") this.#beginAttempt(life, attempt, life.at);
    }
    life.at = at;
    if (from === "RUNNING") this.#endAttempt(life, event, at, detail.error);
    if (to === "RUNNING") this.#start(life, attempt, at);
    else if (task.isSettled()) this.#end(life, at);
    else if (life.span.isRecording()) {
      const name = to === "QUEUED" ? "queued" : event === "retry" ? "retry" : "released";
      const more = event === "retry" ? facts.delayFacts(task) : facts.reasonFacts(detail.error ?? detail.reason);
      life.span.addEvent(name, more, facts.timeOf(at));
    }
  };

  readonly #hearLine = (line: string, task: AnyTask): void => {
    const life = this.#lives.get(task);
    const attributes = { "thence.log.line": line };
    (life?.attempt ?? life?.span)?.addEvent("log", attributes, facts.timeOf(task._now()));
  };

  // Nothing that a tracer throws may keep a run from its end.
  readonly #hearEnd = (error?: unknown): void => {
    try {
      const { startedAt = 0, endedAt = Math.max(this.#at, startedAt), tasks } = this.#source as Run;
      const { span } = this.#rootAt(endedAt);
      if (span?.isRecording()) facts.recordOutcome(this.#tracing.api, span, { tasks, error, at: endedAt });
      this.#close(endedAt);
    } catch (thrown) {
      console.error("otel: the spans of a run could not be ended", thrown);
    }
  };

  /** Ends what is open, and listens no more. */
  stop(): void {
    const [life] = this.#lives.values();
    this.#close(life?.task._now() ?? this.#at);
  }

  #close(at: number): void {
    this.#isOver = true;
    const source = this.#source;
    source.off("transition", this.#hear).off("log", this.#hearLine);
    if (source instanceof Run) source._emitter().off("ended", this.#hearEnd);
    for (const life of this.#lives.values()) {
      const isOn = life.attempt !== undefined;
      this.#endAttempt(life, undefined, at);
      this.#end(life, isOn ? at : life.at);
    }
    this.#root?.span?.end(facts.timeOf(at));
    this.#root = undefined;
    this.#onEnd();
  }

  // A run's span is made when there is something to go under it, and a queue has none: it has no end.
  #rootAt(at: number): { readonly span: Span | undefined; readonly context: Context } {
    if (this.#root !== undefined) return this.#root;
    const source = this.#source;
    if (!(source instanceof Run)) return (this.#root = { span: undefined, context: this.#outer });
    const { api, tracer } = this.#tracing;
    const startTime = facts.timeOf(source.startedAt ?? at);
    const span = tracer.startSpan(
      facts.runName(source),
      { startTime, attributes: facts.runFacts(source) },
      this.#outer,
    );
    this.#planned = source.tasks.length;
    return (this.#root = { span, context: api.trace.setSpan(this.#outer, span) });
  }

  // A run knows the place of each task, and those that were added later come after those that were planned.
  #isPlanned(task: AnyTask): boolean {
    if (!(this.#source instanceof Run)) return false;
    return task._place < this.#planned || this.#source.tasks[task._place] !== task;
  }

  // When a task began that was running before anybody listened here: another run may have started it before there was this one.
  #sinceWhen({ startedAt = this.#at }: AnyTask): number {
    return Math.max(startedAt, this.#source instanceof Run ? (this.#source.startedAt ?? 0) : 0);
  }

  #begin(task: AnyTask, since: number): Life | undefined {
    const { api, tracer, latest } = this.#tracing;
    const root = this.#rootAt(since);
    const maker = this.#isPlanned(task) ? undefined : this.#makers.take(task, this.#running);
    const made = maker === undefined ? undefined : this.#lives.get(maker);
    const parent = made?.attempt === undefined ? root.context : api.trace.setSpan(root.context, made.attempt);
    const links: Link[] = [];
    for (const prerequisite of task.prerequisites) {
      const linked = latest.get(prerequisite);
      if (linked !== undefined) links.push({ context: linked });
    }
    const startTime = facts.timeOf(since);
    const span = tracer.startSpan(task.name, { startTime, attributes: facts.taskFacts(task), links }, parent);
    // No tracing has been set up: nobody will ever see a span.
    if (!api.isSpanContextValid(span.spanContext())) {
      this.#close(since);
      return undefined;
    }
    latest.set(task, span.spanContext());
    const life: Life = { task, span, context: api.trace.setSpan(parent, span), attempt: undefined, at: since };
    this.#lives.set(task, life);
    return life;
  }

  #beginAttempt(life: Life, attempt: number, at: number): void {
    const { task, span, context } = life;
    const attributes = {
      "thence.task.name": task.name,
      "thence.task.id": task.id,
      "thence.task.attempt": attempt,
    };
    // What is not recorded needs no parts: they would cost as much, and not be seen either.
    life.attempt = span.isRecording()
      ? this.#tracing.tracer.startSpan(`attempt ${attempt}`, { startTime: facts.timeOf(at), attributes }, context)
      : span;
    this.#running.add(task);
  }

  // A group has no function, and so no attempt.
  #start(life: Life, number: number, at: number): void {
    const attempt = attemptOf(life.task);
    if (attempt === undefined) return;
    this.#beginAttempt(life, number, at);
    const { context, trace } = this.#tracing.api;
    const span = life.attempt as Span;
    callWithin(attempt, (call) => context.with(trace.setSpan(context.active(), span), call));
  }

  #endAttempt(life: Life, event: string | undefined, at: number, error?: unknown): void {
    const { task, span, attempt } = life;
    if (attempt === undefined) return;
    life.attempt = undefined;
    this.#running.delete(task);
    if (attempt === span) return;
    if (event !== undefined) attempt.setAttribute("thence.attempt.outcome", event);
    if (event === "error" || event === "retry") facts.recordError(this.#tracing.api, attempt, error, at);
    attempt.end(facts.timeOf(at));
  }

  #end(life: Life, at: number): void {
    const { task, span } = life;
    this.#lives.delete(task);
    if (span.isRecording()) {
      span.setAttribute("thence.task.state", task.state);
      span.setAttribute("thence.task.attempts", task.attempts);
      if (task.is("FAILED")) facts.recordError(this.#tracing.api, span, task.error, at);
      else if (task.is("CANCELLED")) span.setAttributes(facts.reasonFacts((task.error as CancelledError).reason));
    }
    span.end(facts.timeOf(at));
  }
}

// Has the attempt's function called, or its job followed, by `around`, which is within the asynchronous context of the task.
function callWithin(attempt: Attempt, around: (call: () => unknown) => unknown): void {
  const { task } = attempt;
  const limits = attempt._limits();
  const work = task._work as Work;
  const call = limits.remote ?? (() => work(inputsOf(task._shape) as never, attempt));
  limits.remote = () => around(call) as Promise<unknown>;
}
