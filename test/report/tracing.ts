// A real tracer whose spans stay in memory, and the rules that every set of spans must keep, whatever happened.

import assert from "node:assert/strict";
import { context, diag, DiagLogLevel, SpanStatusCode, trace, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace-base";
import type { Task } from "thence";

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** What the SDK complains of, such as a span that is ended twice. */
const complaints: string[] = [];
const complain = (message: string): unknown => complaints.push(message);
const silent = (): void => {};
diag.setLogger(
  { error: complain, warn: complain, info: silent, debug: silent, verbose: silent },
  { logLevel: DiagLogLevel.WARN },
);

/** A span with what it is under. */
export interface Traced {
  readonly name: string;
  readonly kind: "run" | "task" | "attempt" | "other";
  readonly id: string;
  readonly parent: Traced | undefined;
  readonly span: ReadableSpan;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** `OK` stands for a status that is not set. */
  readonly status: "OK" | "ERROR";
  /** The names of the spans that it links to. */
  readonly links: readonly string[];
  /** The names of its events. */
  readonly events: readonly string[];
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly end: number;
}

/** A tracer, and what has come of it. */
export interface Tracing {
  readonly tracer: Tracer;
  /** The spans that have ended, in the order in which they have. */
  readonly spans: () => Traced[];
  /** The span of a name; the latest of several. */
  readonly span: (name: string) => Traced;
  /** Where each span is: `make b / a / attempt 1`. */
  readonly paths: () => string[];
  /** How many spans have begun and not ended. */
  readonly open: () => number;
}

/** A tracer with an exporter of its own. */
export function tracing(): Tracing {
  const exporter = new InMemorySpanExporter();
  const inner = new SimpleSpanProcessor(exporter);
  let open = 0;
  const counting = {
    onStart: () => void open++,
    onEnd: (span: ReadableSpan) => {
      open--;
      inner.onEnd(span);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
  const tracer = new BasicTracerProvider({ spanProcessors: [counting] }).getTracer("test");
  complaints.length = 0;
  const spans = (): Traced[] => tracedOf(exporter.getFinishedSpans());
  return {
    tracer,
    spans,
    span: (name) => spans().findLast((span) => span.name === name) ?? assert.fail(`no span "${name}"`),
    paths: () => spans().map(pathOf),
    open: () => open,
  };
}

/** Where a span is: the names of those that it is under, and its own. */
function pathOf({ parent, name }: Traced): string {
  return parent === undefined ? name : `${pathOf(parent)} / ${name}`;
}

function tracedOf(list: readonly ReadableSpan[]): Traced[] {
  const byId = new Map(list.map((span) => [span.spanContext().spanId, span]));
  const made = new Map<ReadableSpan, Traced>();
  const nameOf = (id: string): string => byId.get(id)?.name ?? "?";
  const make = (span: ReadableSpan): Traced => {
    const known = made.get(span);
    if (known !== undefined) return known;
    const above = byId.get(span.parentSpanContext?.spanId ?? "");
    const traced: Traced = {
      name: span.name,
      kind: kindOf(span),
      id: span.spanContext().spanId,
      parent: above === undefined ? undefined : make(above),
      span,
      attributes: span.attributes,
      status: span.status.code === SpanStatusCode.ERROR ? "ERROR" : "OK",
      links: span.links.map(({ context: { spanId } }) => nameOf(spanId)),
      events: span.events.map(({ name }) => name),
      start: span.startTime[0] * 1e3 + span.startTime[1] / 1e6,
      end: span.endTime[0] * 1e3 + span.endTime[1] / 1e6,
    };
    made.set(span, traced);
    return traced;
  };
  return list.map(make);
}

function kindOf({ attributes }: ReadableSpan): Traced["kind"] {
  if ("thence.run.requested" in attributes) return "run";
  if ("thence.task.attempt" in attributes) return "attempt";
  return "thence.task.id" in attributes ? "task" : "other";
}

/** Asserts what holds for the spans of any runs that are over, or are not watched any more. */
export function assertWellFormed({ spans, open }: Tracing): void {
  assert.deepEqual(complaints, []);
  assert.equal(open(), 0, "spans that have not ended");
  const list = spans();
  assert.equal(new Set(list.map(({ id }) => id)).size, list.length, "a span that ended twice");
  for (const traced of list) {
    const { kind, parent, span, start, end } = traced;
    const where = pathOf(traced);
    assert.ok(end >= start, where);
    if (span.parentSpanContext !== undefined) {
      assert.ok(parent !== undefined, `${where} has lost its parent`);
      assert.equal(span.spanContext().traceId, parent.span.spanContext().traceId, where);
    }
    if (kind === "attempt") {
      assert.ok(parent?.kind === "task" && parent.attributes["thence.task.id"] === traced.attributes["thence.task.id"]);
      assert.ok(parent.start <= start && end <= parent.end, `${where} is longer than its task`);
      const isError = ["error", "retry"].includes(traced.attributes["thence.attempt.outcome"] as string);
      assert.equal(traced.status, isError ? "ERROR" : "OK", where);
    }
    if (kind === "task") {
      assert.ok(parent?.kind !== "task", where);
      if (parent !== undefined) assert.ok(parent.start <= start, `${where} begins before its parent`);
      if (parent?.kind === "run") assert.ok(end <= parent.end, `${where} ends after its run`);
      assert.equal(traced.status, traced.attributes["thence.task.state"] === "FAILED" ? "ERROR" : "OK", where);
    }
    assert.equal(traced.status === "ERROR" && kind !== "run", traced.events.includes("exception") && kind !== "run");
  }
  for (const parent of list)
    assertSequence(list.filter((other) => other.kind === "attempt" && other.parent === parent));
}

function assertSequence(attempts: readonly Traced[]): void {
  for (const [i, { start, attributes, name }] of attempts.entries()) {
    const before = attempts[i - 1];
    if (before === undefined) continue;
    assert.ok(before.end <= start, `${name} begins before the one before it has ended`);
    assert.equal(attributes["thence.task.attempt"], (before.attributes["thence.task.attempt"] as number) + 1);
  }
}

/** The spans of one task, in the order in which they ended. */
export function spansOf({ spans }: Tracing, { id }: Task<unknown>, kind: "task" | "attempt"): Traced[] {
  return spans().filter((span) => span.kind === kind && span.attributes["thence.task.id"] === id);
}

/** The name of the active span. */
export function activeSpan(): string | undefined {
  return (trace.getActiveSpan() as Partial<ReadableSpan> | undefined)?.name;
}
