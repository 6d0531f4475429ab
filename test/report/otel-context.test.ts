// While a task's function runs, its attempt's span is the active one, and what is made there goes under it.

import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { context, createContextKey, trace } from "@opentelemetry/api";
import { make, makeLater, task, Task, TaskQueue, type TaskContext } from "thence";
import { processes } from "thence/processes";
import { otel } from "thence/report";
import { playOut } from "../core/run-helpers.ts";
import { lines, pid } from "../helpers/jobs/basic.ts";
import { remote } from "../helpers/remote.ts";
import { JOBS } from "../queues/local-jobs.ts";
import { activeSpan, assertWellFormed, tracing } from "./tracing.ts";

test("spans that a function makes are under its attempt, also after an await, and beside others", async () => {
  const traced = tracing();
  const request = async (_: unknown, { task: { name } }: { task: Task<unknown> }): Promise<void> => {
    traced.tracer.startSpan(`${name} before`).end();
    await turn();
    traced.tracer.startSpan(`${name} after`).end();
  };
  await Array.fromAsync(otel(traced.tracer).watch(make(["a", "b"].map((name) => task(name, request)))));
  assertWellFormed(traced);
  for (const name of ["a", "b"]) {
    for (const when of ["before", "after"])
      assert.ok(traced.paths().includes(`make / ${name} / attempt 1 / ${name} ${when}`));
  }
});

test("the consumer of a run, its listeners and what comes after keep the context that they had", async () => {
  const traced = tracing();
  const seen = new Set<string | undefined>();
  const run = make(task("a", () => turn()).andThen("b", () => 1));
  otel(traced.tracer).watch(run);
  run.on("transition", () => seen.add(activeSpan()));
  for await (const _ of run) seen.add(activeSpan());
  seen.add(activeSpan());
  assert.deepEqual([...seen], [undefined]);
});

test("the function has the context of whoever made the run, with nothing but the span added", async () => {
  const traced = tracing();
  const key = createContextKey("key");
  const store = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const a = task("a", function work(this: unknown) {
    seen.push(this, context.active().getValue(key), store.getStore(), Task.current()?.name, activeSpan());
  });
  const run = context.with(context.active().setValue(key, "value"), () => store.run("stored", () => make(a)));
  await Array.fromAsync(otel(traced.tracer).watch(run));
  assert.deepEqual(seen, [undefined, "value", "stored", "a", "attempt 1"]);
});

test("the function gets its inputs, its context and its errors as without", async () => {
  const traced = tracing();
  const error = new Error("thrown at once");
  const a = task("a", () => 20);
  const b = task("b", { require: { a }, run: (inputs, { attempt }) => inputs.a + attempt });
  const c = task("c", () => {
    throw error;
  });
  await Array.fromAsync(otel(traced.tracer).watch(make([b, c])));
  assert.deepEqual([b.result, c.error], [21, error]);
});

test("what context.make() makes is under the attempt that asked, with all that it requires", async () => {
  const traced = tracing();
  const planned = task("planned", () => 0);
  const first = task("first", () => 1);
  const second = task("second", { require: [first, planned], run: () => 2 });
  const parent = task("parent", (_, { make: makeMore }) => makeMore(second));
  await Array.fromAsync(otel(traced.tracer).watch(make([parent, planned], { concurrency: 1 })));
  assertWellFormed(traced);
  const paths = traced.paths();
  assert.ok(paths.includes("make / parent / attempt 1 / first"));
  assert.ok(paths.includes("make / parent / attempt 1 / second"));
  assert.ok(paths.includes("make / planned"));
});

test("however deep tasks make tasks, each is under the one that asked, also where it has to wait", async () => {
  const traced = tracing();
  const nest = (depth: number): Task<unknown> =>
    task(`depth ${depth}`, async (_, { make: makeMore }) => {
      await turn();
      if (depth < 3) await makeMore([nest(depth + 1)]);
    });
  const others = Array.from({ length: 5 }, (_, i) => task(`other ${i}`, { priority: 9, run: () => turn() }));
  await Array.fromAsync(otel(traced.tracer).watch(make([nest(0), ...others], { concurrency: 2 })));
  assertWellFormed(traced);
  const path = [0, 1, 2, 3].map((depth) => `depth ${depth} / attempt 1`).join(" / ");
  assert.ok(traced.paths().includes(`make / ${path}`), traced.paths().join("\n"));
});

test("however many wait for what they have asked for, each child is under its own maker", async () => {
  const traced = tracing();
  const wait = (_: unknown, { make: makeMore, task: { name } }: { make: TaskContext["make"]; task: Task<unknown> }) =>
    makeMore(task(`of ${name}`, () => turn()));
  const makers = Array.from({ length: 1_500 }, (_, i) => task(`${i}`, wait));
  await Array.fromAsync(otel(traced.tracer).watch(make(makers, { concurrency: Infinity })));
  assertWellFormed(traced);
  const paths = new Set(traced.paths());
  for (const { name } of makers) assert.ok(paths.has(`make / ${name} / attempt 1 / of ${name}`), name);
});

test("children that cannot start while they are asked for are found all the same", async () => {
  const traced = tracing();
  const child = task("child", () => 1);
  const parent = task("parent", async (_, { make: makeMore }) => {
    await turn();
    return makeMore(child);
  });
  const [busy, next] = [remote("busy"), remote("next", { priority: 9 })];
  next.task.require(busy.task);
  const run = otel(traced.tracer).watch(makeLater([parent, next.task], { concurrency: 1 }));
  await playOut(busy, next);
  await run.finished;
  assertWellFormed(traced);
  assert.ok(traced.paths().includes("make / parent / attempt 1 / child"), traced.paths().join("\n"));
});

test("of two observers the active span is that of one of their attempts, and both have their spans", async () => {
  const [one, two] = [tracing(), tracing()];
  const seen: unknown[] = [];
  const a = task("a", () => seen.push(activeSpan()));
  const run = make(a);
  otel(one.tracer).watch(run);
  otel(two.tracer).watch(run);
  await Array.fromAsync(run);
  for (const traced of [one, two]) {
    assertWellFormed(traced);
    assert.deepEqual(traced.paths().toSorted(), ["make a", "make a / a", "make a / a / attempt 1"]);
  }
  assert.deepEqual(seen, ["attempt 1"]);
});

test("what is not recorded has no parts, but its functions are in its trace", async () => {
  const traced = tracing();
  const spans = otel(traced.tracer);
  const parent = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 0 };
  const seen: unknown[] = [];
  const [a, b] = ["a", "b"].map((name) => task(name, () => seen.push(trace.getActiveSpan()?.spanContext().traceId)));
  const run = make([a as Task, task("group", {})]);
  const queue = new TaskQueue(b as Task);
  context.with(trace.setSpanContext(context.active(), parent), () => [spans.watch(run), spans.watch(queue)]);
  await Array.fromAsync(run);
  await Array.fromAsync(queue.run());
  spans.stop();
  assertWellFormed(traced);
  assert.deepEqual(traced.paths(), []);
  assert.deepEqual(seen, [parent.traceId, parent.traceId]);
});

test("an attempt in another process has its span, with its lines, after the time in the queue", async () => {
  const traced = tracing();
  const queue = processes(JOBS, { concurrency: 1 });
  const where = pid.task("where", { input: undefined });
  try {
    const a = lines.task("a", { input: 2 });
    await Array.fromAsync(otel(traced.tracer, { logs: true }).watch(make([a, where], { queue })));
  } finally {
    await queue.close();
  }
  assertWellFormed(traced);
  assert.notEqual(where.result, process.pid);
  assert.deepEqual(
    traced
      .paths()
      .filter((path) => path.startsWith("make / a"))
      .toSorted(),
    ["make / a", "make / a / attempt 1"],
  );
  assert.deepEqual(traced.span("a").events, ["queued"]);
  const attempt = traced.spans().find(({ kind, parent }) => kind === "attempt" && parent?.name === "a");
  assert.deepEqual(attempt?.events, ["log", "log"]);
  assert.ok(traced.span("a").start < attempt.start);
});
