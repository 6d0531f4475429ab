// Retries: how often, when, and what a task is in between.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, task } from "thence";
import type { RetryOptions, Run } from "thence";
import { virtualClock } from "thence/testing";
import type { VirtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { remote } from "../helpers/remote.ts";
import type { Remote } from "../helpers/remote.ts";

/** A started task with a retry policy, on a clock of its own. */
async function retrying(retry: RetryOptions | number): Promise<{ a: Remote; clock: VirtualClock; run: Run }> {
  const clock = virtualClock();
  const a = remote("a", { retry });
  const run = makeLater(a.task, { clock });
  await flush();
  return { a, clock, run };
}

test("limit counts extra attempts: a task with retry 2 is tried three times, and fails with the last error", async () => {
  const { a, run } = await retrying(2);
  for (const n of [1, 2, 3]) {
    assert.deepEqual([a.starts, a.context.attempt, a.task.attempts], [n, n, n]);
    a.fail(`error ${n}`);
    await flush();
  }
  await run.finished;
  assert.deepEqual([a.task.state, a.task.error, a.starts], ["FAILED", "error 3", 3]);
});

test("a task without retry, with retry 0 or {limit: 0} is tried once", async () => {
  for (const retry of [0, { limit: 0 }]) {
    const { a, run } = await retrying(retry);
    a.fail("no");
    await run.finished;
    assert.deepEqual([a.task.state, a.starts], ["FAILED", 1]);
  }
});

test("retry: Infinity never gives up", async () => {
  const a = task("a", { retry: Infinity, run: (_, { attempt }) => (attempt === 500 ? attempt : assert.fail()) });
  assert.equal(await a.make(), 500);
});

test("an attempt that ends well ends the retries", async () => {
  const { a, run } = await retrying(5);
  a.fail();
  await flush();
  a.finish("well");
  await run.finished;
  assert.deepEqual([a.task.state, a.task.result, a.task.error, a.starts], ["DONE", "well", undefined, 2]);
});

test("when(error, attempt) decides whether an error is worth a retry", async () => {
  const asked: unknown[] = [];
  const { a, run } = await retrying({
    limit: 5,
    when: (error, attempt) => {
      asked.push([error, attempt]);
      return error !== "fatal";
    },
  });
  for (const error of ["once", "twice", "fatal"]) {
    a.fail(error);
    await flush();
  }
  await run.finished;
  assert.deepEqual(
    [a.task.error, asked],
    [
      "fatal",
      [
        ["once", 1],
        ["twice", 2],
        ["fatal", 3],
      ],
    ],
  );
});

test("a when that throws makes the task FAILED with what it threw", async () => {
  const { a, run } = await retrying({
    limit: 5,
    when: () => {
      throw new Error("broken when");
    },
  });
  a.fail("no");
  await run.finished;
  assert.deepEqual([a.task.state, (a.task.error as Error).message, a.starts], ["FAILED", "broken when", 1]);
});

test("while a retry waits the task is PENDING without error, and the next attempt gets lastError", async () => {
  const { a, clock, run } = await retrying({ limit: 2, delay: 100 });
  const error = new Error("first");
  a.fail(error);
  await clock.advance(50);
  assert.deepEqual(
    [a.task.state, a.task.error, a.task.result, a.task.isSettled()],
    ["PENDING", undefined, undefined, false],
  );
  await clock.advance(50);
  assert.equal(a.context.lastError, error);
  a.fail("second");
  await clock.advance(100);
  assert.equal(a.context.lastError, "second");
  a.finish();
  await run.finished;
});

test("join and make wait through the retries", async () => {
  const { a, clock } = await retrying({ limit: 1, delay: 100 });
  const joined = a.task.join();
  let isSettled = false;
  void joined.then(() => (isSettled = true));
  a.fail();
  await clock.advance(100);
  assert.equal(isSettled, false);
  a.finish(1);
  assert.equal((await joined).result, 1);
});

test("a waiting retry holds no slot and no resource", async () => {
  const clock = virtualClock();
  const [a, b] = [remote("a", { retry: { limit: 1, delay: 100 }, uses: { db: 1 } }), remote("b", { uses: { db: 1 } })];
  const run = makeLater([a.task, b.task], { clock, concurrency: 1, resources: { db: 1 } });
  await flush();
  assert.deepEqual([a.running, b.running], [true, false]);
  a.fail();
  await flush();
  assert.deepEqual([a.running, b.running], [false, true]);
  await clock.advance(100);
  assert.deepEqual([a.task.state, a.starts], ["PENDING", 1]);
  b.finish();
  await flush();
  assert.equal(a.starts, 2);
  a.finish();
  await run.finished;
  assert.equal(clock.pending, 0);
});

test("a cancel wakes a waiting retry: CANCELLED at once, the run ends, and no timer is left", async () => {
  const { a, clock, run } = await retrying({ limit: 1, delay: 100_000 });
  a.fail();
  await flush();
  assert.equal(clock.pending, 1);
  assert.equal(a.task.cancel("enough"), true);
  assert.equal(a.task.state, "CANCELLED");
  await run.finished;
  await clock.advance(200_000);
  assert.deepEqual([a.starts, a.task.state, clock.pending], [1, "CANCELLED", 0]);
});

test("retry() by hand renews the limit, and attempts goes on counting", async () => {
  const a = remote("a", { retry: 1 });
  for (const round of [0, 1]) {
    const run = makeLater(a.task);
    for (const n of [1, 2]) {
      await flush();
      assert.equal(a.context.attempt, round * 2 + n);
      a.fail(n);
    }
    await run.finished;
    assert.deepEqual([a.task.state, a.task.attempts], ["FAILED", round * 2 + 2]);
    a.task.retry();
    assert.deepEqual([a.task.state, a.task.error], ["PENDING", undefined]);
  }
});

test("an attempt that was given back unfinished counts in attempts, not against the retry limit", async () => {
  const a = remote("a", { retry: 1 });
  const left = makeLater(a.task);
  await flush();
  await left.return();
  assert.deepEqual([a.task.state, a.task.attempts], ["PENDING", 1]);
  const run = makeLater(a.task);
  for (const attempt of [2, 3]) {
    await flush();
    assert.equal(a.context.attempt, attempt);
    a.fail();
  }
  await run.finished;
  assert.deepEqual([a.task.state, a.task.attempts], ["FAILED", 3]);
});

test("dispatch() retries as well", async () => {
  const a = task("a", { retry: 2, run: (_, { attempt }) => (attempt === 3 ? "third" : assert.fail()) });
  assert.equal(await a.dispatch(), "third");
});
