// What becomes of attempts, retries and queued tasks when their run is left.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, task } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { playOut, starts, states, tasksOf } from "./run-helpers.ts";

const ignoring = (name: string) => remote(name, { onAbort: "ignores" });

test("an attempt that still returns normally when its run is left is DONE, and its dependents do not start", async () => {
  const a = ignoring("a");
  const b = remote("b");
  b.task.require(a.task);
  const run = makeLater(b.task);
  await flush();
  const left = run.return();
  a.finish("result");
  await left;
  assert.deepEqual([states(a, b), a.task.result, b.starts], ["DONE PENDING", "result", 0]);
});

test("an attempt that throws something else when its run is left is FAILED, also if it could be retried", async () => {
  const a = remote("a", { onAbort: "ignores", retry: 5 });
  const run = makeLater(a.task);
  await flush();
  const left = run.return();
  const error = new Error("something else");
  a.fail(error);
  await left;
  assert.deepEqual([states(a), a.task.error, a.starts], ["FAILED", error, 1]);
});

test("an attempt that throws because of its signal is given back: the reason, an AbortError, or a cause that is one", async () => {
  const throws = [
    (reason: unknown) => reason,
    () => new DOMException("stopped", "AbortError"),
    (reason: unknown) => new Error("outer", { cause: new Error("inner", { cause: reason }) }),
  ];
  for (const error of throws) {
    const a = ignoring("a");
    const run = makeLater(a.task);
    await flush();
    const left = run.return();
    a.fail(error(a.context.signal.reason));
    await left;
    assert.equal(states(a), "PENDING");
  }
});

test("an attempt that is still there after the grace is PENDING and abandoned, and its late outcome is dropped", async () => {
  for (const [grace, option] of [
    [5_000, {}],
    [20, { grace: 20 }],
    [0, { grace: 0 }],
  ] as const) {
    for (const late of ["finish", "fail"] as const) {
      const clock = virtualClock();
      const [a, b] = [ignoring("a"), remote("b")];
      const run = makeLater(tasksOf(a, b), { concurrency: 9, clock, ...option });
      await flush();
      let isLeft = false;
      const left = run.return().then(() => (isLeft = true));
      await (grace > 0 ? clock.advance(grace - 1) : flush());
      assert.deepEqual([isLeft, states(a, b)], [false, "RUNNING PENDING"]);
      await clock.advance(1);
      await left;
      assert.equal(states(a, b), "PENDING PENDING");
      assert.deepEqual((await run.finished).abandoned, [a.task]);
      a[late]("late");
      await flush();
      assert.deepEqual([states(a), a.task.result, a.task.error, clock.pending], ["PENDING", undefined, undefined, 0]);
    }
  }
});

test("a later attempt may run beside an abandoned one, whose outcome does not disturb it", async () => {
  const clock = virtualClock();
  const a = ignoring("a");
  const first = makeLater(a.task, { clock, grace: 0 });
  await flush();
  const abandoned = a.context;
  const left = first.return();
  await clock.advance(0);
  await left;
  const second = makeLater(a.task, { clock });
  await flush();
  assert.deepEqual([a.mostAtOnce, abandoned.attempt, a.context.attempt], [2, 1, 2]);
  a.finish("second");
  await second.finished;
  assert.equal(a.task.result, "second");
});

test("a retry that waits when its run is left does not start", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 1_000 } });
  const run = makeLater(a.task, { clock });
  await flush();
  a.fail();
  await flush();
  await run.return();
  assert.deepEqual([states(a), clock.pending], ["PENDING", 0]);
  await clock.advance(1_000);
  assert.equal(a.starts, 1);
});

test("what is queued when its run is left is PENDING again, and the queue's late call does nothing", async () => {
  const { a, b } = graph`a -> b`;
  const kept: (() => Promise<void>)[] = [];
  const run = makeLater(b.task, { queue: (start) => void kept.push(start) });
  await flush();
  const events: string[] = [];
  a.task.on("transition", ({ event }) => events.push(event));
  await run.return();
  assert.deepEqual([states(a, b), events], ["PENDING PENDING", ["release"]]);
  for (const start of kept) await start();
  assert.deepEqual([states(a, b), starts(a, b)], ["PENDING PENDING", "0 0"]);
  const second = makeLater(b.task);
  assert.equal(await playOut(a, b), "a b");
  await second.finished;
});

test("a function may leave its own run, and is given back if it obeys", async () => {
  const a = task("a", async (_, { signal }) => {
    void run.return();
    await flush();
    signal.throwIfAborted();
  });
  const b = a.andThen("b", () => 1);
  const run = make(b);
  assert.deepEqual(await Array.fromAsync(run), []);
  assert.deepEqual(new Set((await run.finished).notStarted), new Set([a, b]));
});

test("a function that leaves its run and returns at once is DONE, and nothing else starts", async () => {
  const calls: string[] = [];
  const a = task("a", () => {
    calls.push("a");
    void run.return();
    return 1;
  });
  const b = task("b", () => calls.push("b"));
  const run = make([a, b], { concurrency: 1 });
  assert.deepEqual(await Array.fromAsync(run), []);
  await run.finished;
  assert.deepEqual([calls, a.state, b.state], [["a"], "DONE", "PENDING"]);
});

test("a cancel of a task while its run is being left wins: the task is CANCELLED", async () => {
  const a = ignoring("a");
  const run = makeLater(a.task);
  await flush();
  const left = run.return();
  a.task.cancel("enough");
  a.fail(a.context.signal.reason);
  await left;
  assert.equal(states(a), "CANCELLED");
});

test("leaving stops what runs whatever its timeout was going to do", async () => {
  const clock = virtualClock();
  const a = remote("a", { timeout: 1_000, deadline: 5_000, retry: 3 });
  const run = makeLater(a.task, { clock });
  await flush();
  await run.return();
  assert.deepEqual([states(a), clock.pending], ["PENDING", 0]);
  await clock.advance(10_000);
  assert.deepEqual([states(a), a.starts], ["PENDING", 1]);
});
