// TaskQueue.run(): what a queue dispatches, in which order it hands tasks over, and how it begins and ends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeNow, settled, task, TaskQueue, type Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

type AnyTask = Task<unknown>;

async function collect(tasks: AsyncIterable<AnyTask>): Promise<string[]> {
  const seen: string[] = [];
  for await (const ended of tasks) seen.push(String(ended));
  return seen;
}

test("run() iterates each task of the queue once, as it ends", async () => {
  const [a, b, c] = [remote("a"), remote("b"), remote("c")];
  const queue = new TaskQueue([a.task, b.task, c.task], { concurrency: 3 });
  const seen = collect(queue.run());
  await flush();
  for (const r of [b, c, a]) {
    r.finish();
    await flush();
  }
  assert.deepEqual(await seen, ["Task:b:DONE", "Task:c:DONE", "Task:a:DONE"]);
});

test("nothing of a queue starts before the first next()", async () => {
  const { a } = graph`a`;
  const queue = new TaskQueue(a.task);
  const run = queue.run();
  await flush();
  assert.deepEqual([a.starts, a.task.state], [0, "PENDING"]);
  const next = run.next();
  await flush();
  assert.equal(a.starts, 1);
  a.finish();
  assert.equal((await next).value, a.task);
});

test("a queue takes one task, or any iterable of tasks, at its making and in add(), which returns the queue", async () => {
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => task(name, () => name)) as [
    AnyTask,
    AnyTask,
    AnyTask,
    AnyTask,
  ];
  const queue = new TaskQueue(a);
  assert.equal(queue.add(b), queue);
  queue.add(new Set([c])).add([d].values());
  assert.deepEqual(
    (await collect(queue.run())).toSorted(),
    ["a", "b", "c", "d"].map((name) => `Task:${name}:DONE`),
  );
  assert.deepEqual(await collect(new TaskQueue().run()), []);
});

test("a task that is added twice runs once and is yielded once", async () => {
  const { a } = graph`a`;
  const queue = new TaskQueue([a.task, a.task]).add(a.task);
  assert.equal(queue.size, 1);
  const seen = collect(queue.run());
  await flush();
  queue.add(a.task);
  a.finish();
  assert.deepEqual(await seen, ["Task:a:DONE"]);
  assert.equal(a.starts, 1);
});

test("a task of the queue starts when the last of its prerequisites is done, in the queue or not", async () => {
  const { a, b, c } = graph`a b -> c`;
  const queue = new TaskQueue([c.task, a.task], { concurrency: 2 });
  const outside = b.task.dispatch();
  const seen = collect(queue.run());
  await flush();
  a.finish();
  await flush();
  assert.equal(c.starts, 0);
  b.finish();
  await outside;
  await flush();
  assert.equal(c.starts, 1);
  c.finish();
  assert.deepEqual(await seen, ["Task:a:DONE", "Task:c:DONE"]);
});

test("prerequisites outside the queue are not pulled in, and those that are done satisfy", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  await Promise.all([
    b.task.make(),
    flush()
      .then(() => a.finish())
      .then(() => flush())
      .then(() => b.finish()),
  ]);
  b.task.reset();
  const queue = new TaskQueue(b.task);
  const seen = collect(queue.run());
  await flush();
  b.finish();
  assert.deepEqual(await seen, ["Task:b:DONE"]);
  assert.deepEqual([a.starts, b.starts, c.starts], [1, 2, 0]);
});

test("a task that is settled when it is added is yielded at once and what it requires is left alone", async () => {
  const { a, b } = graph`a -> b`;
  b.task.cancel("not today");
  const queue = new TaskQueue(b.task);
  assert.deepEqual(await collect(queue.run()), ["Task:b:CANCELLED"]);
  assert.equal(a.task.state, "PENDING");
});

test("a task that somebody else has started is waited for and not run twice", async () => {
  const { a, b } = graph`a -> b`;
  const made = a.task.make();
  await flush();
  const seen = collect(new TaskQueue([a.task, b.task]).run());
  await flush();
  a.finish(1);
  assert.equal(await made, 1);
  await flush();
  b.finish();
  assert.deepEqual(await seen, ["Task:a:DONE", "Task:b:DONE"]);
  assert.equal(a.starts, 1);
});

test("tasks that are added meanwhile join the run that is under way", async () => {
  const [a, b] = [remote("a"), remote("b")];
  const queue = new TaskQueue(a.task, { concurrency: 2 });
  const seen = collect(queue.run());
  await flush();
  queue.add(b.task);
  await flush();
  assert.equal(b.starts, 1);
  a.finish();
  b.finish();
  assert.deepEqual((await seen).length, 2);
});

test("a task that the loop body adds joins the run, also as the last one ends", async () => {
  const names: string[] = [];
  const queue = new TaskQueue(task("0", () => 0));
  for await (const ended of queue.run()) {
    names.push(ended.name);
    if (names.length < 5) queue.add(task(String(names.length), () => 0));
  }
  assert.deepEqual(names, ["0", "1", "2", "3", "4"]);
});

test("run() ends when the queue is drained, and may be called again", async () => {
  const [a, b] = [task("a", () => 1), task("b", () => 2)];
  const queue = new TaskQueue(a);
  assert.deepEqual(await collect(queue.run()), ["Task:a:DONE"]);
  queue.add(b);
  await flush();
  assert.equal(b.state, "PENDING");
  assert.deepEqual(await collect(queue.run()), ["Task:b:DONE"]);
  assert.deepEqual(await collect(queue.run()), []);
});

test("an iterator that has ended stays ended when tasks are added later", async () => {
  const b = task("b", () => 2);
  const queue = new TaskQueue(task("a", () => 1));
  const run = queue.run();
  await run.next();
  assert.deepEqual(await run.next(), { value: undefined, done: true });
  queue.add(b);
  assert.deepEqual(await run.next(), { value: undefined, done: true });
  assert.equal(b.state, "PENDING");
});

test("several next() calls wait side by side and are answered in order", async () => {
  const { a, b } = graph`a b`;
  const run = new TaskQueue([a.task, b.task], { concurrency: 2 }).run();
  const nexts = Promise.all([run.next(), run.next(), run.next()]);
  await flush();
  b.finish();
  a.finish();
  assert.deepEqual(
    (await nexts).map(({ value }) => value?.name),
    ["b", "a", undefined],
  );
});

test("two runs of one queue share its tasks, each of which is yielded once, and both end", async () => {
  const queue = new TaskQueue(Array.from({ length: 20 }, (_, i) => task(`t${i}`, () => i)));
  const [one, two] = await Promise.all([collect(queue.run()), collect(queue.run())]);
  assert.equal(new Set([...one, ...two]).size, 20);
  assert.equal(one.length + two.length, 20);
});

test("a soft edge to a failed task outside the queue does not hold its dependent up", async () => {
  const a = task("a", () => {
    throw new Error("broken");
  });
  await makeNow(a);
  const b = task("b", { require: settled(a), run: ({ state }) => state });
  assert.deepEqual(await collect(new TaskQueue(b).run()), ["Task:b:DONE"]);
  assert.equal(b.result, "FAILED");
});

test("a settled task that is reset before it is handed over is made again, and then handed over", async () => {
  let runs = 0;
  const a = task("a", () => ++runs);
  await a.make();
  const queue = new TaskQueue(a);
  a.reset();
  assert.deepEqual(await collect(queue.run()), ["Task:a:DONE"]);
  assert.deepEqual([runs, queue.size], [2, 0]);
});

test("to add a member whose end is being told does not hand it over twice", async () => {
  const a = task("a", () => 1);
  const queue = new TaskQueue(a);
  queue.on("DONE", () => void queue.add(a));
  assert.deepEqual(await collect(queue.run()), ["Task:a:DONE"]);
  assert.equal(queue.size, 0);
});

test("what a task makes is made, though the queue knew it only as somebody's prerequisite", async () => {
  const deep = task("deep", () => 1);
  const x = task("x", { require: deep, run: (one) => one + 1 });
  const other = task("other", { require: x, run: () => 0 });
  const parent = task("parent", (_, { make }) => make(x));
  assert.deepEqual(await collect(new TaskQueue([parent, other]).run()), ["Task:other:DONE", "Task:parent:DONE"]);
  assert.equal(parent.result, 2);
});

test("a dependent that wants what the queue does not have fails, and says what that is", async () => {
  const a = task("a", () => 1);
  const b = task("b", { require: a, uses: { db: 1 }, run: () => 2 });
  const c = task("c", { require: a, queue: "gpu", run: () => 3 });
  const queue = new TaskQueue(a, { runDependentTasks: true });
  assert.deepEqual(await collect(queue.run()), ["Task:a:DONE", "Task:b:FAILED", "Task:c:FAILED"]);
  assert.match(String(b.error), /uses 1 of "db", but the run has 0/);
  assert.match(String(c.error), /wants the queue "gpu"/);
});

test("run() may be begun by a listener", async () => {
  const [a, b] = [task("a", () => 1), task("b", () => 2)];
  const queue = new TaskQueue(b);
  const first = Promise.withResolvers<unknown>();
  a.on("DONE", () => queue.run().next().then(first.resolve, first.reject));
  await a.make();
  assert.deepEqual(await first.promise, { value: b, done: false });
});
