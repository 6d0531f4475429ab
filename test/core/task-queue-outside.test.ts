// TaskQueue driven from outside: get(), completions by others, and the failure rules while nobody iterates.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockedError, CancelledError, task, TaskQueue, type Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

type AnyTask = Task<unknown>;

function takeAll(queue: TaskQueue): string[] {
  const names: string[] = [];
  for (let task = queue.get(); task !== undefined; task = queue.get()) names.push(String(task));
  return names;
}

test("get() hands out what is ready, each task once, and undefined when there is nothing", () => {
  const { a, b, c } = graph`a -> b; c`;
  const queue = new TaskQueue([a.task, b.task, c.task]);
  assert.deepEqual(takeAll(queue), ["Task:a:PENDING", "Task:c:PENDING"]);
  assert.equal(queue.get(), undefined);
  assert.deepEqual([queue.size, a.starts, c.starts], [1, 0, 0]);
  assert.equal(new TaskQueue().get(), undefined);
});

test("get() hands out a settled task before a ready one", async () => {
  const [a, b] = [task("a", () => 1), task("b", () => 2)];
  const queue = new TaskQueue([a, b]);
  await b.make();
  assert.deepEqual(takeAll(queue), ["Task:b:DONE", "Task:a:PENDING"]);
  assert.equal(queue.size, 0);
});

test("get() hands out ready tasks by priority, which reaches prerequisites, then by longest remaining path, then by age", () => {
  const [a, b, c, d] = [remote("a"), remote("b"), remote("c"), remote("d", { priority: 1 })];
  const urgent = remote("urgent", { priority: 2, require: a.task });
  const after = remote("after", { require: c.task });
  const queue = new TaskQueue([a, b, c, d, urgent, after].map((r) => r.task));
  assert.deepEqual(takeAll(queue), ["Task:a:PENDING", "Task:d:PENDING", "Task:c:PENDING", "Task:b:PENDING"]);
});

test("a dispatcher that only calls get() and dispatch() drains the queue in a legal order", async () => {
  const order: string[] = [];
  const make = (name: string, ...require: AnyTask[]): AnyTask =>
    task(name, { require, run: () => void order.push(name) });
  const a = make("a");
  const [b, c] = [make("b", a), make("c", a)];
  const d = make("d", b, c);
  const queue = new TaskQueue([d, c, b, a]);
  while (queue.size > 0) {
    const next = queue.get();
    if (next === undefined) await flush();
    else if (!next.isSettled()) await next.dispatch();
  }
  assert.deepEqual(order, ["a", "b", "c", "d"]);
});

test("a task that was handed out before it ran is not handed out again when it has ended", async () => {
  const a = task("a", () => 1);
  const queue = new TaskQueue(a);
  assert.equal(queue.get(), a);
  await a.dispatch();
  assert.deepEqual([queue.get(), queue.size], [undefined, 0]);
});

test("a task that was handed out is not run by run()", async () => {
  const { a, b } = graph`a b`;
  const queue = new TaskQueue([a.task, b.task]);
  assert.equal(queue.get(), a.task);
  const next = queue.run().next();
  await flush();
  b.finish();
  assert.equal((await next).value, b.task);
  assert.deepEqual([a.starts, a.task.state], [0, "PENDING"]);
});

test("a completion from outside releases dependents, for get() and for a run that is under way", async () => {
  for (const iterated of [false, true]) {
    const { a, b } = graph`a -> b`;
    const queue = new TaskQueue(b.task);
    const outside = a.task.dispatch();
    const next = iterated ? queue.run().next() : undefined;
    await flush();
    assert.equal(b.starts, 0);
    if (!iterated) assert.equal(queue.get(), undefined);
    a.finish();
    await outside;
    await flush();
    if (iterated) {
      b.finish();
      assert.equal((await next)?.value, b.task);
    } else assert.equal(queue.get(), b.task);
  }
});

test("a member that somebody else completes is handed out, by get() or by the run that is under way", async () => {
  const { a, b } = graph`a b`;
  const queue = new TaskQueue([a.task, b.task], { concurrency: 1 });
  const run = queue.run();
  const first = run.next();
  await flush();
  const outside = b.task.dispatch();
  b.finish();
  await outside;
  assert.equal((await first).value, b.task);
  a.finish();
  await a.task.join();
  assert.equal(queue.get(), a.task);
  assert.deepEqual([b.starts, (await run.next()).done], [1, true]);
});

test("a task settled by done() or fail() from outside counts like any other", async () => {
  const { a, b, c, d } = graph`a -> b; c -> d`;
  const queue = new TaskQueue([b.task, d.task]);
  a.task.dispatch().catch(() => {});
  c.task.dispatch().catch(() => {});
  await flush();
  c.task.fail(new Error("no"));
  a.task.done(1);
  assert.deepEqual(takeAll(queue), ["Task:d:FAILED", "Task:b:PENDING"]);
});

test("a failure fails all dependents in the queue at once and unrun, also when nobody iterates", async () => {
  const { a, b, c, d } = graph`a -> b -> c; d`;
  const queue = new TaskQueue([a.task, b.task, c.task, d.task]);
  const failure = new Error("broken");
  const outside = a.task.dispatch().catch((error: unknown) => error);
  await flush();
  a.fail(failure);
  assert.equal(await outside, failure);
  assert.ok(b.task.error instanceof BlockedError && c.task.error instanceof BlockedError);
  assert.equal(b.task.error.cause, failure);
  assert.deepEqual(c.task.error.blockers, [b.task]);
  assert.equal(b.starts + c.starts, 0);
  assert.deepEqual(takeAll(queue), ["Task:a:FAILED", "Task:b:FAILED", "Task:c:FAILED", "Task:d:PENDING"]);
});

test("a failed prerequisite outside the queue fails its dependents in it", async () => {
  const { a, b } = graph`a -> b`;
  const outside = a.task.dispatch().catch(() => {});
  await flush();
  a.fail();
  await outside;
  const added = new TaskQueue(b.task);
  const seen: AnyTask[] = [];
  for await (const ended of added.run()) seen.push(ended);
  assert.deepEqual(seen, [b.task]);
  assert.ok(b.task.error instanceof BlockedError);
  assert.equal(b.starts, 0);
});

test("a cancelled prerequisite makes its dependents CANCELLED, also when nobody iterates; FAILED wins over CANCELLED", async () => {
  const { a, b, c, d } = graph`a -> b; a c -> d`;
  const queue = new TaskQueue([b.task, d.task, c.task]);
  c.task.dispatch().catch(() => {});
  await flush();
  c.fail();
  await c.task.join();
  a.task.cancel("enough");
  assert.ok(b.task.error instanceof CancelledError);
  assert.deepEqual([b.task.state, d.task.state], ["CANCELLED", "FAILED"]);
  assert.equal(queue.size, 3);
});

test("members that fail in a run are yielded with those that they block, and the others are run", async () => {
  const { a, b, c } = graph`a -> b; c`;
  const run = new TaskQueue([a.task, b.task, c.task], { concurrency: 1 }).run();
  const seen = Array.fromAsync(run, String);
  await flush();
  a.fail();
  await flush();
  c.finish();
  assert.deepEqual(await seen, ["Task:a:FAILED", "Task:b:FAILED", "Task:c:DONE"]);
});

test("a member that is retried by hand before anybody got it is run again, and yielded when it has ended", async () => {
  const { a, b } = graph`a b`;
  const queue = new TaskQueue([a.task, b.task], { concurrency: 1 });
  a.task.cancel();
  assert.equal(queue.size, 2);
  a.task.retry();
  assert.equal(queue.size, 2);
  const seen = Array.fromAsync(queue.run(), String);
  await flush();
  for (const r of [a, b]) {
    assert.equal(r.starts, 1, r.task.name);
    r.finish();
    await flush();
  }
  assert.deepEqual(await seen, ["Task:a:DONE", "Task:b:DONE"]);
});

test("a task that was yielded is no longer the queue's: after a repair it waits until it is added again", async () => {
  const { a } = graph`a`;
  const queue = new TaskQueue(a.task);
  const seen = Array.fromAsync(queue.run(), String);
  await flush();
  a.fail();
  assert.deepEqual(await seen, ["Task:a:FAILED"]);
  a.task.retry();
  assert.deepEqual([queue.size, queue.get()], [0, undefined]);
  queue.add(a.task);
  assert.equal(queue.size, 1);
  const again = Array.fromAsync(queue.run(), String);
  await flush();
  a.finish();
  assert.deepEqual(await again, ["Task:a:DONE"]);
});

test("get() hands out what ended after close(), and nothing more to start", async () => {
  const { a, b } = graph`a b`;
  const queue = new TaskQueue([a.task, b.task], { concurrency: 1 });
  const run = queue.run();
  const first = run.next();
  await flush();
  queue.close();
  assert.equal(queue.get(), undefined);
  a.finish();
  await first;
  assert.equal(queue.get(), undefined);
  assert.equal(b.task.state, "PENDING");
});

test("runDependentTasks takes the dependents of each done task into the queue, on and on", async () => {
  const order: string[] = [];
  const make = (name: string, ...require: AnyTask[]): AnyTask =>
    task(name, { require, run: () => void order.push(name) });
  const [a, d] = [make("a"), make("d")];
  const [b, e] = [make("b", a), make("e", a, d)];
  make("c", b, e);
  const seen = await Array.fromAsync(new TaskQueue([a, d], { runDependentTasks: true }).run(), ({ name }) => name);
  assert.deepEqual(seen, order);
  assert.deepEqual(order.toSorted(), ["a", "b", "c", "d", "e"]);
});

test("without runDependentTasks dependents outside the queue are left alone", async () => {
  const { a, b } = graph`a -> b`;
  const seen = Array.fromAsync(new TaskQueue(a.task).run(), ({ name }) => name);
  await flush();
  a.finish();
  assert.deepEqual(await seen, ["a"]);
  assert.deepEqual([b.starts, b.task.state], [0, "PENDING"]);
});

test("runDependentTasks does not run the dependents of a task that failed", async () => {
  const { a, b } = graph`a -> b`;
  const seen = Array.fromAsync(new TaskQueue(a.task, { runDependentTasks: true }).run(), ({ name }) => name);
  await flush();
  a.fail();
  await seen;
  assert.equal(b.starts, 0);
  assert.notEqual(b.task.state, "RUNNING");
});

test("with runDependentTasks an outside dispatcher gets the dependents of what it was handed", async () => {
  const a = task("a", () => 1);
  const b = a.andThen("b", (one) => one + 1);
  const queue = new TaskQueue(a, { runDependentTasks: true });
  assert.equal(queue.get(), a);
  await a.dispatch();
  assert.deepEqual([queue.size, queue.get()], [1, b]);
});

test("get() hands out ready tasks in the order in which run() would start them", () => {
  const [a, b] = [remote("a"), remote("b")];
  const c = remote("c", { priority: 10, require: b.task });
  const z = remote("z", { priority: 5 });
  b.task.require(a.task);
  const queue = new TaskQueue([a, b, c, z].map(({ task }) => task));
  assert.deepEqual(takeAll(queue), ["Task:a:PENDING", "Task:z:PENDING"]);
});

test("a queue that is driven from outside does not keep what has gone through it", async () => {
  const queue = new TaskQueue();
  for (let n = 0; n < 10_000; n++) {
    queue.add(task(`t${n}`, () => n));
    await queue.get()?.dispatch();
  }
  assert.ok(queue.tasks.length < 2_500, `${queue.tasks.length} tasks are kept`);
  assert.equal(queue.size, 0);
});

test("many settled tasks are handed out in time that grows with their number", () => {
  const all = Array.from({ length: 200_000 }, (_, n) => task(`t${n}`, () => n));
  for (const each of all) each.cancel();
  const queue = new TaskQueue(all);
  const begun = process.threadCpuUsage().user;
  for (const each of all) assert.equal(queue.get(), each);
  const ms = (process.threadCpuUsage().user - begun) / 1_000;
  assert.ok(ms < 1_000, `${ms} ms`);
});
