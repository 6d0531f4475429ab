// TaskQueue: pause() and start(), close(), and size.

import assert from "node:assert/strict";
import { test } from "node:test";
import { task, TaskQueue, type Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";

function collect(tasks: AsyncIterable<Task<unknown>>): Promise<string[]> {
  return Array.fromAsync(tasks, String);
}

test("pause() starts nothing more and lets what runs end, until start()", async () => {
  const { a, b } = graph`a b`;
  const queue = new TaskQueue([a.task, b.task], { concurrency: 1 });
  const run = queue.run();
  const first = run.next();
  await flush();
  queue.pause();
  a.finish();
  assert.equal((await first).value, a.task);
  const second = run.next();
  await flush();
  assert.deepEqual([b.starts, queue.size], [0, 1]);
  queue.start();
  await flush();
  assert.equal(b.starts, 1);
  b.finish();
  assert.equal((await second).value, b.task);
  assert.equal((await run.next()).done, true);
});

test("a queue that is paused before it runs starts nothing until start(), which starts nothing while nobody iterates", async () => {
  const { a } = graph`a`;
  const queue = new TaskQueue(a.task);
  queue.start();
  await flush();
  assert.equal(a.starts, 0);
  queue.pause();
  const next = queue.run().next();
  await flush();
  assert.equal(a.starts, 0);
  queue.start();
  await flush();
  a.finish();
  assert.equal((await next).value, a.task);
});

test("close() lets what runs end, keeps the rest PENDING and ends run()", async () => {
  const { a, b, c } = graph`a b -> c`;
  const queue = new TaskQueue([a.task, b.task, c.task], { concurrency: 1 });
  const seen = collect(queue.run());
  await flush();
  queue.close();
  await flush();
  assert.equal(a.running, true);
  a.finish();
  assert.deepEqual(await seen, ["Task:a:DONE"]);
  assert.deepEqual([b.task.state, c.task.state, b.starts], ["PENDING", "PENDING", 0]);
});

test("close() with nothing running ends run(), also one that is paused or waits for somebody else's task", async () => {
  const { a, b } = graph`a -> b`;
  const outside = a.task.dispatch();
  const waits = new TaskQueue(b.task);
  const paused = new TaskQueue(task("free", () => 0));
  paused.pause();
  const seen = [collect(waits.run()), collect(paused.run())];
  await flush();
  waits.close();
  paused.close();
  assert.deepEqual(await Promise.all(seen), [[], []]);
  a.finish();
  await outside;
  await flush();
  assert.equal(b.task.state, "PENDING");
});

test("a closed queue refuses further tasks, starts nothing in a new run(), and yields what has ended", async () => {
  const [a, b] = [task("a", () => 1), task("b", () => 2)];
  const queue = new TaskQueue([a, b]);
  await a.make();
  queue.close();
  assert.throws(() => queue.add(task("c", () => 3)), { code: /^ERR_THENCE_/ });
  assert.deepEqual(await collect(queue.run()), ["Task:a:DONE"]);
  assert.equal(b.state, "PENDING");
  queue.close();
});

test("tasks of a closed queue can be made by somebody else", async () => {
  const b = task("b", () => 2);
  const queue = new TaskQueue(b);
  queue.close();
  assert.equal(await b.make(), 2);
});

test("size counts the tasks that have been neither yielded nor handed out", async () => {
  const { a, b, c } = graph`a -> b; c`;
  const queue = new TaskQueue([a.task, b.task, c.task], { concurrency: 2 });
  assert.equal(queue.size, 3);
  const run = queue.run();
  const first = run.next();
  await flush();
  assert.equal(queue.size, 3);
  a.finish();
  assert.equal((await first).value, a.task);
  await flush();
  assert.equal(queue.size, 2);
  b.finish();
  c.finish();
  await flush();
  assert.equal(queue.size, 2, "they have ended, but nobody has got them yet");
  await run.next();
  assert.equal(queue.size, 1);
  assert.equal(queue.get()?.isSettled(), true);
  assert.equal(queue.size, 0);
});
