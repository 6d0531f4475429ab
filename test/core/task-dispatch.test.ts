// dispatch(): run a task now, without a run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockedError, CancelledError, makeLater, task, TransitionError } from "thence";
import type { QueueFunction } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { facts, remoteIn } from "./task-in-state.ts";

test("dispatch() runs the task now and resolves with its result", async () => {
  const order: string[] = [];
  const a = task("a", () => (order.push("a"), 1));
  const result = a.dispatch();
  order.push("after the call");
  assert.deepEqual([order, await result, a.state], [["a", "after the call"], 1, "DONE"]);
  const b = remote("b");
  const later = b.task.dispatch();
  assert.deepEqual([b.task.state, b.starts, b.task.attempts], ["RUNNING", 1, 1]);
  b.finish(2);
  assert.equal(await later, 2);
});

test("dispatch() rejects with what the function threw, unchanged, and it is no unhandled rejection if nobody looks", async () => {
  for (const error of [new Error("no"), "text", undefined]) {
    const a = task("a", () => {
      throw error;
    });
    const result = await a.dispatch().catch((reason: unknown) => [reason]);
    assert.deepEqual([result, a.state], [[error], "FAILED"]);
    void a.retry().dispatch();
  }
  await flush();
});

test("dispatch() of a group makes it DONE", async () => {
  const group = task("group", {});
  assert.equal(await group.dispatch(), undefined);
  assert.equal(group.state, "DONE");
});

test("dispatch() under prerequisites that are not settled throws BlockedError at once, and nothing has changed", async () => {
  for (const state of ["PREPARE", "PENDING", "QUEUED", "RUNNING"] as const) {
    const blocker = await remoteIn(state);
    const done = await remoteIn("DONE");
    const a = remote("a", { require: [done.task, blocker.task] });
    const before = facts(a.task);
    assert.throws(
      () => a.task.dispatch(),
      (error: unknown) => {
        assert.ok(error instanceof BlockedError, state);
        assert.deepEqual([error.task, error.blockers, error.code], [a.task, [blocker.task], "ERR_THENCE_BLOCKED"]);
        return true;
      },
    );
    await flush();
    assert.deepEqual([facts(a.task), a.starts], [before, 0]);
  }
});

test("dispatch() under a FAILED prerequisite makes the task FAILED, unrun, and throws its BlockedError", async () => {
  const [first, second, cancelled] = [await remoteIn("FAILED"), await remoteIn("FAILED"), await remoteIn("CANCELLED")];
  const a = remote("a", { require: [cancelled.task, first.task, second.task] });
  assert.throws(
    () => a.task.dispatch(),
    (error: unknown) => {
      assert.ok(error instanceof BlockedError);
      assert.equal(error, a.task.error);
      assert.deepEqual([error.cause, error.blockers], ["old", [first.task, second.task]]);
      return true;
    },
  );
  assert.deepEqual([a.task.state, a.starts, a.task.attempts], ["FAILED", 0, 0]);
});

test("dispatch() under a CANCELLED prerequisite makes the task CANCELLED, unrun, and throws BlockedError", async () => {
  const cancelled = await remoteIn("CANCELLED");
  const a = remote("a", { require: cancelled.task });
  assert.throws(() => a.task.dispatch(), BlockedError);
  assert.ok(a.task.error instanceof CancelledError);
  assert.deepEqual([a.task.state, a.starts], ["CANCELLED", 0]);
});

test("dispatch() in PREPARE throws TransitionError, whatever the prerequisites are", async () => {
  const failed = await remoteIn("FAILED");
  const a = remote("a", { state: "PREPARE", require: failed.task });
  assert.throws(() => a.task.dispatch(), TransitionError);
  assert.deepEqual([a.task.state, a.task.error], ["PREPARE", undefined]);
});

test("dispatch() of a task in a queue runs it now, and the queue's late call does nothing", async () => {
  const calls: (() => unknown)[] = [];
  const queue: QueueFunction = (run) => void calls.push(run);
  const a = remote("a");
  const run = makeLater(a.task, { queue });
  await flush();
  const result = a.task.dispatch();
  assert.equal(a.task.state, "RUNNING");
  await calls[0]?.();
  a.finish(1);
  assert.deepEqual([await result, a.starts], [1, 1]);
  assert.deepEqual((await run.finished).done, [a.task]);
});

test("a task that the user has dispatched is waited for by a run, never run twice", async () => {
  const { a, b } = graph`a -> b`;
  void a.task.dispatch();
  const run = makeLater(b.task);
  await flush();
  assert.deepEqual([a.starts, b.starts], [1, 0]);
  a.finish();
  await flush();
  assert.equal(b.starts, 1);
  b.finish();
  await run.finished;
  assert.equal(a.starts, 1);
});

test("dispatch() of a ready task of a run is heard by the run, which goes on from there", async () => {
  const a = remote("a", { priority: 1 });
  const { b, c } = graph`b -> c`;
  const run = makeLater([a.task, c.task], { concurrency: 1 });
  await flush();
  assert.deepEqual([a.running, b.running], [true, false]);
  const result = b.task.dispatch();
  b.finish(2);
  assert.equal(await result, 2);
  a.finish();
  await flush();
  assert.deepEqual([b.starts, c.running], [1, true]);
  c.finish();
  await run.finished;
});

test("dispatch() while a retry waits runs the task now, and once", async () => {
  const a = remote("a", { retry: { limit: 1, delay: 100_000 } });
  const clock = virtualClock();
  const run = makeLater(a.task, { clock });
  await flush();
  a.fail();
  await flush();
  const result = a.task.dispatch();
  assert.deepEqual([a.starts, a.task.state, a.context.lastError instanceof Error], [2, "RUNNING", true]);
  a.finish(1);
  assert.equal(await result, 1);
  await run.finished;
  await clock.advance(200_000);
  assert.deepEqual([a.starts, clock.pending], [2, 0]);
});

test("the promise of dispatch() settles when the task is cancelled", async () => {
  const a = remote("a");
  const result = a.task.dispatch();
  a.task.cancel("enough");
  await assert.rejects(result, (error) => error === a.task.error && error instanceof CancelledError);
});

test("dispatch() runs every attempt here, whatever the task's own queue", async () => {
  let handed = 0;
  const queue = (run: () => Promise<void>): Promise<void> => {
    handed++;
    return run();
  };
  const flaky = task("flaky", {
    queue,
    retry: 2,
    run: (_, { attempt }) => (attempt < 3 ? Promise.reject(attempt) : 7),
  });
  assert.deepEqual([await flaky.dispatch(), handed], [7, 0]);
});

test("dispatch() is over when the task ends, though a listener returns it to PENDING", async () => {
  let runs = 0;
  const restless = task("restless", () => ++runs);
  restless.on("DONE", () => restless.reset());
  assert.equal(await restless.dispatch(), 1);
  const broken = task("broken", () => {
    runs++;
    throw new Error("broken");
  });
  broken.once("FAILED", () => broken.retry());
  await assert.rejects(broken.dispatch(), /broken/);
  await flush();
  assert.deepEqual([runs, restless.state, broken.state], [2, "PENDING", "PENDING"]);
});

test("dispatch() of a task that a run holds goes by the clock of that run", async () => {
  const clock = virtualClock(1_000);
  const [gate, a] = [remote("gate"), remote("a", { timeout: 50 })];
  const run = makeLater([gate.task, a.task], { clock, concurrency: 1 });
  await flush();
  void a.task.dispatch();
  await clock.advance(50);
  gate.finish();
  await run.finished;
  assert.deepEqual([a.task.state, a.task.startedAt, a.task.endedAt], ["FAILED", 1_000, 1_050]);
});

test("what dispatch() runs takes what it uses, and gives it back while it waits in make()", async () => {
  const children = ["x", "y"].map((name) => remote(name, { uses: { db: 1 } }));
  const parent = task("parent", {
    uses: { db: 1 },
    run: (_, { make }) => make(children.map(({ task }) => task)),
  });
  const result = parent.dispatch();
  await flush();
  assert.deepEqual(
    children.map(({ starts }) => starts),
    [1, 0],
    "one at a time, for there is 1",
  );
  for (const child of children) {
    await flush();
    child.finish(child.task.name);
  }
  assert.deepEqual(await result, ["x", "y"]);
});
