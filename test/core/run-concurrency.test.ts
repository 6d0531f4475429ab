// How many attempts are under way at once, and what counts.

import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { make, makeLater, task } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { names, playOut, running, states, tasksOf } from "./run-helpers.ts";

const many = (count: number) => Array.from({ length: count }, (_, index) => remote(`t${index}`));

test("no more attempts than concurrency run at once, and no fewer while tasks are ready", async () => {
  const all = many(7);
  const run = makeLater(tasksOf(...all), { concurrency: 3 });
  for (const left of [7, 6, 5, 4, 3, 2, 1]) {
    await flush();
    const now = all.filter((each) => each.running);
    assert.equal(now.length, Math.min(3, left));
    now.at(-1)?.finish();
  }
  await run.finished;
});

test("without concurrency as many attempts run as the machine can do at once", async () => {
  const all = many(availableParallelism() + 3);
  void makeLater(tasksOf(...all));
  await flush();
  assert.equal(all.filter((each) => each.running).length, availableParallelism());
});

test("concurrency: Infinity runs everything that is ready", async () => {
  const all = many(500);
  void makeLater(tasksOf(...all), { concurrency: Infinity });
  await flush();
  assert.equal(all.filter((each) => each.running).length, 500);
});

test("a slot is free again however an attempt ends", async () => {
  const clock = virtualClock();
  const done = remote("done");
  const fails = remote("fails");
  const cancelled = remote("cancelled");
  const slow = remote("slow", { timeout: 1_000 });
  const ignores = remote("ignores", { timeout: 1_000, onAbort: "ignores" });
  const last = remote("last");
  const run = makeLater(tasksOf(done, fails, cancelled, slow, ignores, last), { concurrency: 1, clock });
  await flush();
  done.finish();
  await flush();
  fails.fail();
  await flush();
  cancelled.task.cancel();
  await flush();
  assert.equal(states(slow), "RUNNING");
  await clock.advance(1_000);
  assert.equal(states(slow, ignores, last), "FAILED RUNNING PENDING");
  await clock.advance(1_000);
  assert.equal(states(slow, ignores, last), "FAILED RUNNING PENDING", "it has not stopped yet");
  await clock.advance(5_000);
  assert.equal(states(slow, ignores, last), "FAILED FAILED RUNNING");
  last.finish();
  await run.finished;
});

test("a cancelled attempt keeps its slot until it has stopped", async () => {
  const [a, b] = [remote("a", { onAbort: "ignores" }), remote("b")];
  const run = makeLater(tasksOf(a, b), { concurrency: 1 });
  await flush();
  a.task.cancel();
  await flush();
  assert.equal(states(a, b), "RUNNING PENDING");
  a.fail(a.context.signal.reason);
  await flush();
  assert.equal(states(a, b), "CANCELLED RUNNING");
  b.finish();
  await run.finished;
});

test("a retry that waits holds no slot", async () => {
  const clock = virtualClock();
  const [a, b, c] = [remote("a", { retry: { limit: 1, delay: 100 } }), remote("b"), remote("c")];
  const run = makeLater(tasksOf(a, b, c), { concurrency: 1, clock });
  await flush();
  a.fail();
  await flush();
  assert.equal(states(a, b, c), "PENDING RUNNING PENDING");
  await clock.advance(100);
  assert.equal(states(a, b, c), "PENDING RUNNING PENDING", "it is ready again, but waits for a slot");
  assert.equal(await playOut(a, b, c), "b a c");
  await run.finished;
});

test("a group needs no slot", async () => {
  const { a, b } = graph`a b`;
  const [group, after] = [task("group", {}), task("after", {})];
  after.require(group);
  const run = make([after, b.task, a.task], { concurrency: 1 });
  const first = run.next();
  await flush();
  assert.deepEqual([running(a, b), group.state, (await first).value], ["a", "DONE", after]);
  assert.equal(await playOut(a, b), "a b");
});

test("a chain of 10,000 groups is made at concurrency 1", async () => {
  let last = task("first", {});
  for (let n = 0; n < 10_000; n++) last = task(`g${n}`, { require: last });
  assert.equal((await makeLater(last, { concurrency: 1 }).finished).done.length, 10_001);
});

test("each run has slots of its own", async () => {
  const { a, b } = graph`a; b`;
  const runs = [a, b].map(({ task }) => makeLater(task, { concurrency: 1 }));
  await flush();
  assert.equal(running(a, b), "a b");
  a.finish();
  b.finish();
  for (const run of runs) assert.equal(names((await run.finished).done).length, 1);
});
