// OpenTelemetry: runs, tasks and attempts as spans, for whatever shows traces. What is heard becomes spans in otel-spans.ts and otel-task.ts.

/// <reference lib="esnext.disposable" preserve="true" />

import { argumentError, checkOptions, checkType } from "../core/check.ts";
import { Run } from "../core/run.ts";
import { TaskQueue } from "../core/task-queue.ts";
import type { Task } from "../core/task.ts";
import { loadApi, type Tracer } from "./otel-api.ts";
import { Spans } from "./otel-spans.ts";
import type { Tracing } from "./otel-task.ts";

/** A tracer of OpenTelemetry, as `trace.getTracer("…")` gives it. */
export interface OtelTracer {
  startSpan(name: string, options?: object, context?: unknown): object;
}

/** The options of {@link otel}. */
export interface OtelOptions {
  /** Keeps the lines that tasks log as events of their attempts' spans; false. */
  readonly logs?: boolean;
}

/** What makes spans of the runs and queues that it watches. */
export interface OtelObserver extends Disposable {
  /**
   * Makes spans of what happens in a run or TaskQueue from now on, until the run ends or `stop()`; returns it. The parent of its spans
   * is the span that is active here. Of what is running already the spans begin when it did, but it keeps the active span that it has.
   */
  watch<T extends Task<unknown>>(source: Run<T>): Run<T>;
  watch(source: TaskQueue): TaskQueue;
  /** Ends all spans that are open and stops listening. What was watched goes on. */
  stop(): void;
}

/**
 * Makes OpenTelemetry spans: one for a run, one for each task under it, and one for each attempt under that. While a task's
 * function runs, the span of its attempt is the active one, so that spans which the function makes go under it.
 *
 * A task's span goes from when it is first queued or started to its final state, links to those of its prerequisites, and has the
 * attributes `thence.task.name`, `.id`, `.group`, `.state` and `.attempts`; a task that never starts gets one of no length. What
 * `context.make()` makes goes under the attempt that asks for it. Errors are recorded, and set the status; a cancelled task is
 * no error. Times are those of the transitions. A run's span has ended when its consumer hears of the end. A TaskQueue has no span,
 * since it has no end.
 *
 * @throws Error (`ERR_THENCE_MISSING_PACKAGE`) if `@opentelemetry/api` is not installed.
 *
 * @example
 * ```ts
 * import { trace } from "@opentelemetry/api";
 * import { make, task } from "thence";
 * import { otel } from "thence/report";
 *
 * const spans = otel(trace.getTracer("build"));
 * const bundle = task("bundle", () => "bundled");
 * for await (const done of spans.watch(make(bundle))) console.log(String(done)); // Task:bundle:DONE
 * ```
 */
export function otel(tracer: OtelTracer, options: OtelOptions = {}): OtelObserver {
  if (typeof (tracer as Partial<OtelTracer> | undefined)?.startSpan !== "function") {
    throw argumentError(TypeError, "otel", "a tracer of OpenTelemetry", tracer);
  }
  checkOptions("otel", options, ["logs"]);
  const { logs = false } = options;
  checkType("otel: logs", logs, "boolean");
  const tracing: Tracing = { api: loadApi(), tracer: tracer as Tracer, logs, earlier: new WeakMap() };
  const watched = new Map<Run | TaskQueue, Spans>();
  const stop = (): void => {
    for (const spans of watched.values()) spans.stop();
  };
  const watch = <S>(source: S): S => {
    if (!(source instanceof Run || source instanceof TaskQueue)) {
      throw argumentError(TypeError, "otel: watch", "a run or a TaskQueue", source);
    }
    const isOver = source instanceof Run && source.endedAt !== undefined;
    if (!isOver && !watched.has(source)) {
      watched.set(source, new Spans(tracing, source, () => watched.delete(source)));
    }
    return source;
  };
  return { watch, stop, [Symbol.dispose]: stop };
}
