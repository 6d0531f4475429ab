// Leaving TaskQueue.run() early, and cancelling it through its signal.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { CancelledError, ReleasedError, task, TaskQueue } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

test("leaving run() early starts nothing more, gives back what runs, and a further run() goes on from there", async () => {
  const { a, b, c } = graph`a b -> c`;
  const queue = new TaskQueue([a.task, b.task, c.task], { concurrency: 2 });
  const leaving = (async () => {
    for await (const ended of queue.run()) {
      assert.equal(ended, a.task);
      break;
    }
  })();
  await flush();
  a.finish();
  await leaving;
  assert.deepEqual(
    [b.task.state, b.running, b.context.signal.reason instanceof ReleasedError],
    ["PENDING", false, true],
  );
  assert.equal(queue.size, 2);
  const seen = Array.fromAsync(queue.run(), String);
  await flush();
  b.finish();
  await flush();
  c.finish();
  assert.deepEqual(await seen, ["Task:b:DONE", "Task:c:DONE"]);
});

test("leaving acts at once while next() is pending, which then ends", async () => {
  const { a } = graph`a`;
  const run = new TaskQueue(a.task).run();
  const next = run.next();
  await flush();
  await run.return?.();
  assert.deepEqual(await next, { value: undefined, done: true });
  assert.deepEqual([a.task.state, a.running], ["PENDING", false]);
});

test("an iterator that was left stays ended and starts nothing", async () => {
  const { a } = graph`a`;
  const run = new TaskQueue(a.task).run();
  await run.return?.();
  const next = run.next();
  await flush();
  assert.equal(a.starts, 0);
  assert.deepEqual(await next, { value: undefined, done: true });
});

test("an exception in the loop body leaves run(), and await using does", async () => {
  const { a, b, c } = graph`a b c`;
  const queue = new TaskQueue([a.task, b.task, c.task], { concurrency: 2 });
  const failing = (async () => {
    for await (const ended of queue.run()) throw new Error(`seen ${ended.name}`);
  })();
  await flush();
  a.finish();
  await assert.rejects(failing, /seen a/);
  assert.deepEqual([b.task.state, b.running], ["PENDING", false]);
  {
    await using run = queue.run();
    void run.next();
    await flush();
    assert.equal(b.running, true);
  }
  assert.deepEqual([b.running, c.running], [false, false]);
});

test("leaving waits for an attempt that ends by itself, whose outcome counts", async () => {
  const [a, b] = [remote("a", { onAbort: "ignores" }), remote("b", { onAbort: "ignores" })];
  const queue = new TaskQueue([a.task, b.task], { concurrency: 2 });
  const run = queue.run();
  void run.next();
  await flush();
  const left = run.return?.();
  await flush();
  a.finish(1);
  b.fail();
  await left;
  assert.deepEqual([a.task.state, b.task.state], ["DONE", "FAILED"]);
  assert.deepEqual((await Array.fromAsync(queue.run(), String)).toSorted(), ["Task:a:DONE", "Task:b:FAILED"]);
});

test("leaving gives up an attempt that ignores its signal when the grace is over", async () => {
  const clock = virtualClock();
  const a = remote("a", { onAbort: "ignores" });
  const run = new TaskQueue(a.task, { clock, grace: 1_000 }).run();
  void run.next();
  await flush();
  let left = false;
  const leaving = run.return?.().then(() => (left = true));
  await clock.advance(999);
  assert.equal(left, false);
  await clock.advance(1);
  await leaving;
  assert.deepEqual([a.task.state, clock.pending], ["PENDING", 0]);
  a.finish(1);
  await flush();
  assert.equal(a.task.state, "PENDING");
});

test("when signal aborts, what is unfinished becomes CANCELLED and is yielded", async () => {
  const { a, b, c } = graph`a -> b; c`;
  const stop = new AbortController();
  const queue = new TaskQueue([a.task, b.task, c.task], { concurrency: 1, signal: stop.signal });
  const seen = Array.fromAsync(queue.run(), String);
  await flush();
  stop.abort("enough");
  assert.deepEqual((await seen).toSorted(), ["Task:a:CANCELLED", "Task:b:CANCELLED", "Task:c:CANCELLED"]);
  assert.ok(a.task.error instanceof CancelledError);
  assert.equal(a.task.error.reason, "enough");
  assert.deepEqual([a.running, c.starts, getEventListeners(stop.signal, "abort").length], [false, 0, 0]);
});

test("a signal that has aborted already cancels everything at the first next()", async () => {
  const { a, b } = graph`a -> b`;
  const run = new TaskQueue([a.task, b.task], { signal: AbortSignal.abort("no") }).run();
  assert.deepEqual((await Array.fromAsync(run, String)).toSorted(), ["Task:a:CANCELLED", "Task:b:CANCELLED"]);
  assert.equal(a.starts, 0);
});

test("a drained queue leaves no listener on the signal", async () => {
  const stop = new AbortController();
  const queue = new TaskQueue(
    task("a", () => 1),
    { signal: stop.signal },
  );
  for (let round = 0; round < 3; round++) {
    await Array.fromAsync(queue.run());
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    queue.add(task("b", () => 2));
  }
});
