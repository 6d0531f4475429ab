// `make` when all goes well: what it starts and when, what it yields and in which order.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, task, type Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { madeBefore, names, running, starts, states, tasksOf } from "./run-helpers.ts";

test("make starts nothing before the first next()", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task);
  await flush();
  assert.deepEqual([starts(a, b), states(a, b)], ["0 0", "PENDING PENDING"]);
  void run.next();
  await flush();
  assert.equal(running(a, b), "a");
  a.finish();
  await flush();
  b.finish();
  await run.finished;
});

/** Whether something happens at once in one of a few tries: on a busy machine the turn may be used up in between. */
async function atOnce(attempt: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 5; tries++) {
    await flush();
    if (attempt()) return true;
  }
  return false;
}

test("what can start starts within the first next() call, or within makeLater", async () => {
  for (const begin of [(c: Task<unknown>) => make(c).next(), (c: Task<unknown>) => makeLater(c)]) {
    const starts = (): boolean => {
      const { a, b, c } = graph`a b -> c`;
      void begin(c.task);
      return running(a, b, c) === "a b" && states(a, b, c) === "RUNNING RUNNING PENDING";
    };
    assert.ok(await atOnce(starts));
  }
});

test("a function that does not wait has ended when the first next() call returns", async () => {
  const ends = (): boolean => {
    const sync = task("sync", () => "result");
    void make(sync).next();
    return sync.state === "DONE" && sync.result === "result";
  };
  assert.ok(await atOnce(ends));
});

test("make completes a task's prerequisites first and yields only the task that was requested", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  const yielded = Array.fromAsync(make(c.task));
  for (const each of [a, b, c]) {
    await flush();
    assert.equal(running(a, b, c), each.task.name);
    each.finish();
  }
  assert.deepEqual(await yielded, [c.task]);
  assert.equal(states(a, b, c), "DONE DONE DONE");
});

test("requested tasks are yielded in the order in which they end", async () => {
  const { a, b, c } = graph`a b c`;
  const yielded = Array.fromAsync(make(tasksOf(a, b, c), { concurrency: 3 }));
  await flush();
  for (const each of [c, a, b]) each.finish();
  assert.equal(names(await yielded), "c a b");
});

test("a task that was asked for twice is made and yielded once", async () => {
  const { a } = graph`a`;
  const yielded = Array.fromAsync(make([a.task, a.task]));
  await flush();
  a.finish();
  assert.deepEqual([names(await yielded), a.starts], ["a", 1]);
});

test("a requested task that another requested one requires is yielded too", async () => {
  const { a, b } = graph`a -> b`;
  const yielded = Array.fromAsync(make([b.task, a.task]));
  await flush();
  a.finish();
  await flush();
  b.finish();
  assert.equal(names(await yielded), "a b");
});

test("a task that many require is made once", async () => {
  const { a, b, c, d } = graph`a -> b c -> d`;
  const run = makeLater(d.task, { concurrency: 9 });
  await flush();
  a.finish();
  await flush();
  b.finish();
  c.finish();
  await flush();
  d.finish();
  await run.finished;
  assert.equal(starts(a, b, c, d), "1 1 1 1");
});

test("a task starts when its last prerequisite is done, whatever else runs on its level", async () => {
  const { a, b, c, d } = graph`a -> c; b -> d`;
  void makeLater(tasksOf(c, d), { concurrency: 9 });
  await flush();
  a.finish();
  await flush();
  assert.equal(running(a, b, c, d), "b c");
  c.finish();
  await flush();
  assert.equal(states(a, b, c, d), "DONE RUNNING DONE PENDING");
});

test("tasks go on whether or not their consumer asks for the next one", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(tasksOf(a, b));
  void run.next();
  a.finish();
  await flush();
  b.finish();
  await flush();
  assert.equal(states(a, b), "DONE DONE");
  assert.deepEqual(await run.next(), { value: b.task, done: false });
});

test("with every the prerequisites are yielded too", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  const yielded = Array.fromAsync(make(c.task, { every: true }));
  for (const each of [a, b, c]) {
    await flush();
    each.finish();
  }
  assert.equal(names(await yielded), "a b c");
});

test("with every each task is yielded once, requested or not", async () => {
  const { a, b } = graph`a -> b`;
  const yielded = Array.fromAsync(make(tasksOf(b, a, b), { every: true }));
  await flush();
  a.finish();
  await flush();
  b.finish();
  assert.equal(names(await yielded), "a b");
});

test("with every a prerequisite that was settled before is yielded too, and what is behind it is not", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  await madeBefore(a, b);
  const yielded = Array.fromAsync(make(c.task, { every: true }));
  await flush();
  c.finish();
  assert.equal(names(await yielded), "b c");
});

test("a prerequisite that is done is not made again", async () => {
  const { a, b } = graph`a -> b`;
  await madeBefore(a);
  const second = makeLater(b.task);
  await flush();
  assert.equal(running(a, b), "b");
  b.finish();
  await second.finished;
  assert.equal(starts(a, b), "1 1");
});

test("a requested task that is settled is yielded at once, and its prerequisites are left alone", async () => {
  for (const end of ["DONE", "FAILED", "CANCELLED"]) {
    const { a, b } = graph`a -> b`;
    const first = makeLater(b.task);
    await flush();
    a.finish();
    await flush();
    if (end === "DONE") b.finish();
    else if (end === "FAILED") b.fail();
    else b.task.cancel();
    await first.finished;
    a.task.reset();
    assert.deepEqual(await Array.fromAsync(make(b.task)), [b.task]);
    assert.deepEqual([states(a, b), starts(a, b)], [`PENDING ${end}`, "1 1"]);
  }
});

test("edges may be added between make() and the first next()", async () => {
  const { a, b } = graph`a; b`;
  const run = make(b.task);
  b.task.require(a.task);
  void run.next();
  await flush();
  assert.equal(running(a, b), "a");
  a.finish();
  await flush();
  b.finish();
  assert.equal((await run.finished).done.length, 2);
});

test("a task without a function is done with undefined once its prerequisites are", async () => {
  const { a, b } = graph`a b`;
  const group = task("group", { require: [a.task, b.task] });
  const run = makeLater(group);
  await flush();
  a.finish(1);
  await flush();
  assert.equal(group.state, "PENDING");
  b.finish(2);
  await run.finished;
  assert.deepEqual([group.state, group.result], ["DONE", undefined]);
});

test("make takes any iterable of tasks, and reads it once", async () => {
  const [a, b] = [task("a", () => 1), task("b", () => 2)];
  function* tasks() {
    yield a;
    yield b;
  }
  assert.equal(names(await Array.fromAsync(make(tasks()))), "a b");
  assert.equal(names(await Array.fromAsync(make(new Set([a, b])))), "a b");
});

test("a run of no tasks is over at once", async () => {
  const run = make([]);
  assert.deepEqual(await run.next(), { value: undefined, done: true });
  assert.deepEqual((await run.finished).done, []);
});

test("names of every kind are made and told apart by task", async () => {
  const strange = ["__proto__", "constructor", "toString", "a -> b", '"', "\n", "👩‍👩‍👧", "x".repeat(10_000)];
  const remotes = strange.map((name) => remote(name));
  const twins = [remote("twin"), remote("twin")];
  const last = task("then", { require: tasksOf(...remotes, ...twins), run: (inputs) => inputs });
  const run = makeLater(last, { concurrency: Infinity });
  await flush();
  for (const [index, each] of [...remotes, ...twins].entries()) each.finish(index);
  await run.finished;
  assert.deepEqual(last.result, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
