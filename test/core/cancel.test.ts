// cancel(): what it does in each state, and how a running attempt ends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, makeLater, task } from "thence";
import type { QueueFunction } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { facts, remoteIn } from "./task-in-state.ts";

for (const state of ["PREPARE", "PENDING", "QUEUED"] as const) {
  test(`cancel() in ${state} cancels at once, with a CancelledError that has the reason, and returns true`, async () => {
    const reason = { why: "enough" };
    const { task } = await remoteIn(state);
    const joined = task.join();
    assert.equal(task.cancel(reason), true);
    assert.equal(task.state, "CANCELLED");
    const { error } = task;
    assert.ok(error instanceof CancelledError);
    assert.deepEqual([error.reason, error.name, error.code], [reason, "CancelledError", "ERR_THENCE_CANCELLED"]);
    assert.equal(error.reason, reason);
    assert.equal(await joined, task);
    assert.equal(task.attempts, 0);
  });
}

for (const state of ["DONE", "FAILED", "CANCELLED"] as const) {
  test(`cancel() in ${state} does nothing and returns false`, async () => {
    const { task } = await remoteIn(state);
    const before = facts(task);
    const heard: unknown[] = [];
    task.on("transition", (record) => heard.push(record));
    assert.equal(task.cancel("again"), false);
    await flush();
    assert.deepEqual([facts(task), heard], [before, []]);
  });
}

test("cancel() in RUNNING signals and returns true at once; CANCELLED follows when the attempt stops", async () => {
  const a = remote("a", { onAbort: "ignores" });
  const run = makeLater(a.task);
  await flush();
  const { signal } = a.context;
  assert.equal(a.task.cancel("enough"), true);
  assert.deepEqual([a.task.state, signal.aborted, a.task.error], ["RUNNING", true, undefined]);
  await flush();
  assert.equal(a.task.state, "RUNNING");
  a.fail(signal.reason);
  await run.finished;
  assert.deepEqual([a.task.state, a.task.error, (await run.finished).abandoned], ["CANCELLED", signal.reason, []]);
});

test("cancel() of a running attempt that never stops makes it CANCELLED after the grace; its late outcome is dropped", async () => {
  for (const late of ["finish", "fail"] as const) {
    const clock = virtualClock();
    const a = remote("a", { onAbort: "ignores" });
    const run = makeLater(a.task, { clock, grace: 100 });
    await flush();
    a.task.cancel("enough");
    await clock.advance(99);
    assert.equal(a.task.state, "RUNNING");
    await clock.advance(1);
    const summary = await run.finished;
    assert.deepEqual([a.task.state, summary.abandoned, summary.cancelled], ["CANCELLED", [a.task], [a.task]]);
    const { error } = a.task;
    a[late]("late");
    await flush();
    assert.deepEqual([a.task.state, a.task.error, a.task.result, clock.pending], ["CANCELLED", error, undefined, 0]);
  }
});

test("signal.reason is the CancelledError itself, which becomes the task's error", async () => {
  const { task, context } = await remoteIn("RUNNING");
  task.cancel("enough");
  await flush();
  assert.ok(context.signal.reason instanceof CancelledError);
  assert.equal(context.signal.reason.reason, "enough");
  assert.equal(task.error, context.signal.reason);
});

test("a second cancel() of a running attempt returns true, and the error stays signal.reason", async () => {
  const a = await remoteIn("RUNNING", { onAbort: "ignores" });
  assert.deepEqual([a.task.cancel("first"), a.task.cancel("second")], [true, true]);
  a.finish();
  await flush();
  assert.deepEqual([a.task.state, a.task.error], ["CANCELLED", a.context.signal.reason]);
  assert.equal((a.task.error as CancelledError).reason, "first");
});

test("cancel() without a reason gives a CancelledError whose reason is undefined", () => {
  const a = task("a", () => 1);
  a.cancel();
  assert.equal((a.error as CancelledError).reason, undefined);
});

test("a cancelled attempt that returns normally ends CANCELLED, and its result is dropped", async () => {
  const a = await remoteIn("RUNNING", { onAbort: "ignores" });
  a.task.cancel();
  a.finish("dropped");
  await flush();
  assert.deepEqual([a.task.state, a.task.result], ["CANCELLED", undefined]);
  assert.ok(!Object.hasOwn(a.task.error as Error, "cause"));
});

test("a cancelled attempt that throws another error ends CANCELLED, with that as the cause of the CancelledError", async () => {
  for (const other of [new Error("clean-up failed"), "a string", new TypeError("t", { cause: new Error("deep") })]) {
    const a = await remoteIn("RUNNING", { onAbort: "ignores", retry: 3 });
    a.task.cancel();
    a.fail(other);
    await flush();
    assert.deepEqual([a.task.state, a.starts, a.task.error], ["CANCELLED", 1, a.context.signal.reason]);
    assert.equal((a.task.error as Error).cause, other);
  }
});

test("a cancelled attempt that throws a value that cannot be looked into ends CANCELLED all the same", async () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const hostile = {
    get cause(): unknown {
      throw new Error("hands off");
    },
  };
  for (const thrown of [hostile, revoked.proxy]) {
    const a = await remoteIn("RUNNING", { onAbort: "ignores" });
    a.task.cancel();
    a.fail(thrown);
    await flush();
    assert.equal(a.task.state, "CANCELLED");
  }
});

test("a task may cancel itself from its function", async () => {
  const a = task("a", (_, { task, signal }) => {
    assert.equal(task.cancel("from inside"), true);
    assert.deepEqual([task.state, signal.aborted], ["RUNNING", true]);
    return "dropped";
  });
  await assert.rejects(a.make(), (error) => error instanceof CancelledError && error.reason === "from inside");
  assert.deepEqual([a.state, a.result], ["CANCELLED", undefined]);
});

test("a signal that is first looked at after the cancel is aborted, with the same reason", async () => {
  const go = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  const a = task("a", async (_, context) => {
    await go.promise;
    seen.push(context.signal.aborted, context.signal.reason);
    context.signal.throwIfAborted();
  });
  const run = makeLater(a);
  await flush();
  a.cancel();
  go.resolve();
  await run.finished;
  assert.deepEqual([a.state, seen], ["CANCELLED", [true, a.error]]);
});

test("a task that was cancelled in a queue is not run when the queue calls at last", async () => {
  const calls: (() => unknown)[] = [];
  const queue: QueueFunction = (run) => void calls.push(run);
  const a = remote("a");
  const run = makeLater(a.task, { queue });
  await flush();
  assert.equal(a.task.state, "QUEUED");
  a.task.cancel();
  await run.finished;
  await calls[0]?.();
  assert.deepEqual([calls.length, a.starts, a.task.state], [1, 0, "CANCELLED"]);
});

test("a cancelled task makes its dependents CANCELLED, and theirs", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  const run = makeLater(c.task);
  await flush();
  a.task.cancel();
  await run.finished;
  assert.deepEqual([a.task.state, b.task.state, c.task.state, c.starts], ["CANCELLED", "CANCELLED", "CANCELLED", 0]);
});

test("a cancelled task can be returned to PENDING by retry() and made", async () => {
  const a = task("a", () => 1);
  a.cancel();
  assert.equal(await a.retry().make(), 1);
});
