// `require` during a run: new prerequisites are made as well, and what the run could not cope with is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockedError, CycleError, make, makeLater, task, TransitionError, type Task } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { names, playOut, running, starts, states, tasksOf } from "./run-helpers.ts";

test("a prerequisite that is added during a run is made first, with all that it requires", async () => {
  const { a, b, x, y } = graph<"a" | "b" | "x" | "y">`a -> b; x -> y`;
  const run = makeLater(b.task, { concurrency: 1 });
  await flush();
  b.task.require(y.task);
  assert.equal(await playOut(a, b, x, y), "a x y b");
  assert.deepEqual(new Set((await run.finished).done), new Set(tasksOf(a, b, x, y)));
});

test("a prerequisite may be added by a function, or by a listener, of the run", async () => {
  const { b, x, y } = graph<"b" | "x" | "y">`b; x; y`;
  const a = task("a", () => void b.task.require(x.task));
  a.on("DONE", () => b.task.require(y.task));
  b.task.require(a);
  const run = makeLater(b.task, { concurrency: 9 });
  assert.equal(await playOut(b, x, y), "x y b");
  await run.finished;
});

test("block() during a run is the same from the other end", async () => {
  const { a, b, x } = graph<"a" | "b" | "x">`a -> b; x`;
  const run = makeLater(b.task, { concurrency: 1 });
  await flush();
  x.task.block(b.task);
  assert.equal(await playOut(a, b, x), "a x b");
  await run.finished;
});

test("a prerequisite that is added between tasks of the run only orders them", async () => {
  const { a, b, c } = graph`a; b; c`;
  const run = makeLater(tasksOf(a, b, c), { concurrency: 1 });
  await flush();
  b.task.require(c.task);
  assert.equal(await playOut(a, b, c), "a c b");
  assert.equal(starts(a, b, c), "1 1 1");
  await run.finished;
});

test("a prerequisite that is done already changes nothing, and one that has failed fails the task at once", async () => {
  const { x, y } = graph<"x" | "y">`x y`;
  const before = makeLater(tasksOf(x, y), { concurrency: 9 });
  await flush();
  x.finish();
  y.fail(new Error("root"));
  await before.finished;
  const { a, b, c } = graph`a -> b c`;
  const run = makeLater(tasksOf(b, c), { concurrency: 9 });
  await flush();
  b.task.require(x.task);
  c.task.require(y.task);
  await flush();
  assert.equal(states(a, b, c), "RUNNING PENDING FAILED");
  assert.ok(c.task.error instanceof BlockedError && c.task.error.cause === y.task.error);
  a.finish();
  await flush();
  b.finish();
  await run.finished;
});

test("a prerequisite that is under way elsewhere is waited for", async () => {
  const { a, b, x } = graph<"a" | "b" | "x">`a -> b; x`;
  const run = makeLater(b.task, { concurrency: 9 });
  void x.task.dispatch();
  await flush();
  b.task.require(x.task);
  a.finish();
  await flush();
  assert.equal(running(b, x), "x");
  x.finish();
  assert.equal(await playOut(b), "b");
  assert.equal((await run.finished).done.length, 3);
});

test("what is required late is yielded with every and not without", async () => {
  for (const every of [true, false]) {
    const { a, b, x } = graph<"a" | "b" | "x">`a -> b; x`;
    const run = make(b.task, { every, concurrency: 1 });
    const yielded = Array.fromAsync(run);
    await flush();
    b.task.require(x.task);
    assert.equal(await playOut(a, b, x), "a x b");
    assert.equal(names(await yielded), every ? "a x b" : "b");
  }
});

test("a task that waits for its retry may get a prerequisite, and waits for both", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 100 } });
  const { x } = graph<"x">`x`;
  const run = makeLater(a.task, { clock, concurrency: 9 });
  await flush();
  a.fail();
  await flush();
  a.task.require(x.task);
  await flush();
  assert.equal(running(a, x), "x");
  await clock.advance(100);
  assert.equal(starts(a, x), "1 1");
  x.finish();
  assert.equal(await playOut(a), "a");
  assert.equal((await run.finished).done.length, 2);
});

test("a task that waits for its retry fails at once when it gets a prerequisite that has failed", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 60_000 } });
  const { x } = graph<"x">`x`;
  const before = makeLater(x.task);
  await flush();
  x.fail();
  await before.finished;
  const run = makeLater(a.task, { clock });
  await flush();
  a.fail();
  await flush();
  a.task.require(x.task);
  await run.finished;
  assert.deepEqual([states(a), a.starts, clock.pending], ["FAILED", 1, 0]);
  assert.ok(a.task.error instanceof BlockedError);
});

test("a prerequisite with a great many ways through what is behind it may be added", async () => {
  let end = task("end", () => 0);
  for (let step = 0; step < 200; step++) {
    const detour = task("detour", { require: end, run: () => 0 });
    end = task("step", { require: [detour, end], run: () => 0 });
  }
  const { a, b } = graph`a -> b`;
  const run = makeLater([b.task, end], { concurrency: 1 });
  b.task.require(end);
  assert.equal(await playOut(a, b), "a b");
  assert.equal((await run.finished).done.length, 403);
});

/** What tasks require, and the error with which a `require` is refused. */
function refused(dependent: Task<unknown>, ...tasks: Task<unknown>[]): unknown {
  const before = [...dependent.prerequisites];
  const dependents = tasks.flatMap((each) => each.dependents);
  let error: unknown;
  assert.throws(
    () => dependent.require(tasks),
    (thrown) => {
      error = thrown;
      return true;
    },
  );
  assert.deepEqual(dependent.prerequisites, before);
  assert.deepEqual(
    tasks.flatMap((each) => each.dependents),
    dependents,
  );
  return error;
}

test("a require during a run that would close a cycle throws at once and changes nothing", async () => {
  const { a, b, c, x } = graph<"a" | "b" | "c" | "x">`a -> b -> c; x`;
  const run = makeLater(c.task, { concurrency: 1 });
  await flush();
  const error = refused(b.task, x.task, c.task);
  assert.ok(error instanceof CycleError);
  assert.equal(names(error.path).split(" ").toSorted().join(" "), "b c");
  x.task.require(c.task);
  assert.ok(refused(b.task, x.task) instanceof CycleError, "also through a task that is in no run");
  assert.equal(await playOut(a, b, c, x), "a b c");
  assert.equal((await run.finished).done.length, 3);
});

test("a require during a run of tasks that are in a cycle of their own throws and changes nothing", async () => {
  const { a, b, x, y } = graph<"a" | "b" | "x" | "y">`a -> b; x -> y -> x`;
  const run = makeLater(b.task, { concurrency: 1 });
  await flush();
  assert.ok(refused(b.task, x.task) instanceof CycleError);
  assert.equal(await playOut(a, b, x, y), "a b");
  assert.equal((await run.finished).done.length, 2);
});

test("a require during a run of a task in PREPARE, also far behind, throws and changes nothing", async () => {
  const prepare = remote("prepare", { state: "PREPARE" });
  const { a, b, x } = graph<"a" | "b" | "x">`a -> b; x`;
  x.task.require(prepare.task);
  const run = makeLater(b.task, { concurrency: 1 });
  await flush();
  for (const each of [prepare, x]) assert.ok(refused(b.task, each.task) instanceof TransitionError);
  assert.equal(await playOut(a, b, x), "a b");
  await run.finished;
});

test("a require during a run of what its resources or queues cannot serve throws and changes nothing", async () => {
  const { a, b } = graph`a -> b`;
  const [greedy, lost] = [remote("greedy", { uses: { db: 2 } }), remote("lost", { queue: "gpu" })];
  const run = makeLater(b.task, { concurrency: 1, resources: { db: 1 } });
  await flush();
  assert.ok(refused(b.task, greedy.task) instanceof RangeError);
  assert.ok(refused(b.task, lost.task) instanceof Error);
  assert.equal(await playOut(a, b), "a b");
  await run.finished;
});

test("a task that runs, is queued or has ended refuses prerequisites, with the event require", async () => {
  const { a, b, c, x } = graph<"a" | "b" | "c" | "x">`a b c; x`;
  c.task.require(b.task);
  const run = makeLater(tasksOf(a, c), { queue: (start, { name }) => (name === "a" ? start() : undefined) });
  await flush();
  for (const [each, state] of [
    [a, "RUNNING"],
    [b, "QUEUED"],
  ] as const) {
    const error = refused(each.task, x.task);
    assert.ok(error instanceof TransitionError);
    assert.deepEqual([error.event, error.state, error.task], ["require", state, each.task]);
  }
  a.finish();
  await flush();
  assert.ok(refused(a.task, x.task) instanceof TransitionError);
  await run.return();
});

test("of several prerequisites that are added at once all are, or none", async () => {
  const { a, b, x, y } = graph<"a" | "b" | "x" | "y">`a -> b; x; y`;
  const run = makeLater(b.task, { concurrency: 1 });
  await flush();
  assert.ok(refused(b.task, x.task, y.task, b.task) instanceof CycleError);
  assert.equal(await playOut(a, b, x, y), "a b");
  assert.equal((await run.finished).done.length, 2);
  assert.equal(states(x, y), "PENDING PENDING");
});

test("a cycle that a reset closes during a run fails the task that was reset", async () => {
  const x = task("x", () => 1);
  const b = task("b", { require: x, run: () => 1 });
  await b.make();
  const slow = remote("slow");
  const a = task("a", { require: [b, slow.task], run: () => 1 });
  x.reset().require(a); // nobody makes x at present
  const run = makeLater(a);
  await flush();
  b.reset();
  slow.finish();
  await run.finished;
  assert.ok(b.error instanceof CycleError, String(b.error));
  assert.deepEqual([b.error.message, a.state], ["x -> b -> a -> x", "FAILED"]);
});

test("a settled task that comes back to life during a run fails if the run lacks what it wants", async () => {
  for (const options of [{ uses: { db: 1 } }, { queue: "gpu" }]) {
    const a = task("a", { ...options, run: () => 1 });
    await a.dispatch();
    const slow = remote("slow");
    const run = makeLater(task("c", { require: [a, slow.task], run: () => 0 }));
    await flush();
    a.reset();
    slow.finish();
    await run.finished;
    assert.ok(a.error instanceof RangeError, String(a.error));
  }
});
