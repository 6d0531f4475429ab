// done() and fail(): a task that is settled from outside.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, task } from "thence";
import type { QueueFunction } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { remoteIn } from "./task-in-state.ts";

const WAYS = [
  ["done", "DONE"],
  ["fail", "FAILED"],
] as const;

for (const [method, state] of WAYS) {
  test(`${method}() settles a dispatched task at once, and returns it`, async () => {
    const a = remote("a", { onAbort: "ignores" });
    const outcome = a.task.dispatch().catch((error: unknown) => error);
    assert.equal(a.task[method]("from outside"), a.task);
    assert.deepEqual([a.task.state, await outcome], [state, "from outside"]);
    assert.equal(state === "DONE" ? a.task.result : a.task.error, "from outside");
    a.finish();
  });

  test(`${method}() of a task whose function runs here aborts its signal and drops its outcome`, async () => {
    for (const end of ["finish", "fail"] as const) {
      const a = await remoteIn("RUNNING", { onAbort: "ignores", retry: 5 });
      a.task[method]("from outside");
      assert.equal(a.context.signal.aborted, true);
      a[end]("dropped");
      await flush();
      assert.deepEqual([a.task.state, a.task.result ?? a.task.error, a.starts], [state, "from outside", 1]);
    }
  });

  test(`the dropped outcome of a function that ${method}() overtook does not touch a later attempt`, async () => {
    const ends: ((value: string) => void)[] = [];
    const a = task("a", () => new Promise<string>((resolve) => ends.push(resolve)));
    const clock = virtualClock();
    const first = makeLater(a, { clock, grace: 10 });
    await flush();
    a[method]("from outside");
    await clock.advance(10);
    await first.finished;
    if (state === "DONE") a.reset();
    else a.retry();
    const second = makeLater(a);
    await flush();
    assert.deepEqual([ends.length, a.state], [2, "RUNNING"]);
    ends[0]?.("dropped");
    await flush();
    assert.equal(a.state, "RUNNING");
    ends[1]?.("kept");
    await second.finished;
    assert.equal(a.result, "kept");
  });

  test(`a run ends only when the function that ${method}() overtook has stopped, or after the grace lists it as abandoned`, async () => {
    const clock = virtualClock();
    const a = remote("a", { onAbort: "ignores" });
    const run = makeLater(a.task, { clock, grace: 100 });
    let isFinished = false;
    void run.finished.then(() => (isFinished = true));
    await flush();
    a.task[method](undefined);
    await clock.advance(99);
    assert.equal(isFinished, false);
    await clock.advance(1);
    assert.deepEqual([(await run.finished).abandoned, clock.pending], [[a.task], 0]);
  });
}

test("done() lets dependents go on in a run", async () => {
  const { a, b } = graph`a -> b`;
  const run = makeLater(b.task);
  await flush();
  a.task.done(1);
  await flush();
  assert.equal(b.running, true);
  b.finish();
  assert.equal((await run.finished).done.length, 2);
});

test("fail() makes dependents FAILED, and there is no retry", async () => {
  const a = remote("a", { retry: 3 });
  const b = remote("b", { require: a.task });
  const run = makeLater(b.task);
  await flush();
  a.task.fail("from outside");
  await run.finished;
  assert.deepEqual([a.task.state, a.starts, b.task.state, b.starts], ["FAILED", 1, "FAILED", 0]);
});

test("fail() of a task in a queue fails it, and the queue's late call does nothing", async () => {
  const calls: (() => unknown)[] = [];
  const queue: QueueFunction = (run) => void calls.push(run);
  const a = remote("a");
  const run = makeLater(a.task, { queue });
  await flush();
  a.task.fail("from outside");
  const summary = await run.finished;
  await calls[0]?.();
  assert.deepEqual([summary.failed, a.task.error, a.starts, a.task.state], [[a.task], "from outside", 0, "FAILED"]);
});

test("done() hands its result to the dependents", async () => {
  const a = task("a", () => new Promise<number>(() => {}));
  const b = a.andThen("b", (n) => n + 1);
  const run = makeLater(b, { grace: 0 });
  await flush();
  a.done(41);
  await run.finished;
  assert.equal(b.result, 42);
});
