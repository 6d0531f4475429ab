// The spans of one run or queue: which tasks have begun, what they are under, and when it is over for all of them.

import type { Transition } from "../core/events.ts";
import { Run } from "../core/run.ts";
import { attemptOf } from "../core/step.ts";
import type { TaskQueue } from "../core/task-queue.ts";
import type { Task } from "../core/task.ts";
import { inSlices } from "../core/turns.ts";
import type { Context, Span, SpanContext } from "./otel-api.ts";
import * as facts from "./otel-facts.ts";
import { Makers } from "./otel-makers.ts";
import { callWithin, TaskSpan, type Latest, type Tracing } from "./otel-task.ts";

type AnyTask = Task<unknown>;

/** The open spans of a run or queue. */
export class Spans {
  readonly #tracing: Tracing;
  readonly #source: Run | TaskQueue;
  /** The parent of the run's span; a queue has none, since it has no end, so it is the parent of its tasks' spans. */
  readonly #outer: Context;
  readonly #onEnd: () => void;
  readonly #open = new Map<AnyTask, TaskSpan>();
  readonly #running = new Map<AnyTask, Span>();
  readonly #makers: Makers;
  /** A large WeakMap makes every collection of garbage slow, so a run has a Map, and what it holds is moved at the end. */
  readonly #ours = new Map<AnyTask, SpanContext>();
  readonly #latest: Latest;
  #root: { readonly span: Span | undefined; readonly context: Context } | undefined;
  /** How many tasks the run had before any of them began. */
  #planned = 0;
  /** The latest time that was heard of. */
  #at = 0;
  #isOver = false;

  /** Listens from now on; `onEnd` is called once, when it has stopped listening. */
  constructor(tracing: Tracing, source: Run | TaskQueue, onEnd: () => void) {
    this.#tracing = tracing;
    this.#source = source;
    this.#outer = tracing.api.context.active();
    this.#onEnd = onEnd;
    this.#latest = source instanceof Run ? this.#ours : tracing.earlier;
    this.#makers = new Makers((task) => this.#isPlanned(task) || this.#open.has(task));
    source.on("transition", this.#hear);
    if (tracing.logs) source.on("log", this.#hearLine);
    if (source instanceof Run) source._emitter().on("ended", this.#hearEnd);
  }

  readonly #hear = (transition: Transition): void => {
    // What stopped it may have been a listener of this very transition.
    if (this.#isOver) return;
    const { task, from, at } = transition;
    this.#at = Math.max(this.#at, at);
    const root = this.#rootAt(at).span;
    if (root !== undefined && !root.isRecording()) return this.#pass(root, transition);
    const span = this.#open.get(task) ?? this.#begin(transition);
    if (span === undefined) return;
    span.follow(transition);
    if (from === "RUNNING") this.#running.delete(task);
    if (span.attempt !== undefined) this.#running.set(task, span.attempt);
    else if (task.isSettled()) this.#open.delete(task);
  };

  // A run that is not recorded has no parts either: they would cost as much, and not be seen. What its functions do belongs to its
  // trace all the same, so that it is not recorded by itself; and if there is no tracing at all, there is nothing to listen to.
  #pass(root: Span, { task, to, at }: Transition): void {
    const { api } = this.#tracing;
    if (!api.isSpanContextValid(root.spanContext())) return this.#close(at);
    const attempt = to === "RUNNING" ? attemptOf(task) : undefined;
    if (attempt !== undefined) callWithin(api, root, attempt);
  }

  // Made ready, reset, or to be made again: it begins when it is queued or started. It may have been running before anybody listened
  // here, and even, in another run, before there was this one.
  #begin({ task, from, to, at, attempt }: Transition): TaskSpan | undefined {
    const wasRunning = from === "RUNNING";
    if (to === "PENDING" && !wasRunning && from !== "QUEUED") return undefined;
    const least = this.#source instanceof Run ? (this.#source.startedAt ?? 0) : 0;
    const since = Math.max(wasRunning ? (task.startedAt ?? at) : at, least);
    const span = new TaskSpan(this.#tracing, task, this.#latest, this.#parentOf(task, since), since);
    if (!span.isTraced) {
      this.#close(since);
      return undefined;
    }
    if (wasRunning) span.beginAttempt(attempt, since);
    this.#open.set(task, span);
    return span;
  }

  #parentOf(task: AnyTask, at: number): Context {
    const { context } = this.#rootAt(at);
    const maker = this.#isPlanned(task) ? undefined : this.#makers.of(task, this.#running);
    return maker === undefined ? context : this.#tracing.api.trace.setSpan(context, maker);
  }

  // A run knows the place of each task, and those that were added later come after those that were planned.
  #isPlanned(task: AnyTask): boolean {
    if (!(this.#source instanceof Run)) return false;
    return task._place < this.#planned || this.#source.tasks[task._place] !== task;
  }

  // A run's span is made when there is something to go under it.
  #rootAt(at: number): { readonly span: Span | undefined; readonly context: Context } {
    if (this.#root !== undefined) return this.#root;
    const source = this.#source;
    if (!(source instanceof Run)) return (this.#root = { span: undefined, context: this.#outer });
    const { api, tracer } = this.#tracing;
    this.#at = Math.max(this.#at, source.startedAt ?? at);
    const startTime = facts.timeOf(source.startedAt ?? at);
    const attributes = facts.runFacts(source);
    const span = tracer.startSpan(facts.runName(source), { startTime, attributes }, this.#outer);
    this.#planned = source.tasks.length;
    return (this.#root = { span, context: api.trace.setSpan(this.#outer, span) });
  }

  readonly #hearLine = (line: string, task: AnyTask): void => this.#open.get(task)?.log(line);

  // Nothing that a tracer throws may keep a run from its end.
  readonly #hearEnd = (): void => {
    try {
      const { startedAt = 0, endedAt = startedAt, tasks, _refusal: error } = this.#source as Run;
      const { span } = this.#rootAt(endedAt);
      if (span?.isRecording()) facts.recordOutcome(this.#tracing.api, span, { tasks, error, at: endedAt });
      this.#close(endedAt);
    } catch (thrown) {
      console.error("otel: the spans of a run could not be ended", thrown);
    }
  };

  /** Ends what is open, and listens no more. */
  stop(): void {
    const [task] = this.#open.keys();
    this.#close(task?._now() ?? this.#at);
  }

  #close(at: number): void {
    const source = this.#source;
    this.#isOver = true;
    source.off("transition", this.#hear).off("log", this.#hearLine);
    if (source instanceof Run) source._emitter().off("ended", this.#hearEnd);
    for (const span of this.#open.values()) span.close(at);
    this.#open.clear();
    this.#root?.span?.end(facts.timeOf(Math.max(at, this.#at)));
    this.#root = undefined;
    this.#onEnd();
    inSlices(move(this.#ours, this.#tracing.earlier), () => {});
  }
}

function* move(from: Map<AnyTask, SpanContext>, to: WeakMap<AnyTask, SpanContext>): Generator<void, void> {
  let moved = 0;
  for (const [task, span] of from) {
    to.set(task, span);
    if (++moved % 512 === 0) yield;
  }
}
