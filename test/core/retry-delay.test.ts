// How long a retry waits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater } from "thence";
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

/** Fails every attempt and returns how many milliseconds passed before each retry. */
async function delaysOf(retry: RetryOptions, step = 1): Promise<number[]> {
  const { a, clock, run } = await retrying(retry);
  const delays: number[] = [];
  for (let n = 1; n <= retry.limit; n++) {
    a.fail();
    await flush();
    const before = clock.now();
    while (a.starts === n && clock.now() - before < 5_000) await clock.advance(step);
    delays.push(clock.now() - before);
  }
  a.fail();
  await run.finished;
  assert.deepEqual([a.task.state, a.starts], ["FAILED", retry.limit + 1]);
  return delays;
}

test("by default there is no delay: the next attempt comes without the time moving on", async () => {
  const { a, clock, run } = await retrying(3);
  const before = clock.now();
  for (let n = 0; n < 3; n++) {
    a.fail();
    await flush();
  }
  assert.deepEqual([a.starts, clock.now(), clock.pending], [4, before, 0]);
  a.finish();
  await run.finished;
});

test("delay is the time before each retry, the same each time unless there is a factor", async () => {
  assert.deepEqual(await delaysOf({ limit: 3, delay: 100 }, 10), [100, 100, 100]);
});

test("factor multiplies the delay for each further retry, and maxDelay bounds it", async () => {
  assert.deepEqual(await delaysOf({ limit: 3, delay: 10, factor: 2 }), [10, 20, 40]);
  assert.deepEqual(await delaysOf({ limit: 4, delay: 10, factor: 3, maxDelay: 50 }), [10, 30, 50, 50]);
  assert.deepEqual(await delaysOf({ limit: 3, delay: 40, factor: 0.5 }), [40, 20, 10]);
});

test("no delay stays none, however great the factor becomes", async () => {
  const { a, run } = await retrying({ limit: 3, factor: 1e200 });
  const delays: unknown[] = [];
  a.task.on("PENDING", ({ detail }) => delays.push(detail.delay));
  for (let n = 0; n < 4; n++) {
    a.fail();
    await flush();
  }
  await run.finished;
  assert.deepEqual(delays, [0, 0, 0]);
});

test("a retry comes when its delay is over and not a millisecond sooner", async () => {
  const { a, clock, run } = await retrying({ limit: 1, delay: 100 });
  a.fail();
  await clock.advance(99);
  assert.deepEqual([a.starts, a.task.state], [1, "PENDING"]);
  await clock.advance(1);
  assert.deepEqual([a.starts, a.task.state], [2, "RUNNING"]);
  a.finish();
  await run.finished;
});

test("jitter leaves its part of the delay to chance: between delay * (1 - jitter) and delay", async () => {
  for (let i = 0; i < 10; i++) {
    for (const delay of await delaysOf({ limit: 2, delay: 100, jitter: 0.5 }, 5)) {
      assert.ok(delay >= 50 && delay <= 105, `${delay}`);
    }
  }
  const wide: number[] = [];
  for (let i = 0; i < 10; i++) wide.push(...(await delaysOf({ limit: 1, delay: 1_000, jitter: 1 }, 50)));
  assert.ok(
    wide.every((delay) => delay <= 1_000),
    wide.join(),
  );
  assert.ok(new Set(wide).size > 1, wide.join());
});

test("a delay beyond 2^31 milliseconds is waited for, and no timer is longer than 2^31 - 1", async () => {
  const clock = virtualClock();
  let longest = 0;
  const watched = {
    ...clock,
    setTimeout: (fn: () => void, ms: number) => ((longest = Math.max(longest, ms)), clock.setTimeout(fn, ms)),
  };
  const a = remote("a", { retry: { limit: 1, delay: 2 ** 33 } });
  const run = makeLater(a.task, { clock: { ...watched, now: () => clock.now() } });
  await flush();
  a.fail();
  await clock.advance(2 ** 33 - 1);
  assert.equal(a.starts, 1);
  await clock.advance(1);
  assert.equal(a.starts, 2);
  a.finish();
  await run.finished;
  assert.ok(longest < 2 ** 31, `${longest}`);
});
