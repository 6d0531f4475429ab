// Durations of more than 2^31 milliseconds, which Node's own timers take for 1, and the grace.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater } from "thence";
import type { Clock } from "thence";
import { virtualClock } from "thence/testing";
import type { VirtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { remote } from "../helpers/remote.ts";

const LONG = 2 ** 33;

/** A virtual clock that takes no timer that Node's would not. */
function strictClock(): { clock: Clock; time: VirtualClock } {
  const time = virtualClock();
  const setTimeout = (callback: () => void, ms: number): unknown => {
    assert.ok(ms >= 0 && ms < 2 ** 31, `a timer of ${ms} ms`);
    return time.setTimeout(callback, ms);
  };
  return { clock: { now: () => time.now(), setTimeout, clearTimeout: (handle) => time.clearTimeout(handle) }, time };
}

for (const option of ["timeout", "deadline"] as const) {
  test(`a ${option} beyond 2^31 milliseconds passes when it is over and not before`, async () => {
    const { clock, time } = strictClock();
    const a = remote("a", { [option]: LONG });
    const run = makeLater(a.task, { clock });
    await time.advance(LONG - 1);
    assert.equal(a.task.state, "RUNNING");
    await time.advance(1);
    await run.finished;
    assert.deepEqual([a.task.state, time.pending], ["FAILED", 0]);
  });
}

test("a grace beyond 2^31 milliseconds is waited for", async () => {
  const { clock, time } = strictClock();
  const a = remote("a", { onAbort: "ignores" });
  const run = makeLater(a.task, { clock, grace: LONG });
  await flush();
  a.task.cancel();
  await time.advance(LONG - 1);
  assert.equal(a.task.state, "RUNNING");
  await time.advance(1);
  await run.finished;
  assert.deepEqual([a.task.state, time.pending], ["CANCELLED", 0]);
});

test("an infinite timeout, deadline, maxDelay or grace never passes", async () => {
  const { clock, time } = strictClock();
  const a = remote("a", { timeout: Infinity, deadline: Infinity, retry: { limit: 1, delay: 1, maxDelay: Infinity } });
  const run = makeLater(a.task, { clock, grace: Infinity });
  await time.advance(LONG);
  assert.equal(a.task.state, "RUNNING");
  a.finish();
  await run.finished;
  assert.equal(time.pending, 0);
});

test("on the machine's own clock long durations do not pass at once: Node gets no timer that it would take for 1 ms", async (t) => {
  const { setTimeout } = globalThis;
  let longest = 0;
  // Unreferenced, so that a timer that is left behind fails this test instead of keeping it from ending.
  const watched = (callback: () => void, ms: number): unknown => {
    longest = Math.max(longest, ms);
    return setTimeout(callback, ms).unref();
  };
  t.mock.method(globalThis, "setTimeout", watched as never);
  const a = remote("a", { timeout: LONG, deadline: LONG });
  const b = remote("b", { retry: { limit: 1, delay: LONG } });
  const c = remote("c", { onAbort: "ignores" });
  const run = makeLater([a.task, b.task, c.task], { grace: LONG, concurrency: 3 });
  await flush();
  b.fail();
  c.task.cancel();
  // A timer of 1 ms would have passed after this one of 5.
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual([a.task.state, b.task.state, c.task.state], ["RUNNING", "PENDING", "RUNNING"]);
  assert.ok(longest > 1_000 && longest < 2 ** 31, `${longest}`);
  run.cancel();
  c.finish();
  await run.finished;
});

test("the grace is 5,000 ms unless the run says otherwise", async () => {
  for (const [grace, ms] of [
    [undefined, 5_000],
    [70, 70],
  ] as const) {
    const clock = virtualClock();
    const a = remote("a", { onAbort: "ignores" });
    const run = makeLater(a.task, grace === undefined ? { clock } : { clock, grace });
    await flush();
    a.task.cancel();
    await clock.advance(ms - 1);
    assert.equal(a.task.state, "RUNNING");
    await clock.advance(1);
    assert.equal(a.task.state, "CANCELLED");
    assert.deepEqual((await run.finished).abandoned, [a.task]);
  }
});

test("with grace 0 an attempt that does not stop at once is abandoned", async () => {
  const clock = virtualClock();
  const a = remote("a", { onAbort: "ignores" });
  const run = makeLater(a.task, { clock, grace: 0 });
  await flush();
  a.task.cancel();
  await clock.advance(0);
  const summary = await run.finished;
  assert.deepEqual([a.task.state, summary.abandoned], ["CANCELLED", [a.task]]);
});

test("the grace of a dispatched task is 5,000 ms too", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const a = remote("a", { onAbort: "ignores" });
  const result = a.task.dispatch();
  a.task.cancel("enough");
  t.mock.timers.tick(4_999);
  assert.equal(a.task.state, "RUNNING");
  t.mock.timers.tick(1);
  assert.equal(a.task.state, "CANCELLED");
  await assert.rejects(result, a.task.error as Error);
  a.finish("late");
  await flush();
  assert.equal(a.task.state, "CANCELLED");
});
