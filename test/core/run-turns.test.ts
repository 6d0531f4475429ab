// A run gives the event loop its turns, so that timers and servers live through tasks that never wait.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, makeNow, task, type ClosureQueue, type Task } from "thence";
import { pQueue } from "thence/queues";

const COUNT = 200_000;

/**
 * How often a timer of 1 ms fires while `work` goes on, and how often it had to: an eighth of what a turn in every 10 ms of this
 * thread's own time would give. The time that other processes take away does not count.
 */
async function ticksDuring(work: () => Promise<unknown>): Promise<{ ticks: number; due: number }> {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  clearInterval(timer);
  return { ticks, due: Math.floor((user + system) / 1_000 / 80) };
}

const FUNCTIONS: Record<string, () => unknown> = { "sync functions": () => 1, "async functions": async () => 1 };

for (const [kind, run] of Object.entries(FUNCTIONS)) {
  test(`timers fire while ${COUNT} ${kind} that never wait are made`, async () => {
    const tasks = Array.from({ length: COUNT }, (_, index) => task(`t${index}`, run));
    const { ticks, due } = await ticksDuring(() => makeNow(tasks));
    assert.ok(tasks.every(({ state }) => state === "DONE"));
    assert.ok(ticks >= due && ticks > 0, `${ticks} ticks, at least ${due} expected`);
  });
}

test(`timers fire while a chain of ${COUNT} functions is planned and made`, async () => {
  let last: Task<unknown> = task("first", () => 0);
  for (let n = 1; n < COUNT; n++) last = task(`t${n}`, { require: last, run: () => n });
  const { ticks, due } = await ticksDuring(() => makeLater(last).finished);
  assert.equal(last.state, "DONE");
  assert.ok(ticks >= due && ticks > 0, `${ticks} ticks, at least ${due} expected`);
});

test(`timers fire while ${COUNT} tasks are consumed one by one`, async () => {
  const tasks = Array.from({ length: COUNT }, (_, index) => task(`t${index}`, () => 1));
  let consumed = 0;
  const { ticks, due } = await ticksDuring(async () => {
    for await (const _ of make(tasks)) consumed++;
  });
  assert.equal(consumed, COUNT);
  assert.ok(ticks >= due && ticks > 0, `${ticks} ticks, at least ${due} expected`);
});

const QUEUES: Record<string, () => ClosureQueue> = {
  "a PQueue": () => pQueue({ concurrency: 2 }),
  "a queue that calls at once": () => (start) => start(),
  "a queue that calls a microtask later": () => async (start) => {
    await undefined;
    await start();
  },
};

for (const [name, queue] of Object.entries(QUEUES)) {
  test(`timers fire while 50,000 functions that never wait go through ${name}`, async () => {
    const tasks = Array.from({ length: 50_000 }, (_, index) => task(`t${index}`, () => 1));
    const { ticks, due } = await ticksDuring(() => makeNow(tasks, { queue: queue() }));
    assert.ok(tasks.every(({ state }) => state === "DONE"));
    assert.ok(ticks >= due && ticks > 0, `${ticks} ticks, at least ${due} expected`);
  });
}

test("timers fire while a failure reaches many dependents", async () => {
  const first = task("first", () => {
    throw new Error("no");
  });
  const tasks = Array.from({ length: 50_000 }, (_, index) => task(`t${index}`, { require: first, run: () => 1 }));
  const { ticks, due } = await ticksDuring(() => makeNow(tasks));
  assert.ok(tasks.every(({ state }) => state === "FAILED"));
  assert.ok(ticks >= due && ticks > 0, `${ticks} ticks, at least ${due} expected`);
});

test("a signal that a timer aborts stops a run of functions that never wait", async () => {
  const controller = new AbortController();
  let last: Task<unknown> = task("first", () => 0);
  for (let n = 1; n < COUNT; n++) last = task(`t${n}`, { require: last, run: () => n });
  const timer = setTimeout(() => controller.abort(), 1);
  const { done, cancelled } = await makeLater(last, { signal: controller.signal }).finished;
  clearTimeout(timer);
  assert.equal(done.length + cancelled.length, COUNT);
  assert.ok(cancelled.length > 0, "it was over before the timer fired");
});

test("timers fire while a failure reaches everything behind it, and while all of that is repaired", async () => {
  const first = task("first", (_, { attempt }) => (attempt === 1 ? Promise.reject(new Error("broken")) : 0));
  let last: Task<unknown> = first;
  for (let n = 1; n < COUNT; n++) last = task(`t${n}`, { require: last, run: () => n });
  for (const [options, state] of [
    [{}, "FAILED"],
    [{ retry: true }, "DONE"],
  ] as const) {
    const { ticks, due } = await ticksDuring(() => makeLater(last, options).finished);
    assert.equal(last.state, state);
    assert.ok(ticks >= due && ticks > 0, `${state}: ${ticks} ticks, at least ${due} expected`);
  }
});
