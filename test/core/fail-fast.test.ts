// `failFast`: after the first outcome but DONE nothing more starts; `"abort"` also stops what runs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, ReleasedError, task, type MakeOptions } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { names, playOut, running, starts, states, tasksOf } from "./run-helpers.ts";

const WAYS: NonNullable<MakeOptions["failFast"]>[] = [true, "abort"];

test("nothing starts after a fail-fast run has failed, and what runs may end", async () => {
  const { a, b, c, d } = graph`a; b -> d; c`;
  const run = makeLater(tasksOf(a, c, d), { failFast: true, concurrency: 2 });
  await flush();
  assert.equal(running(a, b, c, d), "a b");
  a.fail();
  await flush();
  assert.deepEqual([running(a, b, c, d), b.context.signal.aborted], ["b", false]);
  b.finish();
  const summary = await run.finished;
  assert.deepEqual([states(a, b, c, d), starts(c, d)], ["FAILED DONE PENDING PENDING", "0 0"]);
  assert.deepEqual(new Set(summary.notStarted), new Set(tasksOf(c, d)));
});

test("not even a function that does not wait starts after the failure", async () => {
  for (const failFast of WAYS) {
    const calls: string[] = [];
    const tasks = Array.from({ length: 50 }, (_, index) =>
      task(`t${index}`, () => {
        calls.push(`t${index}`);
        if (index === 3) throw new Error("no");
      }),
    );
    await makeLater(tasks, { failFast, concurrency: 1 }).finished;
    assert.deepEqual(calls, ["t0", "t1", "t2", "t3"]);
    assert.ok(tasks.slice(4).every(({ state }) => state === "PENDING"));
  }
});

test("dependents of the failure are still marked, and yielded", async () => {
  for (const failFast of WAYS) {
    const { a, b, c, d } = graph`a -> b -> c; d`;
    const yielded = Array.fromAsync(make(tasksOf(b, c, d), { failFast, concurrency: 1 }));
    await flush();
    a.fail();
    assert.equal(names(await yielded), "b c");
    assert.equal(states(a, b, c, d), "FAILED FAILED FAILED PENDING");
  }
});

test("any outcome but DONE sets failFast off, also a cancel and also of a prerequisite", async () => {
  for (const failFast of WAYS) {
    for (const end of ["fail", "cancel"] as const) {
      const { a, b, c } = graph`a -> b; c`;
      const run = makeLater(tasksOf(b, c), { failFast, concurrency: 1 });
      await flush();
      if (end === "fail") a.fail();
      else a.task.cancel();
      await run.finished;
      assert.deepEqual([states(c), c.starts], ["PENDING", 0]);
    }
  }
});

test("a cancel of a task that has not started sets failFast off", async () => {
  const { a, b, c } = graph`a b c`;
  const run = makeLater(tasksOf(a, b, c), { failFast: true, concurrency: 1 });
  await flush();
  b.task.cancel();
  a.finish();
  await run.finished;
  assert.equal(states(a, b, c), "DONE CANCELLED PENDING");
});

test("an attempt that is retried is no outcome and does not set failFast off", async () => {
  const a = remote("a", { retry: 1 });
  const b = remote("b");
  const run = makeLater(tasksOf(a, b), { failFast: true, concurrency: 1 });
  await flush();
  a.fail();
  assert.equal(await playOut(a, b), "a b");
  assert.deepEqual([(await run.finished).done.length, states(a, b)], [2, "DONE DONE"]);
});

test("a retry that waits when failFast is set off does not start, and the run does not wait for it", async () => {
  for (const failFast of WAYS) {
    const clock = virtualClock();
    const a = remote("a", { retry: { limit: 1, delay: 60_000 } });
    const b = remote("b");
    const run = makeLater(tasksOf(a, b), { failFast, concurrency: 2, clock });
    await flush();
    a.fail();
    await flush();
    b.fail();
    const { notStarted } = await run.finished;
    assert.deepEqual([states(a, b), notStarted, clock.pending], ["PENDING FAILED", [a.task], 0]);
    await clock.advance(60_000);
    assert.equal(starts(a, b), "1 1");
  }
});

test("an attempt that fails after failFast was set off is not tried again, and leaves no timer", async () => {
  const clock = virtualClock();
  const a = remote("a");
  const b = remote("b", { retry: { limit: 1, delay: 60_000 } });
  const run = makeLater(tasksOf(a, b), { failFast: true, concurrency: 2, clock });
  await flush();
  a.fail();
  await flush();
  b.fail();
  await run.finished;
  assert.equal(clock.pending, 0);
  await clock.advance(60_000);
  assert.deepEqual([starts(a, b), b.running, b.task.is("RUNNING")], ["1 1", false, false]);
});

test("what is queued when failFast is set off comes back and never starts", async () => {
  for (const failFast of WAYS) {
    const { a, b } = graph`a b`;
    const kept: (() => Promise<void>)[] = [];
    const run = makeLater(tasksOf(a, b), {
      failFast,
      queue: (start, { name }) => (name === "a" ? start() : kept.push(start)),
    });
    await flush();
    assert.equal(states(a, b), "RUNNING QUEUED");
    a.fail();
    await run.finished;
    assert.equal(states(a, b), "FAILED PENDING");
    for (const start of kept) await start();
    assert.deepEqual([states(b), b.starts], ["PENDING", 0]);
  }
});

test(`failFast: "abort" signals what runs and gives it back: PENDING again`, async () => {
  const { a, b, c } = graph`a; b -> c`;
  const run = makeLater(tasksOf(a, c), { failFast: "abort", concurrency: 9 });
  await flush();
  const { signal } = b.context;
  const events: string[] = [];
  b.task.on("transition", ({ event, to }) => events.push(`${event} ${to}`));
  a.fail();
  const { notStarted } = await run.finished;
  assert.ok(signal.aborted && signal.reason instanceof ReleasedError);
  assert.deepEqual([states(a, b, c), events], ["FAILED PENDING PENDING", ["release PENDING"]]);
  assert.deepEqual(new Set(notStarted), new Set(tasksOf(b, c)));
});

test(`with failFast: "abort" an attempt that ends otherwise counts, and one that does not end is abandoned`, async () => {
  const clock = virtualClock();
  const a = remote("a");
  const returns = remote("returns", { onAbort: "ignores" });
  const throws = remote("throws", { onAbort: "ignores" });
  const stays = remote("stays", { onAbort: "ignores" });
  const run = makeLater(tasksOf(a, returns, throws, stays), { failFast: "abort", concurrency: 9, clock });
  await flush();
  a.fail();
  await flush();
  returns.finish();
  throws.fail();
  await clock.advance(5_000);
  const { abandoned } = await run.finished;
  assert.equal(states(a, returns, throws, stays), "FAILED DONE FAILED PENDING");
  assert.deepEqual([abandoned, clock.pending], [[stays.task], 0]);
});

test("a later make goes on where a fail-fast run ended", async () => {
  for (const failFast of WAYS) {
    const { a, b, c, d } = graph`a -> b; c -> d`;
    const first = makeLater(tasksOf(b, d), { failFast, concurrency: 1 });
    await flush();
    a.fail();
    await first.finished;
    const second = makeLater(tasksOf(b, d), { retry: true, concurrency: 1 });
    assert.equal(await playOut(a, b, c, d), "a c b d");
    assert.equal((await second.finished).done.length, 4);
  }
});

test("a fail-fast run without a failure makes everything", async () => {
  for (const failFast of WAYS) {
    const { a, b, c } = graph`a -> b; c`;
    const run = makeLater(tasksOf(b, c), { failFast, concurrency: 1 });
    assert.equal(await playOut(a, b, c), "a b c");
    assert.equal((await run.finished).done.length, 3);
  }
});
