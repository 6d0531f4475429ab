// What only the graph can tell: cycles, tasks in PREPARE, resources and queues that the run lacks. Nothing runs, nothing changes.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { CycleError, make, makeLater, settled, TransitionError, type MakeOptions, type Task } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { madeBefore, names, running, starts, states, tasksOf } from "./run-helpers.ts";

/** The error of the first `next()`; `finished` has to reject with the same. */
async function refusal(tasks: Task<unknown> | Task<unknown>[], options?: MakeOptions): Promise<unknown> {
  const run = make(tasks, options);
  const error = await run.next().then(
    () => assert.fail("next() did not reject"),
    (reason: unknown) => reason,
  );
  await assert.rejects(run.finished, (same) => same === error);
  return error;
}

test("a cycle rejects the first next() and finished, and names its path from prerequisite to dependent", async () => {
  const { a, b, c, d, e } = graph`a -> b -> c -> a; c -> d; e -> d`;
  const error = await refusal(d.task);
  assert.ok(error instanceof CycleError);
  assert.equal(error.code, "ERR_THENCE_CYCLE");
  assert.deepEqual(new Set(error.path), new Set(tasksOf(a, b, c)));
  for (const [index, task] of error.path.entries()) {
    const dependent = error.path[(index + 1) % error.path.length] as Task<unknown>;
    assert.ok([...dependent.prerequisites].includes(task), `${dependent.name} requires ${task.name}`);
  }
  const [first] = error.path;
  assert.equal(error.message, [...error.path, first as Task<unknown>].map(({ name }) => name).join(" -> "));
  assert.deepEqual([starts(a, b, c, d, e), states(a, b, c, d, e)], ["0 0 0 0 0", "PENDING ".repeat(5).trim()]);
});

test("a cycle of two reads a -> b -> a", async () => {
  const { a } = graph`a -> b -> a`;
  const error = await refusal(a.task);
  assert.match((error as Error).message, /^(a -> b -> a|b -> a -> b)$/);
});

test("a cycle is found before anything runs, also what could have started", async () => {
  const { a, b, c, d } = graph`a; b; c -> d -> c`;
  assert.ok((await refusal(tasksOf(a, b, c))) instanceof CycleError);
  await flush();
  assert.deepEqual([starts(a, b, c, d), states(a, b, c, d)], ["0 0 0 0", "PENDING PENDING PENDING PENDING"]);
});

test("tasks with the same name are no cycle, and a cycle among them is found by task", async () => {
  const [one, two] = [remote("x"), remote("x")];
  two.task.require(one.task);
  const run = makeLater(two.task);
  await flush();
  one.finish();
  await flush();
  two.finish();
  await run.finished;
  const [three, four] = [remote("x"), remote("x")];
  three.task.require(four.task);
  four.task.require(three.task);
  assert.equal(((await refusal(three.task)) as CycleError).path.length, 2);
});

test("a cycle of 100,000 tasks is found", async () => {
  const ring = Array.from({ length: 100_000 }, (_, index) => remote(`t${index}`).task);
  for (const [index, task] of ring.entries()) task.require(ring.at(index - 1) as Task<unknown>);
  const error = await refusal(ring[5] as Task<unknown>);
  assert.equal((error as CycleError).path.length, 100_000);
});

test("a cycle that was closed between make() and the first next() is found", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task);
  a.task.require(b.task);
  await assert.rejects(run.next(), CycleError);
  assert.equal(states(a, b), "PENDING PENDING");
});

test("a cycle through a soft edge is a cycle", async () => {
  const { a, b } = graph`a -> b`;
  a.task.require(settled(b.task));
  assert.ok((await refusal(a.task)) instanceof CycleError);
  assert.equal(states(a, b), "PENDING PENDING");
});

test("after a cycle every pending next() settles, and the same tasks can be made once they are sound", async () => {
  const { a, b, c } = graph`a -> b -> a; c`;
  const run = make(tasksOf(a, c));
  const nexts = await Promise.allSettled([run.next(), run.next(), run.next()]);
  assert.equal(nexts[0].status, "rejected");
  const again = makeLater(c.task);
  await flush();
  c.finish();
  assert.equal((await again.finished).done.length, 1);
  assert.equal(starts(a, b, c), "0 0 1");
});

test("a refused run that nobody looks at is no unhandled rejection", async () => {
  const { a } = graph`a -> b -> a`;
  const run = makeLater(a.task);
  await flush();
  await assert.rejects(run.next(), CycleError);
  await assert.rejects(run.finished, CycleError);
  const unread = makeLater(a.task);
  await flush();
  assert.ok(unread);
});

test("a task in PREPARE anywhere in the graph rejects with a TransitionError before anything runs", async () => {
  const { a, c } = graph`a; c`;
  const b = remote("b", { state: "PREPARE" });
  c.task.require(a.task, b.task);
  const error = await refusal(c.task);
  assert.ok(error instanceof TransitionError);
  assert.deepEqual([error.task, error.state, error.code], [b.task, "PREPARE", "ERR_THENCE_TRANSITION"]);
  assert.deepEqual([starts(a, b, c), states(a, b, c)], ["0 0 0", "PENDING PREPARE PENDING"]);
});

test("a task that was prepared after make() and before the first next() is made", async () => {
  const a = remote("a", { state: "PREPARE" });
  const run = make(a.task);
  a.task.prepared();
  void run.next();
  await flush();
  assert.equal(running(a), "a");
  a.finish();
  await run.finished;
});

test("what is behind a settled task is not looked at, even a task in PREPARE", async () => {
  const a = remote("a");
  await madeBefore(a);
  a.task.reset().require(remote("late", { state: "PREPARE" }).task);
  a.task.cancel();
  assert.equal(names(await Array.fromAsync(make(a.task))), "a");
});

test("a task that uses more of a resource than exists rejects with a RangeError before anything runs", async () => {
  const a = remote("a");
  const b = remote("b", { uses: { db: 3 } });
  b.task.require(a.task);
  const error = await refusal(b.task, { resources: { db: 2 } });
  assert.ok(error instanceof RangeError);
  assert.match(error.message, /"b".*db/);
  assert.deepEqual([starts(a, b), states(a, b)], ["0 0", "PENDING PENDING"]);
});

test("a resource that the run does not name counts as 0, whatever its name", async () => {
  for (const name of ["db", "constructor", "toString", "__proto__"]) {
    const uses: Record<string, number> = Object.fromEntries([[name, 1]]);
    assert.ok((await refusal(remote("a", { uses }).task)) instanceof RangeError, name);
  }
  const none = remote("none", { uses: { db: 0 } });
  const run = makeLater(none.task);
  await flush();
  none.finish();
  assert.equal((await run.finished).done.length, 1);
});

test("a task that names a queue which the run lacks rejects before anything runs", async () => {
  const a = remote("a");
  for (const queue of ["gpu", "constructor", "__proto__"]) {
    const b = remote("b", { queue });
    b.task.require(a.task);
    const error = await refusal(b.task, { queues: { cpu: (run) => run() } });
    assert.match(String(error), new RegExp(`"b".*${queue}`));
    assert.deepEqual([starts(a, b), states(a, b)], ["0 0", "PENDING PENDING"]);
  }
});

test("retry: true with a cycle repairs nothing", async () => {
  const { a, b, c } = graph`a; b -> c`;
  const first = makeLater(a.task);
  await flush();
  a.fail();
  await first.finished;
  b.task.require(a.task, c.task);
  assert.ok((await refusal(c.task, { retry: true })) instanceof CycleError);
  assert.equal(states(a, b, c), "FAILED PENDING PENDING");
});

test("a refused run leaves no listener on its signal and no timer", async () => {
  const clock = virtualClock();
  const { a } = graph`a -> b -> a`;
  const { signal } = new AbortController();
  assert.ok((await refusal(a.task, { signal, clock })) instanceof CycleError);
  assert.deepEqual([getEventListeners(signal, "abort").length, clock.pending], [0, 0]);
});
