// `deadline`: how long all attempts together may take.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, TaskTimeoutError } from "thence";
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
