// Which queue an attempt goes to, what a queue with `add` is given, and how queues, retries and time limits go together.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, type AddQueue, type QueueFunction } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { playOut, running, states, tasksOf } from "./run-helpers.ts";

/** A queue that notes the tasks which it starts, at once. */
function noting() {
  const seen: string[] = [];
  const queue: QueueFunction = (run, { name }) => {
    seen.push(name);
    return run();
  };
  return { seen, queue };
}

/** A queue with `add` that keeps what it is given. */
function adding() {
  const added: { run: () => Promise<void>; priority: number; id: string }[] = [];
  const queue: AddQueue = { add: (run, options) => void added.push({ run, ...options }) };
  return { added, queue };
}

test("a task that names a queue goes to the queue of that name, the others to the run's queue", async () => {
  const [gpu, rest] = [noting(), noting()];
  const [a, b] = [remote("a", { queue: "gpu" }), remote("b")];
  const run = makeLater(tasksOf(a, b), { queue: rest.queue, queues: { gpu: gpu.queue } });
  assert.equal(await playOut(a, b), "a b");
  await run.finished;
  assert.deepEqual([gpu.seen, rest.seen], [["a"], ["b"]]);
});

test("queues alone leave tasks that name none in this process, under concurrency", async () => {
  const gpu = noting();
  const [a, b, c] = [remote("a", { queue: "gpu" }), remote("b"), remote("c")];
  const events: string[] = [];
  b.task.on("transition", ({ event }) => events.push(event));
  const run = makeLater(tasksOf(a, b, c), { queues: { gpu: gpu.queue } });
  await flush();
  assert.equal(running(a, b, c).includes("b"), true);
  await playOut(a, b, c);
  await run.finished;
  assert.deepEqual([gpu.seen, events], [["a"], ["dispatch", "done"]]);
});

test("a queue may have any name", async () => {
  for (const name of ["__proto__", "constructor", "👩‍👩‍👧"]) {
    const { queue, seen } = noting();
    const a = remote("a", { queue: name });
    const run = makeLater(a.task, { queues: Object.fromEntries([[name, queue]]) });
    assert.equal(await playOut(a), "a");
    await run.finished;
    assert.deepEqual(seen, ["a"], name);
  }
});

test("a task may bring a queue of its own, a function or an object, which comes before the run's", async () => {
  const [own, rest] = [noting(), noting()];
  const { queue, added } = adding();
  const [a, b, c] = [remote("a", { queue: own.queue }), remote("b", { queue }), remote("c")];
  const run = makeLater(tasksOf(a, b, c), { queue: rest.queue });
  await flush();
  assert.deepEqual([states(a, b, c), own.seen, rest.seen], ["RUNNING QUEUED RUNNING", ["a"], ["c"]]);
  for (const { run: start } of added) void start();
  assert.equal(await playOut(a, b, c), "a b c");
  await run.finished;
});

test("an object with add gets the task's urgency as the priority, greater sooner", async () => {
  const { queue, added } = adding();
  const { a, b } = graph`a; b`;
  const urgent = remote("urgent", { priority: 7 });
  urgent.task.require(b.task);
  const run = makeLater(tasksOf(a, urgent), { queue });
  await flush();
  assert.deepEqual(
    added.map(({ priority }) => priority),
    [7, 0],
  );
  await run.return();
});

test("add is called as a method of its object", async () => {
  class Queue {
    readonly waiting: (() => Promise<void>)[] = [];
    add(run: () => Promise<void>): void {
      this.waiting.push(run);
    }
  }
  const queue = new Queue();
  const { a } = graph`a`;
  const run = makeLater(a.task, { queue });
  await flush();
  for (const start of queue.waiting) void start();
  assert.equal(await playOut(a), "a");
  await run.finished;
});

test("every submission has an id of its own, in [A-Za-z0-9._-], across retries and runs", async () => {
  const { queue, added } = adding();
  const a = remote("a", { retry: 1 });
  const twins = [remote("__proto__ ☃"), remote("__proto__ ☃")];
  const first = makeLater(tasksOf(a, ...twins), { queue });
  await flush();
  void added[0]?.run();
  a.fail();
  await flush();
  await first.return();
  const second = makeLater(tasksOf(a, ...twins), { queue });
  await flush();
  await second.return();
  const ids = added.map(({ id }) => id);
  assert.equal(new Set(ids).size, 7);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9._-]+$/);
});

test("each attempt of a retried task goes through the queue, and while it waits it is in no queue", async () => {
  const clock = virtualClock();
  const { queue, added } = adding();
  const a = remote("a", { retry: { limit: 1, delay: 1_000 } });
  const run = makeLater(a.task, { queue, clock });
  await flush();
  const left = added[0]?.run();
  a.fail();
  await left;
  assert.deepEqual([states(a), added.length], ["PENDING", 1]);
  await clock.advance(1_000);
  assert.deepEqual([states(a), added.length], ["QUEUED", 2]);
  void added[1]?.run();
  a.finish();
  await run.finished;
});

test("a timeout counts from the start of the attempt, not from when it was queued", async () => {
  const clock = virtualClock();
  const { queue, added } = adding();
  const a = remote("a", { timeout: 1_000, deadline: 1_500 });
  const run = makeLater(a.task, { queue, clock });
  await clock.advance(60_000);
  assert.equal(states(a), "QUEUED");
  void added[0]?.run();
  await clock.advance(999);
  assert.equal(states(a), "RUNNING");
  await clock.advance(1);
  await run.finished;
  assert.equal(states(a), "FAILED");
});

test("a deadline that passes while the retry is in the queue fails the task", async () => {
  const clock = virtualClock();
  const { queue, added } = adding();
  const a = remote("a", { deadline: 1_000, retry: 1 });
  const run = makeLater(a.task, { queue, clock });
  await flush();
  void added[0]?.run();
  a.fail();
  await flush();
  assert.equal(states(a), "QUEUED");
  await clock.advance(1_000);
  await run.finished;
  assert.deepEqual([states(a), clock.pending], ["FAILED", 0]);
  await added[1]?.run();
  assert.equal(a.starts, 1);
});

test("two runs may share a queue", async () => {
  const { queue, seen } = noting();
  const { a, b, c } = graph`a -> b c`;
  const runs = [makeLater(b.task, { queue }), makeLater(c.task, { queue })];
  assert.equal(await playOut(a, b, c), "a b c");
  for (const run of runs) await run.finished;
  assert.deepEqual(seen, ["a", "b", "c"]);
});

test("an explicit concurrency counts what is in queues and what runs here together", async () => {
  const { queue, added } = adding();
  const [a, b, c] = [remote("a", { queue: "gpu" }), remote("b"), remote("c")];
  const run = makeLater(tasksOf(a, b, c), { queues: { gpu: queue }, concurrency: 2 });
  await flush();
  assert.equal(states(a, b, c), "QUEUED RUNNING PENDING");
  void added[0]?.run();
  await flush();
  assert.equal(states(a, b, c), "RUNNING RUNNING PENDING");
  assert.equal(await playOut(a, b, c), "a b c");
  await run.finished;
});
