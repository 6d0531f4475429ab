// `timeout`: how long one attempt may take.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, task, TaskTimeoutError } from "thence";
import type { Run } from "thence";
import { virtualClock } from "thence/testing";
import type { VirtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { remote } from "../helpers/remote.ts";
import type { Remote, RemoteOptions } from "../helpers/remote.ts";

/** A started remote task on a clock of its own, with a grace of 50 ms. */
async function started(options: RemoteOptions): Promise<{ a: Remote; clock: VirtualClock; run: Run }> {
  const clock = virtualClock();
  const a = remote("a", options);
  const run = makeLater(a.task, { clock, grace: 50 });
  await flush();
  return { a, clock, run };
}

test("an attempt that takes longer than timeout is signalled with the TaskTimeoutError that the task fails with", async () => {
  const { a, clock, run } = await started({ timeout: 100 });
  await clock.advance(99);
  assert.deepEqual([a.task.state, a.context.signal.aborted], ["RUNNING", false]);
  await clock.advance(1);
  await run.finished;
  const { error } = a.task;
  assert.ok(error instanceof TaskTimeoutError);
  assert.deepEqual([a.task.state, error.kind, error.task, error.ms], ["FAILED", "attempt", a.task, 100]);
  assert.deepEqual(
    [error.name, error.code, error === a.context.signal.reason],
    ["TaskTimeoutError", "ERR_THENCE_TIMEOUT", true],
  );
  assert.equal(clock.pending, 0);
});

test("an attempt that ends in time is not signalled, and leaves no timer", async () => {
  const { a, clock, run } = await started({ timeout: 100 });
  await clock.advance(99);
  a.finish("in time");
  await run.finished;
  assert.deepEqual([a.task.state, a.context.signal.aborted, clock.pending], ["DONE", false, 0]);
  await clock.advance(1_000);
  assert.deepEqual([a.task.result, a.context.signal.aborted], ["in time", false]);
});

test("timeout bounds each attempt by itself, and a timed-out attempt is retried", async () => {
  const { a, clock, run } = await started({ timeout: 100, retry: 2 });
  for (const n of [1, 2]) {
    assert.equal(a.starts, n);
    await clock.advance(100);
  }
  assert.deepEqual([a.starts, a.task.state], [3, "RUNNING"]);
  const { lastError } = a.context;
  assert.ok(lastError instanceof TaskTimeoutError && lastError.kind === "attempt");
  await clock.advance(99);
  a.finish();
  await run.finished;
  assert.equal(a.task.state, "DONE");
});

test("a timed-out attempt that returns normally has timed out all the same", async () => {
  const { a, clock, run } = await started({ timeout: 100, onAbort: "ignores" });
  await clock.advance(120);
  assert.equal(a.task.state, "RUNNING");
  a.finish("too late");
  await run.finished;
  assert.deepEqual([a.task.state, a.task.result, a.task.error], ["FAILED", undefined, a.context.signal.reason]);
  assert.deepEqual((await run.finished).abandoned, []);
});

test("a timed-out attempt that throws something else fails with that, and may be retried for it", async () => {
  const { a, clock, run } = await started({
    timeout: 100,
    onAbort: "ignores",
    retry: { limit: 1, when: (error) => error === "other" },
  });
  await clock.advance(100);
  a.fail("other");
  await flush();
  assert.deepEqual([a.starts, a.context.lastError], [2, "other"]);
  await clock.advance(100);
  a.fail("another");
  await run.finished;
  assert.deepEqual([a.task.state, a.task.error], ["FAILED", "another"]);
});

test("the retry of a timed-out attempt waits until that has stopped", async () => {
  const { a, clock, run } = await started({ timeout: 100, retry: 1, onAbort: "ignores" });
  await clock.advance(149);
  assert.deepEqual([a.starts, a.task.state], [1, "RUNNING"]);
  a.finish("dropped");
  await flush();
  assert.deepEqual([a.starts, a.task.state, a.mostAtOnce], [2, "RUNNING", 1]);
  a.finish("kept");
  await run.finished;
  assert.deepEqual([a.task.result, (await run.finished).abandoned, clock.pending], ["kept", [], 0]);
});

test("the retry of a timed-out attempt waits at most for the grace; then it runs beside the abandoned one, whose outcome is dropped", async () => {
  const clock = virtualClock();
  const ends: ((value: string) => void)[] = [];
  const a = task("a", { timeout: 100, retry: 1, run: () => new Promise<string>((resolve) => ends.push(resolve)) });
  const run = makeLater(a, { clock, grace: 50 });
  await clock.advance(149);
  assert.equal(ends.length, 1);
  await clock.advance(1);
  assert.deepEqual([ends.length, a.state, a.attempts], [2, "RUNNING", 2]);
  ends[0]?.("of the abandoned attempt");
  await flush();
  assert.equal(a.state, "RUNNING");
  ends[1]?.("of the second attempt");
  const summary = await run.finished;
  assert.deepEqual([a.result, summary.abandoned, clock.pending], ["of the second attempt", [a], 0]);
});

test("a timed-out attempt that ignores its signal beyond the grace is abandoned, and the task fails", async () => {
  const { a, clock, run } = await started({ timeout: 100, onAbort: "ignores" });
  await clock.advance(150);
  const summary = await run.finished;
  assert.deepEqual([a.task.state, summary.abandoned, summary.failed, clock.pending], ["FAILED", [a.task], [a.task], 0]);
  assert.equal(a.task.error, a.context.signal.reason);
  a.finish("late");
  await flush();
  assert.deepEqual([a.task.state, a.task.result], ["FAILED", undefined]);
});

test("a cancel of a timed-out attempt that has not stopped yet makes it CANCELLED", async () => {
  const { a, clock, run } = await started({ timeout: 100, retry: 5, onAbort: "ignores" });
  await clock.advance(120);
  a.task.cancel("enough");
  a.finish();
  await run.finished;
  assert.deepEqual([a.task.state, a.starts], ["CANCELLED", 1]);
});

test("timeout does not count the time before the attempt: waiting for prerequisites, a slot or a retry", async () => {
  const clock = virtualClock();
  const [first, a] = [remote("first"), remote("a", { timeout: 100, retry: { limit: 1, delay: 1_000 } })];
  a.task.require(first.task);
  const run = makeLater(a.task, { clock });
  await clock.advance(500);
  first.finish();
  await clock.advance(99);
  assert.equal(a.task.state, "RUNNING");
  a.fail();
  await clock.advance(1_099);
  assert.deepEqual([a.starts, a.task.state], [2, "RUNNING"]);
  a.finish();
  await run.finished;
});

test("dispatch() keeps to timeout too", async () => {
  const a = remote("a", { timeout: 1 });
  await assert.rejects(
    a.task.dispatch(),
    (error) => error instanceof TaskTimeoutError && error === a.context.signal.reason,
  );
  assert.equal(a.task.state, "FAILED");
});
