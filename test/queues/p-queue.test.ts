// A real p-queue as the queue of a run: states, places, priorities, pauses, rates.

import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import PQueue from "p-queue";
import { makeLater, makeNow, task } from "thence";
import { pQueue } from "thence/queues";
import { virtualClock } from "thence/testing";
import { playOut, running, starts, states, tasksOf } from "../core/run-helpers.ts";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

test("with a PQueue of concurrency 1 one task is RUNNING and the ready others are QUEUED", async () => {
  const queue = new PQueue({ concurrency: 1 });
  const { a, b, c } = graph`a; b; b -> c`;
  const run = makeLater(tasksOf(a, c), { queue });
  await flush();
  assert.equal(states(a, b, c), "QUEUED RUNNING PENDING");
  assert.equal(await playOut(a, b, c), "b a c");
  assert.equal((await run.finished).done.length, 3);
  assert.deepEqual([queue.size, queue.pending], [0, 0]);
});

test("a PQueue's concurrency bounds the run", async () => {
  const queue = new PQueue({ concurrency: 3 });
  const all = Array.from({ length: 8 }, (_, index) => remote(`t${index}`));
  const run = makeLater(tasksOf(...all), { queue });
  for (const left of [8, 7, 6, 5, 4, 3, 2, 1]) {
    await flush();
    const now = all.filter((each) => each.running);
    assert.equal(now.length, Math.min(3, left));
    now[0]?.finish();
  }
  await run.finished;
});

test("a PQueue that is paused starts nothing until it goes on", async () => {
  const queue = new PQueue({ concurrency: 2, autoStart: false });
  const { a, b } = graph`a -> b`;
  const run = makeLater(b.task, { queue });
  await flush();
  assert.equal(states(a, b), "QUEUED PENDING");
  queue.start();
  await flush();
  assert.equal(states(a, b), "RUNNING PENDING");
  queue.pause();
  a.finish();
  await flush();
  assert.equal(states(a, b), "DONE QUEUED");
  queue.start();
  assert.equal(await playOut(a, b), "b");
  await run.finished;
});

test("the most urgent of the tasks that wait in a PQueue gets the next place", async () => {
  const queue = new PQueue({ concurrency: 1 });
  const [first, low, none, shared] = [
    remote("first"),
    remote("low", { priority: -1 }),
    remote("none"),
    remote("shared"),
  ];
  const urgent = remote("urgent", { priority: 5 });
  urgent.task.require(shared.task, first.task);
  const run = makeLater(tasksOf(first, low, none, urgent), { queue });
  assert.equal(await playOut(first, low, none, shared, urgent), "first shared urgent none low");
  await run.finished;
});

test("a cancelled task gives its place in a PQueue to the next, whether it waits or runs", async () => {
  const queue = new PQueue({ concurrency: 1 });
  const { a, b, c } = graph`a b c`;
  const run = makeLater(tasksOf(a, b, c), { queue });
  await flush();
  b.task.cancel();
  a.task.cancel();
  await flush();
  assert.equal(states(a, b, c), "CANCELLED CANCELLED RUNNING");
  c.finish();
  await run.finished;
  await queue.onIdle();
  assert.deepEqual([starts(a, b, c), queue.size, queue.pending], ["1 0 1", 0, 0]);
});

test("a run that was left leaves nothing in a PQueue that would still start", async () => {
  const queue = new PQueue({ concurrency: 1 });
  const { a, b, c } = graph`a b c`;
  const run = makeLater(tasksOf(a, b, c), { queue });
  await flush();
  await run.return();
  await queue.onIdle();
  assert.deepEqual([states(a, b, c), starts(a, b, c)], ["PENDING PENDING PENDING", "1 0 0"]);
  const again = makeLater(tasksOf(a, b, c), { queue });
  assert.equal(await playOut(a, b, c), "a b c");
  await again.finished;
});

test("two runs share the places of a PQueue", async () => {
  const queue = new PQueue({ concurrency: 1 });
  const { a, b } = graph`a; b`;
  const runs = [makeLater(a.task, { queue }), makeLater(b.task, { queue })];
  await flush();
  assert.equal(states(a, b), "RUNNING QUEUED");
  assert.equal(await playOut(a, b), "a b");
  for (const run of runs) await run.finished;
});

test("a failing task is no error of the PQueue", async () => {
  const queue = new PQueue({ concurrency: 1 });
  const errors: unknown[] = [];
  queue.on("error", (error) => errors.push(error));
  const { a, b } = graph`a b`;
  const run = makeLater(tasksOf(a, b), { queue });
  await flush();
  a.fail(new Error("no"));
  await flush();
  b.finish();
  await run.finished;
  await queue.onIdle();
  assert.deepEqual([states(a, b), errors], ["FAILED DONE", []]);
});

test("a retry that waits has no place in a PQueue", async () => {
  const clock = virtualClock();
  const queue = new PQueue({ concurrency: 1 });
  const [a, b] = [remote("a", { retry: { limit: 1, delay: 1_000 } }), remote("b")];
  const run = makeLater(tasksOf(a, b), { queue, clock });
  await flush();
  a.fail();
  await flush();
  assert.deepEqual([states(a, b), queue.size], ["PENDING RUNNING", 0]);
  b.finish();
  await clock.advance(1_000);
  assert.equal(states(a, b), "RUNNING DONE");
  a.finish();
  await run.finished;
});

test("a PQueue's rate spreads the starts", async () => {
  const queue = new PQueue({ interval: 5, intervalCap: 1 });
  const { a, b, c } = graph`a b c`;
  const started: number[] = [];
  const all = tasksOf(a, b, c).map(({ name }) => task(name, () => started.push(performance.now())));
  await makeNow(all, { queue });
  assert.deepEqual([all.map(({ state }) => state), started.length], [["DONE", "DONE", "DONE"], 3]);
});

test("a run's own concurrency feeds a PQueue no more than that", async () => {
  const queue = new PQueue({ concurrency: 9 });
  const { a, b, c } = graph`a b c`;
  const run = makeLater(tasksOf(a, b, c), { queue, concurrency: 2 });
  await flush();
  assert.deepEqual([running(a, b, c), states(c)], ["a b", "PENDING"]);
  assert.equal(await playOut(a, b, c), "a b c");
  await run.finished;
});

test("pQueue() is a PQueue with as many places as the machine has cores, or as the options say", () => {
  assert.ok(pQueue() instanceof PQueue);
  assert.equal(pQueue().concurrency, availableParallelism());
  assert.deepEqual([pQueue({ concurrency: 7 }).concurrency, pQueue({ autoStart: false }).isPaused], [7, true]);
  for (const concurrency of [0, NaN, "2"])
    assert.throws(() => pQueue({ concurrency: concurrency as number }), TypeError);
});

test("a run makes its tasks through pQueue()", async () => {
  const queue = pQueue({ concurrency: 2 });
  const three = task("three", async () => 3);
  const nine = three.andThen("nine", async (n) => n * n);
  assert.equal(await nine.make({ queue }), 9);
});
