// Spans of runs, tasks and attempts: what there is, where it is, and what it says.

import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";
import { job, make, makeLater, settled, task, TaskQueue } from "thence";
import { otel } from "thence/report";
import { virtualClock } from "thence/testing";
import { playOut } from "../core/run-helpers.ts";
import { graph } from "../helpers/graph.ts";
import { assertWellFormed, tracing } from "./tracing.ts";

test("a run has a span, its tasks have spans under it, and their attempts under those", async () => {
  const traced = tracing();
  const a = task("a", () => 1);
  const b = a.andThen("b", () => 2);
  await Array.fromAsync(otel(traced.tracer).watch(make(b)));
  assertWellFormed(traced);
  assert.deepEqual(traced.paths().toSorted(), [
    "make b",
    "make b / a",
    "make b / a / attempt 1",
    "make b / b",
    "make b / b / attempt 1",
  ]);
});

test("all spans have ended when the consumer of a run hears of its end", async () => {
  const traced = tracing();
  for await (const _ of otel(traced.tracer).watch(make(task("a", () => 1))));
  assert.equal(traced.open(), 0);
  assert.equal(traced.span("make a").kind, "run");
});

test("the parent of a run is the span that is active where it is watched", async () => {
  const traced = tracing();
  const spans = otel(traced.tracer);
  const run = traced.tracer.startActiveSpan("request", (request) => {
    const watched = spans.watch(make(task("a", () => 1)));
    request.end();
    return watched;
  });
  await Array.fromAsync(run);
  assertWellFormed(traced);
  assert.ok(traced.paths().includes("request / make a / a / attempt 1"));
});

test("times are those of the transitions", async () => {
  const traced = tracing();
  const clock = virtualClock(1_000.5);
  const { a, b } = graph`a -> b`;
  const run = make(b.task, { clock });
  otel(traced.tracer).watch(run);
  void run.next();
  await clock.advance(10);
  a.finish();
  await clock.advance(20);
  b.finish();
  await clock.advance(0);
  await run.finished;
  assertWellFormed(traced);
  const times = (name: string): number[] => [traced.span(name).start, traced.span(name).end];
  assert.deepEqual(times("a"), [1_000.5, 1_010.5]);
  assert.deepEqual(times("b"), [1_010.5, 1_030.5]);
  assert.deepEqual(times("make b"), [1_000.5, 1_030.5]);
});

test("the span of a task links to those of its prerequisites, also of an earlier run", async () => {
  const traced = tracing();
  const spans = otel(traced.tracer);
  const a = task("a", () => 1);
  const b = task("b", () => 2);
  const c = task("c", { require: [a, settled(b)], run: () => 3 });
  const d = task("d", { require: [c, a], run: () => 4 });
  await Array.fromAsync(spans.watch(make(c)));
  await Array.fromAsync(spans.watch(make(d)));
  assertWellFormed(traced);
  assert.deepEqual(traced.span("a").links, []);
  assert.deepEqual(traced.span("c").links, ["a", "b"]);
  assert.deepEqual(traced.span("d").links, ["c", "a"]);
});

test("attributes tell a task's name, id, group, job, final state and number of attempts", async () => {
  const traced = tracing();
  const double = job("double", (input: number) => 2 * input);
  const a = double.task("a", { input: 2, group: "numbers" });
  await Array.fromAsync(otel(traced.tracer).watch(make(a, { concurrency: 3 })));
  assert.deepEqual(traced.span("a").attributes, {
    "thence.task.name": "a",
    "thence.task.id": a.id,
    "thence.task.group": "numbers",
    "thence.job.name": "double",
    "thence.task.state": "DONE",
    "thence.task.attempts": 1,
  });
  assert.deepEqual(traced.span("attempt 1").attributes, {
    "thence.task.name": "a",
    "thence.task.id": a.id,
    "thence.task.attempt": 1,
    "thence.attempt.outcome": "done",
  });
  assert.deepEqual(traced.span("make a").attributes, {
    "thence.run.requested": 1,
    "thence.run.concurrency": 3,
    "thence.run.tasks": 1,
    "thence.run.done": 1,
    "thence.run.failed": 0,
    "thence.run.cancelled": 0,
    "thence.run.unfinished": 0,
  });
});

test("a failure is recorded on the attempt, on the task and on those that it blocks, and is one of the run", async () => {
  const traced = tracing();
  const error = Object.assign(new TypeError("no good"), { code: "E_BAD" });
  const a = task("a", () => {
    throw error;
  });
  await Array.fromAsync(otel(traced.tracer).watch(make([a.andThen("b", () => 2), task("c", () => 3)])));
  assertWellFormed(traced);
  for (const name of ["a", "attempt 1"]) {
    const { span, attributes } = traced.spans().find((other) => other.name === name && other.status === "ERROR")!;
    assert.equal(span.status.message, "no good");
    assert.equal(attributes["error.type"], "E_BAD");
    assert.equal(span.events[0]?.attributes?.["exception.message"], "no good");
    assert.match(String(span.events[0]?.attributes?.["exception.stacktrace"]), /otel\.test\.ts/);
  }
  const b = traced.span("b");
  assert.equal(b.span.status.message, 'task "b" is blocked by "a" (FAILED)');
  assert.equal(b.start, b.end);
  assert.equal(traced.span("make").span.status.message, "2 tasks failed");
});

test("retries are attempts of one task, with an event that tells the delay", async () => {
  const traced = tracing();
  const clock = virtualClock();
  const a = task("a", {
    retry: { limit: 2, delay: 100, factor: 3 },
    run: (_, { attempt }) => {
      if (attempt < 3) throw new Error(`failure ${attempt}`);
    },
  });
  const run = make(a, { clock });
  otel(traced.tracer).watch(run);
  void run.next();
  await clock.advance(1_000);
  await run.finished;
  assertWellFormed(traced);
  const { span, status, start, end } = traced.span("a");
  assert.deepEqual(
    span.events.map(({ name, attributes }) => [name, attributes]),
    [
      ["retry", { "thence.retry.delay": 100 }],
      ["retry", { "thence.retry.delay": 300 }],
    ],
  );
  assert.equal(status, "OK");
  assert.equal(end - start, 400);
  const attempts = traced.spans().filter(({ kind }) => kind === "attempt");
  assert.deepEqual(
    attempts.map(({ name, status: each, attributes }) => [name, each, attributes["thence.attempt.outcome"]]),
    [
      ["attempt 1", "ERROR", "retry"],
      ["attempt 2", "ERROR", "retry"],
      ["attempt 3", "OK", "done"],
    ],
  );
});

test("a cancelled task is no error, and tells the reason", async () => {
  const traced = tracing();
  const { a, b } = graph`a -> b`;
  const run = makeLater(b.task);
  otel(traced.tracer).watch(run);
  a.task.cancel("not needed");
  await run.finished;
  assertWellFormed(traced);
  for (const name of ["a", "b"]) assert.equal(traced.span(name).attributes["thence.task.state"], "CANCELLED");
  assert.equal(traced.span("a").attributes["thence.reason"], "not needed");
  assert.equal(traced.span("b").attributes["thence.reason"], "cancelled prerequisites");
  assert.equal(traced.span("attempt 1").attributes["thence.attempt.outcome"], "cancel");
  assert.equal(traced.span("make b").status, "OK");
});

test("log lines are events of the attempt on request, and none otherwise", async () => {
  const events = await Promise.all(
    [true, false].map(async (logs) => {
      const traced = tracing();
      const a = task("a", (_, { log }) => log("a line"));
      await Array.fromAsync(otel(traced.tracer, { logs }).watch(make(a)));
      return traced.span("attempt 1").span.events.map(({ name, attributes }) => [name, attributes]);
    }),
  );
  assert.deepEqual(events, [[["log", { "thence.log.line": "a line" }]], []]);
});

test("a group has a span, and no attempt", async () => {
  const traced = tracing();
  await Array.fromAsync(otel(traced.tracer).watch(make(task("all", { require: task("a", () => 1) }))));
  assertWellFormed(traced);
  assert.deepEqual(traced.paths().toSorted(), [
    "make all",
    "make all / a",
    "make all / a / attempt 1",
    "make all / all",
  ]);
});

test("the time in a queue belongs to the task, not to its attempt", async () => {
  const traced = tracing();
  const clock = virtualClock();
  const queue = (run: () => Promise<void>): unknown => clock.setTimeout(() => void run(), 50);
  const { a } = graph`a`;
  const run = make(a.task, { clock, queue });
  otel(traced.tracer).watch(run);
  void run.next();
  await clock.advance(50);
  a.finish();
  await clock.advance(0);
  await run.finished;
  assertWellFormed(traced);
  assert.deepEqual(traced.span("a").events, ["queued"]);
  assert.equal(traced.span("attempt 1").start - traced.span("a").start, 50);
});

test("the tasks of a TaskQueue are under the span that is active where it is watched", async () => {
  const traced = tracing();
  const { a, b } = graph`a -> b`;
  const queue = new TaskQueue([a.task, b.task]);
  const spans = otel(traced.tracer);
  traced.tracer.startActiveSpan("batch", (batch) => {
    assert.equal(spans.watch(queue), queue);
    batch.end();
  });
  const ended = Array.fromAsync(queue.run());
  await playOut(a, b);
  await ended;
  assertWellFormed(traced);
  assert.ok(traced.paths().includes("batch / b / attempt 1"));
  assert.deepEqual(traced.span("b").links, ["a"]);
});

test("anything can be thrown, and is recorded", async () => {
  const hostile = new Proxy({}, { get: () => assert.fail("was read") });
  const thrown: [unknown, string][] = [
    [undefined, "undefined"],
    ["text", "text"],
    [7, "7"],
    [{ message: 7 }, "an object"],
    [hostile, "an error that cannot be read"],
    [Object.assign(new Error("named"), { name: "" }), "named"],
  ];
  for (const [error, message] of thrown) {
    const traced = tracing();
    const a = task("a", () => Promise.reject(error));
    await Array.fromAsync(otel(traced.tracer).watch(make(a)));
    assertWellFormed(traced);
    assert.equal(traced.span("a").span.status.message, message);
  }
});

test("otel refuses what is no tracer, unknown options, and what cannot be watched", () => {
  const { tracer } = tracing();
  assert.throws(() => otel(undefined as never), { code: "ERR_THENCE_ARGUMENT", message: /otel: expected a tracer/ });
  assert.throws(() => otel(tracer, { log: true } as never), { message: /did you mean "logs"/ });
  assert.throws(() => otel(tracer, { logs: 1 } as never), TypeError);
  assert.throws(() => otel(tracer).watch(task("a", () => 1) as never), { message: /expected a run or a TaskQueue/ });
});

test("without @opentelemetry/api the error says what to install", () => {
  const { tracer } = tracing();
  const hooks = registerHooks({
    resolve(specifier, where, next) {
      if (specifier === "@opentelemetry/api") throw new Error("not installed");
      return next(specifier, where);
    },
  });
  try {
    const message = /^otel\(\) needs the package @opentelemetry\/api: "npm install @opentelemetry\/api"$/;
    assert.throws(() => otel(tracer), { code: "ERR_THENCE_MISSING_PACKAGE", message });
  } finally {
    hooks.deregister();
  }
});
