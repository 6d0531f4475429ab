// A TaskQueue that can never drain says so, and one that may still drain waits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CycleError, makeLater, settled, StalledError, task, TaskQueue, type Task } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

type AnyTask = Task<unknown>;

const PENDING: unique symbol = Symbol("still waiting");

/** What a promise has come to by now. */
async function now<T>(promise: Promise<T>): Promise<T | typeof PENDING | Error> {
  const caught: Promise<T | Error> = promise.catch((error: Error) => error);
  await flush();
  const later: Promise<typeof PENDING> = flush(1).then(() => PENDING);
  return Promise.race([caught, later]);
}

function assertStalled(error: unknown, expected: Record<string, string[]>): void {
  assert.ok(error instanceof StalledError, String(error));
  assert.equal(error.code, "ERR_THENCE_STALLED");
  const stuck = error.stuck.map(({ task, on }) => [task.name, on.map(({ name }) => name)]);
  assert.deepEqual(Object.fromEntries(stuck), expected);
}

test("a queue whose tasks wait for one that nobody makes rejects with a StalledError that lists them and what they wait for", async () => {
  const { b, c, d } = graph`a x -> b; b -> c; y -> c; d`;
  const run = new TaskQueue([b.task, c.task, d.task]).run();
  const first = run.next();
  await flush();
  d.finish();
  assert.equal((await first).value, d.task, "the others are run first");
  const error = await now(run.next());
  assertStalled(error, { b: ["a", "x"], c: ["b", "y"] });
  assert.match((error as Error).message, /"b".*"a"/);
});

test("what satisfies a task that is stuck is not in the list of what it waits for", async () => {
  const [a, soft, missing] = [task("a", () => 1), task("soft", () => 2), task("missing", () => 3)];
  await a.make();
  soft.cancel();
  const b = task("b", { require: [a, settled(soft), missing], run: () => 0 });
  assertStalled(await now(new TaskQueue(b).run().next()), { b: ["missing"] });
});

test("after a StalledError the iterator has ended, and run() may be called again once the way is free", async () => {
  const { a, b } = graph`a -> b`;
  const queue = new TaskQueue(b.task);
  const run = queue.run();
  await assert.rejects(run.next(), StalledError);
  assert.deepEqual(await now(run.next()), { value: undefined, done: true });
  assert.deepEqual([queue.size, b.task.state], [1, "PENDING"]);
  queue.add(a.task);
  const seen = Array.fromAsync(queue.run(), ({ name }) => name);
  await flush();
  a.finish();
  await flush();
  b.finish();
  assert.deepEqual(await seen, ["a", "b"]);
});

test("a prerequisite in PREPARE that nobody prepares stalls the queue", async () => {
  const a = task("a", { state: "PREPARE", run: () => 1 });
  const b = a.andThen("b", () => 2);
  assertStalled(await now(new TaskQueue(b).run().next()), { b: ["a"] });
});

test("a queue that waits for a task in flight elsewhere does not stall", async () => {
  const { a, b } = graph`a -> b`;
  const outside = a.task.dispatch();
  const next = new TaskQueue(b.task).run().next();
  assert.equal(await now(next), PENDING);
  a.finish();
  await outside;
  await flush();
  b.finish();
  assert.equal((await next).value, b.task);
});

test("a queue that waits for a task which another run is going to start does not stall", async () => {
  const { a, b, x } = graph<"a" | "b" | "x">`x; a -> b`;
  const other = makeLater([x.task, a.task], { concurrency: 1 });
  await flush();
  assert.deepEqual([x.running, a.running], [true, false]);
  const next = new TaskQueue(b.task).run().next();
  assert.equal(await now(next), PENDING);
  x.finish();
  await flush();
  a.finish();
  await other.finished;
  await flush();
  b.finish();
  assert.equal((await next).value, b.task);
});

test("a queue that waits for a task which another run retries later does not stall", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 60_000 } });
  const b = remote("b", { require: a.task });
  const other = makeLater(a.task, { clock });
  await flush();
  a.fail();
  const next = new TaskQueue(b.task).run().next();
  assert.equal(await now(next), PENDING);
  assert.equal(a.task.state, "PENDING");
  await clock.advance(60_000);
  a.finish();
  await other.finished;
  await flush();
  b.finish();
  assert.equal((await next).value, b.task);
});

test("a queue whose own task waits for its retry does not stall, and runs it again when its time has come", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 60_000 } });
  const run = new TaskQueue(a.task, { clock }).run();
  const next = run.next();
  await flush();
  a.fail();
  assert.equal(await now(next), PENDING);
  await clock.advance(60_000);
  assert.equal(a.starts, 2);
  a.finish();
  assert.equal((await next).value, a.task);
  assert.equal((await run.next()).done, true);
  assert.equal(clock.pending, 0);
});

test("a queue that is paused does not stall until start()", async () => {
  const { b } = graph`a -> b`;
  const queue = new TaskQueue(b.task);
  queue.pause();
  const next = queue.run().next();
  assert.equal(await now(next), PENDING);
  queue.start();
  assertStalled(await now(next), { b: ["a"] });
});

test("a queue stalls when the running task that it waits for is given back by a run that is left", async () => {
  const { a, b } = graph`a -> b`;
  const other = makeLater(a.task);
  const next = new TaskQueue(b.task).run().next();
  assert.equal(await now(next), PENDING);
  await other.return();
  assertStalled(await now(next), { b: ["a"] });
});

test("a queue stalls when a run that has not started what it waits for is left", async () => {
  const { a, b, x } = graph<"a" | "b" | "x">`x; a -> b`;
  const other = makeLater([x.task, a.task], { concurrency: 1 });
  await flush();
  const next = new TaskQueue(b.task).run().next();
  assert.equal(await now(next), PENDING);
  await other.return();
  assert.equal(a.starts, 0);
  assertStalled(await now(next), { b: ["a"] });
});

test("a queue stalls when the other queue that it waits for stalls, is closed or is left", async () => {
  for (const end of ["close", "leave"] as const) {
    const { a, b, x } = graph<"a" | "b" | "x">`x -> a; a -> b`;
    const other = new TaskQueue([x.task, a.task]);
    const otherRun = other.run();
    const otherNext = otherRun.next();
    const next = new TaskQueue(b.task).run().next();
    assert.equal(await now(next), PENDING);
    if (end === "close") {
      other.close();
      x.finish();
      await otherNext;
    } else await otherRun.return?.();
    assertStalled(await now(next), { b: ["a"] });
  }
});

test("members in a cycle are a CycleError with its path, prerequisite before dependent", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  a.task.require(c.task);
  const error = await now(new TaskQueue([c.task, b.task, a.task]).run().next());
  assert.ok(error instanceof CycleError);
  assert.deepEqual(error.path, [a.task, b.task, c.task]);
  assert.equal(error.message, "a -> b -> c -> a");
  assert.equal(a.starts + b.starts + c.starts, 0);
});

test("a cycle among other members is found as well, and not taken for a stall", async () => {
  const { a, b, d } = graph`a -> b; b -> c; d`;
  a.task.require(b.task);
  const run = new TaskQueue([a.task, b.task, d.task]).run();
  const seen: AnyTask[] = [];
  const reading = (async () => {
    for await (const ended of run) seen.push(ended);
  })();
  await flush();
  if (d.running) d.finish();
  const error = await now(reading);
  assert.ok(error instanceof CycleError, String(error));
  assert.equal(error.message, "a -> b -> a");
});

test("a require that would close a cycle with a member throws at once and changes nothing", () => {
  const { a, b, c } = graph`a -> b -> c`;
  const queue = new TaskQueue([a.task, b.task, c.task]);
  assert.throws(() => a.task.require(c.task), { message: "a -> b -> c -> a" });
  assert.deepEqual(a.task.prerequisites, []);
  assert.equal(queue.get(), a.task);
});

test("a prerequisite that a member gets later holds it up", async () => {
  const { a, b } = graph`a b`;
  const queue = new TaskQueue([a.task, b.task]);
  b.task.require(a.task);
  assert.equal(queue.get(), a.task);
  assert.equal(queue.get(), undefined);
  await Promise.all([a.task.dispatch(), a.finish()]);
  assert.equal(queue.get(), b.task);
});

test("queues with the same stuck task do not wait for each other", async () => {
  const { a, b, c, x, y } = graph<"a" | "b" | "c" | "x" | "y">`a -> b; a -> c; x; y`;
  const queues = [new TaskQueue([b.task, x.task]), new TaskQueue([b.task, y.task]), new TaskQueue([b.task, c.task])];
  const runs = queues.map((queue) => Array.fromAsync(queue.run()).catch((error: unknown) => error));
  await flush();
  x.finish();
  await flush();
  y.finish();
  const [first, second, third] = await Promise.all(runs);
  assertStalled(first, { b: ["a"] });
  assertStalled(second, { b: ["a"] });
  assertStalled(third, { b: ["a"], c: ["a"] });
  assert.equal(a.task.state, "PENDING");
});

test("a queue waits for a task of a run that is being planned, and learns if that run cannot begin", async () => {
  let last: AnyTask = task("first", () => 0);
  for (let n = 1; n < 200_000; n++) last = task(`t${n}`, { require: last, run: () => n });
  const [inside, end] = [remote("inside"), task("end", { require: last, run: () => 0 })];
  const good = makeLater([inside.task, end]);
  const waiting = new TaskQueue(task("outside", { require: inside.task, run: () => 1 })).run().next();
  assert.equal(inside.running, false, "the graph is large");
  while (!inside.running) await flush(1);
  inside.finish();
  assert.equal(String((await waiting).value), "Task:outside:DONE");
  await good.return();

  const unmade = task("unmade", () => 0);
  const cyclic = task("cyclic", { require: last, run: () => 0 });
  cyclic.require(cyclic.andThen("back", () => 0));
  const bad = makeLater([unmade, cyclic]);
  const stuck = new TaskQueue(task("b", { require: unmade, run: () => 1 })).run().next();
  await assert.rejects(bad.finished, CycleError);
  assertStalled(await now(stuck), { b: ["unmade"] });
});

test("a member that waits for its retry and for what nobody makes is stuck once the delay is over", async () => {
  const clock = virtualClock();
  const { outside } = graph<"outside">`outside`;
  const b = remote("b", { retry: { limit: 1, delay: 10 } });
  const next = new TaskQueue(b.task, { clock }).run().next();
  await flush();
  b.fail();
  await flush();
  b.task.require(outside.task);
  assert.equal(await now(next), PENDING);
  await clock.advance(10);
  assertStalled(await now(next), { b: ["outside"] });
});
