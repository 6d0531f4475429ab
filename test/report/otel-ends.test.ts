// However a run ends, or does not, every span that has begun ends once.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CycleError, make, makeLater, task, TaskQueue } from "thence";
import { otel } from "thence/report";
import { virtualClock } from "thence/testing";
import { playOut } from "../core/run-helpers.ts";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { assertWellFormed, spansOf, tracing } from "./tracing.ts";

const outcomes = (attempts: ReturnType<typeof spansOf>): unknown[] =>
  attempts.map(({ attributes }) => attributes["thence.attempt.outcome"]);

test("a run that is left ends its spans; what is given back is PENDING, and begins anew in the next run", async () => {
  const traced = tracing();
  const spans = otel(traced.tracer);
  const { a, b } = graph`a b`;
  for await (const _ of spans.watch(make([a.task, b.task, task("c", () => 1)], { concurrency: 9 }))) break;
  assertWellFormed(traced);
  for (const { task: given } of [a, b]) {
    assert.deepEqual(outcomes(spansOf(traced, given, "attempt")), ["release"]);
    const [span] = spansOf(traced, given, "task");
    assert.equal(span?.attributes["thence.task.state"], "PENDING");
    assert.deepEqual(span.events, ["released"]);
    assert.equal(span.end, spansOf(traced, given, "attempt")[0]?.end);
  }
  assert.equal(traced.span("make").attributes["thence.run.unfinished"], 2);
  const again = spans.watch(make([a.task, b.task]));
  void again.next();
  await playOut(a, b);
  await again.finished;
  assertWellFormed(traced);
  assert.deepEqual(outcomes(spansOf(traced, a.task, "attempt")), ["release", "done"]);
  assert.equal(spansOf(traced, a.task, "task").length, 2);
});

test("a task that was waiting for its retry when the run was left ends where its attempt did", async () => {
  const traced = tracing();
  const clock = virtualClock();
  const a = task("a", { retry: { limit: 1, delay: 1_000 }, run: () => Promise.reject(new Error("no")) });
  const run = make(a, { clock });
  otel(traced.tracer).watch(run);
  void run.next();
  await clock.advance(500);
  await run.return();
  assertWellFormed(traced);
  const { attributes, start, end } = traced.span("a");
  assert.deepEqual([attributes["thence.task.state"], end - start], ["PENDING", 0]);
  assert.equal(traced.span("make a").end - traced.span("make a").start, 500);
});

test("a run that is cancelled ends the spans of all its tasks, begun or not", async () => {
  const traced = tracing();
  const { a, b } = graph`a -> b`;
  const run = otel(traced.tracer).watch(makeLater([a.task, b.task]));
  run.cancel("enough");
  await run.finished;
  assertWellFormed(traced);
  assert.deepEqual(outcomes(spansOf(traced, a.task, "attempt")), ["cancel"]);
  assert.equal(spansOf(traced, b.task, "attempt").length, 0);
  assert.equal(traced.span("make").attributes["thence.run.cancelled"], 2);
});

test("a run that was never started has no spans", async () => {
  const traced = tracing();
  const spans = otel(traced.tracer);
  spans.watch(make(task("a", () => 1)));
  await spans.watch(make(task("b", () => 1))).return();
  spans.stop();
  assert.equal(traced.open(), 0);
  assert.ok(!traced.paths().includes("make a"));
});

test("a run that cannot begin has a span with the error", async () => {
  const traced = tracing();
  const { a, b } = graph`a -> b -> a`;
  await assert.rejects(Array.fromAsync(otel(traced.tracer).watch(make([a.task, b.task]))), CycleError);
  assertWellFormed(traced);
  assert.deepEqual(traced.paths(), ["make"]);
  const { span, attributes } = traced.span("make");
  assert.deepEqual([span.status.message, attributes["error.type"]], ["a -> b -> a", "ERR_THENCE_CYCLE"]);
});

test("a run of what is done already has a span, and nothing under it", async () => {
  const traced = tracing();
  const a = task("a", () => 1);
  await a.make();
  await Array.fromAsync(otel(traced.tracer).watch(make(a)));
  assertWellFormed(traced);
  assert.deepEqual(traced.paths(), ["make a"]);
});

test("stop() ends what is open, and what was watched goes on unseen", async () => {
  const traced = tracing();
  const { a, b } = graph`a -> b`;
  const run = make(b.task);
  {
    using spans = otel(traced.tracer);
    spans.watch(run);
    void run.next();
    await flush();
    assert.equal(traced.open(), 3);
  }
  assertWellFormed(traced);
  assert.equal(traced.span("a").attributes["thence.task.state"], "RUNNING");
  await playOut(a, b);
  assert.equal((await run.finished).done.length, 2);
  assert.equal(traced.spans().length, 3);
});

test("an observer stops for all that it watches, and can be stopped again", async () => {
  const traced = tracing();
  const spans = otel(traced.tracer);
  const { a, b } = graph`a b`;
  const runs = [a, b].map((each) => spans.watch(makeLater(each.task)));
  const queue = spans.watch(new TaskQueue());
  await flush();
  spans.stop();
  spans.stop();
  for (const source of [...runs, queue]) assert.equal(source._emitter().listenerCount("transition"), 0);
  await playOut(a, b);
  assertWellFormed(traced);
});

test("watching twice is watching once", async () => {
  const traced = tracing();
  const spans = otel(traced.tracer);
  await Array.fromAsync(spans.watch(spans.watch(make(task("a", () => 1)))));
  assertWellFormed(traced);
  assert.equal(traced.spans().length, 3);
});

test("a run that is watched late has spans of what was running, from when it began, and of what comes", async () => {
  const traced = tracing();
  const clock = virtualClock();
  const { a, b, c } = graph`a -> b -> c`;
  const run = makeLater(c.task, { clock });
  await clock.advance(10);
  a.finish();
  await clock.advance(10);
  otel(traced.tracer).watch(run);
  await clock.advance(10);
  b.finish();
  await clock.advance(10);
  c.finish();
  await clock.advance(0);
  await run.finished;
  assertWellFormed(traced);
  assert.equal(spansOf(traced, a.task, "task").length, 0);
  assert.equal(traced.span("b").start - traced.span("make c").start, 10);
  assert.equal(traced.span("b").end - traced.span("b").start, 20);
  assert.deepEqual(outcomes(spansOf(traced, b.task, "attempt")), ["done"]);
});

test("tasks that are settled from outside, reset or repaired have well-formed spans", async () => {
  const traced = tracing();
  const spans = otel(traced.tracer);
  const { a, b, c } = graph`a b -> c`;
  const run = spans.watch(makeLater(c.task, { concurrency: 9 }));
  await flush();
  a.task.done("from outside");
  b.task.fail(new Error("from outside"));
  await run.finished;
  a.task.reset();
  const again = spans.watch(makeLater(c.task, { retry: true }));
  await flush();
  b.finish();
  await playOut(a, b, c);
  await again.finished;
  assertWellFormed(traced);
  assert.deepEqual(outcomes(spansOf(traced, a.task, "attempt")), ["done", "done"]);
  assert.deepEqual(outcomes(spansOf(traced, b.task, "attempt")), ["error", "done"]);
  const states = spansOf(traced, c.task, "task").map(({ attributes }) => attributes["thence.task.state"]);
  assert.deepEqual(states, ["FAILED", "DONE"]);
});

test("two runs that share a task both have its spans, each in its own trace", async () => {
  const traced = tracing();
  const spans = otel(traced.tracer);
  const { a, b, c } = graph`a -> b; a -> c`;
  const runs = [b, c].map((each) => spans.watch(makeLater(each.task)));
  await playOut(a, b, c);
  await Promise.all(runs.map((run) => run.finished));
  assertWellFormed(traced);
  for (const path of ["make b / a / attempt 1", "make c / a / attempt 1"]) assert.ok(traced.paths().includes(path));
  assert.equal(new Set(spansOf(traced, a.task, "task").map(({ span }) => span.spanContext().traceId)).size, 2);
});

test("no time goes back where a task is run by the clock of another run", async () => {
  const traced = tracing();
  const { a } = graph`a`;
  const first = makeLater(a.task, { clock: virtualClock(1_000_000) });
  const second = make(a.task, { clock: virtualClock(9_000_000) });
  otel(traced.tracer).watch(second);
  void second.next();
  await flush();
  a.finish();
  await Promise.all([first.finished, second.finished]);
  assertWellFormed(traced);
  for (const name of ["make a", "a", "attempt 1"]) {
    assert.deepEqual([traced.span(name).start, traced.span(name).end], [9_000_000, 9_000_000], name);
  }
});

test("a run that is over ends the spans of tasks that go on in another", async () => {
  const traced = tracing();
  const { a, b } = graph`a -> b`;
  const first = makeLater(b.task);
  await flush();
  const second = otel(traced.tracer).watch(makeLater(b.task));
  await flush();
  a.finish();
  await flush();
  await second.return();
  assert.ok(b.running);
  assertWellFormed(traced);
  const [attempt] = spansOf(traced, b.task, "attempt");
  for (const span of [traced.span("b"), attempt]) assert.equal(span?.end, traced.span("make b").end);
  assert.equal(traced.span("b").attributes["thence.task.state"], "RUNNING");
  await playOut(b);
  await first.finished;
  assertWellFormed(traced);
});

test("an attempt that is given up ends, and what it does later is no part of the trace", async () => {
  const traced = tracing();
  const clock = virtualClock();
  const a = remote("a", { onAbort: "ignores", timeout: 100, retry: 1 });
  const run = make(a.task, { clock, grace: 50 });
  otel(traced.tracer).watch(run);
  void run.next();
  await clock.advance(160);
  a.finish();
  await clock.advance(0);
  await run.finished;
  assertWellFormed(traced);
  const attempts = spansOf(traced, a.task, "attempt");
  assert.deepEqual(outcomes(attempts), ["retry", "done"]);
  assert.equal(attempts[0]?.attributes["error.type"], "ERR_THENCE_TIMEOUT");
});

test("a tracer that throws disturbs no run", async (t) => {
  const complaints = t.mock.method(console, "error", () => {});
  const tracer = {
    startSpan: () => {
      throw new Error("no span");
    },
  };
  const [done] = await Array.fromAsync(otel(tracer).watch(make(task("a", () => 1))));
  assert.equal(done?.state, "DONE");
  assert.ok(complaints.mock.callCount() > 0);
});

test("without an SDK nothing is listened to after the first transition", async () => {
  const { trace } = await import("@opentelemetry/api");
  const { a, b } = graph`a -> b`;
  const run = otel(trace.getTracer("nothing")).watch(makeLater(b.task));
  await playOut(a);
  assert.equal(run._emitter().listenerCount("transition"), 0);
  await playOut(b);
  assert.equal((await run.finished).done.length, 2);
});
