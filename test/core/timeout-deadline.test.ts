// `deadline`: how long all attempts together may take.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, task, TaskTimeoutError } from "thence";
import type { Run } from "thence";
import { virtualClock } from "thence/testing";
import type { VirtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { remote } from "../helpers/remote.ts";
import type { Remote, RemoteOptions } from "../helpers/remote.ts";

async function started(options: RemoteOptions): Promise<{ a: Remote; clock: VirtualClock; run: Run }> {
  const clock = virtualClock();
  const a = remote("a", options);
  const run = makeLater(a.task, { clock, grace: 50 });
  await flush();
  return { a, clock, run };
}

function assertDeadline({ task }: Remote, ms: number): void {
  const { error } = task;
  assert.ok(error instanceof TaskTimeoutError, String(error));
  assert.deepEqual([task.state, error.kind, error.ms, error.task], ["FAILED", "deadline", ms, task]);
}

test("deadline bounds all attempts together, from the start of the first", async () => {
  const { a, clock, run } = await started({ deadline: 250, timeout: 100, retry: 10 });
  await clock.advance(100);
  await clock.advance(100);
  assert.deepEqual([a.starts, a.task.state], [3, "RUNNING"]);
  await clock.advance(49);
  assert.equal(a.task.state, "RUNNING");
  await clock.advance(1);
  await run.finished;
  assertDeadline(a, 250);
  assert.deepEqual([a.context.signal.reason, a.starts, clock.pending], [a.task.error, 3, 0]);
});

test("a deadline is not retried, whatever retry says", async () => {
  const { a, clock, run } = await started({ deadline: 100, retry: { limit: 5, when: () => true } });
  await clock.advance(100);
  await run.finished;
  assertDeadline(a, 100);
  assert.equal(a.starts, 1);
});

test("a deadline that passes while a retry waits fails the task then and there, and no timer is left", async () => {
  const { a, clock, run } = await started({ deadline: 100, retry: { limit: 1, delay: 1_000 } });
  await clock.advance(30);
  a.fail();
  await clock.advance(69);
  assert.equal(a.task.state, "PENDING");
  await clock.advance(1);
  await run.finished;
  assertDeadline(a, 100);
  assert.deepEqual([a.starts, clock.pending], [1, 0]);
});

test("deadline does not count the time before the first attempt", async () => {
  const clock = virtualClock();
  const [first, a] = [remote("first"), remote("a", { deadline: 100 })];
  a.task.require(first.task);
  const run = makeLater(a.task, { clock });
  await clock.advance(1_000);
  first.finish();
  await clock.advance(99);
  assert.equal(a.task.state, "RUNNING");
  a.finish("in time");
  await run.finished;
  assert.deepEqual([a.task.result, clock.pending], ["in time", 0]);
});

test("with timeout and deadline the one that passes first decides", async () => {
  const sooner = await started({ timeout: 50, deadline: 100 });
  await sooner.clock.advance(50);
  await sooner.run.finished;
  assert.equal((sooner.a.task.error as TaskTimeoutError).kind, "attempt");
  const later = await started({ timeout: 200, deadline: 100 });
  await later.clock.advance(100);
  await later.run.finished;
  assertDeadline(later.a, 100);
});

test("an attempt beyond its deadline that returns normally has timed out all the same, and one that never stops is abandoned", async () => {
  const returns = await started({ deadline: 100, onAbort: "ignores" });
  await returns.clock.advance(120);
  returns.a.finish("too late");
  await returns.run.finished;
  assertDeadline(returns.a, 100);
  const stays = await started({ deadline: 100, onAbort: "ignores" });
  await stays.clock.advance(150);
  const summary = await stays.run.finished;
  assertDeadline(stays.a, 100);
  assert.deepEqual(summary.abandoned, [stays.a.task]);
});

test("a cancel while a retry waits under a deadline leaves no timer", async () => {
  const { a, clock, run } = await started({ deadline: 1_000, retry: { limit: 1, delay: 500 } });
  a.fail();
  await flush();
  a.task.cancel();
  await run.finished;
  assert.deepEqual([a.task.state, clock.pending], ["CANCELLED", 0]);
});

test("no attempt begins after the deadline, though a timed out one has stopped only then", async () => {
  const { a, clock, run } = await started({ timeout: 90, deadline: 100, retry: 5, onAbort: "ignores" });
  await clock.advance(90);
  await clock.advance(30);
  a.finish("too late");
  await run.finished;
  assertDeadline(a, 100);
  const { cause } = a.task.error as TaskTimeoutError;
  assert.deepEqual([a.starts, (cause as TaskTimeoutError).kind, clock.pending], [1, "attempt", 0]);
});

test("a function that blocks beyond the deadline and fails is not tried again", async () => {
  let attempts = 0;
  const blocking = task("blocking", {
    deadline: 2,
    retry: 100,
    run: () => {
      attempts++;
      for (const end = performance.now() + 3; performance.now() < end;);
      throw new Error("failed");
    },
  });
  await assert.rejects(blocking.make(), { kind: "deadline", cause: new Error("failed") });
  assert.equal(attempts, 1);
});

test("timeout and deadline at the same moment are the deadline, which is not retried", async () => {
  const { a, clock, run } = await started({ timeout: 100, deadline: 100, retry: 3 });
  await clock.advance(100);
  await run.finished;
  assertDeadline(a, 100);
  assert.equal(a.starts, 1);
});

test("cancelOnError is asked about a deadline that passes while a retry waits", async () => {
  const cancelOnError = (error: unknown): boolean => error instanceof TaskTimeoutError;
  const { a, clock, run } = await started({ deadline: 100, retry: { limit: 1, delay: 1_000 }, cancelOnError });
  a.fail();
  await clock.advance(100);
  await run.finished;
  assert.deepEqual([a.task.state, a.starts], ["CANCELLED", 1]);
});

test("the deadline of a task whose run is left counts anew, whether it was running or waiting for its retry", async () => {
  for (const isWaiting of [false, true]) {
    const { a, clock, run } = await started({ deadline: 100, retry: { limit: 1, delay: 50 } });
    if (isWaiting) a.fail();
    await flush();
    await run.return();
    await clock.advance(1_000);
    const again = makeLater(a.task, { clock });
    await clock.advance(99);
    a.finish("in time");
    await again.finished;
    assert.equal(a.task.result, "in time", `waiting: ${isWaiting}`);
  }
});
