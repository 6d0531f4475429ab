// Failures are data: what a run does with tasks that fail or are cancelled, and with those that wait for them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockedError, CancelledError, make, makeLater, settled, task, type Task, type Transition } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { names, running, starts, states, tasksOf } from "./run-helpers.ts";

test("make yields tasks that failed or were cancelled and does not throw", async () => {
  const { a, b, c } = graph`a b c`;
  const yielded = Array.fromAsync(make(tasksOf(a, b, c), { concurrency: 9 }));
  await flush();
  a.fail(new Error("no"));
  await flush();
  b.task.cancel();
  await flush();
  c.finish();
  assert.equal(names(await yielded), "a b c");
  assert.equal(states(a, b, c), "FAILED CANCELLED DONE");
});

test("a run goes on with whatever is not downstream of a failure", async () => {
  const { a, b, c, d } = graph`a -> b; c -> d`;
  const run = makeLater(tasksOf(b, d), { concurrency: 9 });
  await flush();
  a.fail();
  c.finish();
  await flush();
  assert.deepEqual([states(a, b, c), running(d)], ["FAILED FAILED DONE", "d"]);
  d.finish();
  await run.finished;
});

test("a task under a failed prerequisite fails at once and unrun, while others that it waits for still run", async () => {
  const { a, b, c } = graph`a b -> c`;
  const run = makeLater(c.task, { concurrency: 9 });
  await flush();
  a.fail();
  await flush();
  assert.deepEqual([states(a, b, c), c.starts, c.task.attempts], ["FAILED RUNNING FAILED", 0, 0]);
  b.finish();
  await run.finished;
});

test("the causes of BlockedErrors lead along the failed prerequisites to the root", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  const root = new Error("root");
  const run = makeLater(c.task);
  await flush();
  a.fail(root);
  await run.finished;
  const [second, first] = [c.task.error, b.task.error] as BlockedError[];
  assert.ok(second instanceof BlockedError && first instanceof BlockedError);
  assert.deepEqual([second.cause, first.cause], [first, root]);
  assert.deepEqual([second.blockers, first.blockers], [[b.task], [a.task]]);
  assert.deepEqual([second.task, second.code], [c.task, "ERR_THENCE_BLOCKED"]);
});

test("a BlockedError names all failed prerequisites, and its cause is the error of the first", async () => {
  const { a, b, c, d } = graph`a b c -> d`;
  const first = makeLater(tasksOf(a, b, c), { concurrency: 9 });
  await flush();
  a.finish();
  b.fail(new Error("b"));
  c.fail(new Error("c"));
  await first.finished;
  await makeLater(d.task).finished;
  const error = d.task.error as BlockedError;
  assert.deepEqual([error.blockers, error.cause], [[b.task, c.task], b.task.error]);
});

test("what was thrown is the cause, whatever it is", async () => {
  for (const thrown of ["a string", 0, null]) {
    const { a, b } = graph`a -> b`;
    const run = makeLater(b.task);
    await flush();
    a.fail(thrown);
    await run.finished;
    assert.equal((b.task.error as BlockedError).cause, thrown);
  }
});

test("the transition of a blocked task tells why, and which tasks are to blame", async () => {
  const { a, b, c, d } = graph`a -> b; c -> d`;
  const heard: Transition[] = [];
  for (const { task } of [b, d]) task.on("transition", (transition) => heard.push(transition));
  const run = makeLater(tasksOf(b, d), { concurrency: 9 });
  await flush();
  a.fail();
  c.task.cancel();
  await run.finished;
  assert.deepEqual(
    heard.map(({ event, to, detail }) => [event, to, detail.because, detail.failed, detail.cancelled]),
    [
      ["error", "FAILED", "failed prerequisites", [a.task], undefined],
      ["cancel", "CANCELLED", "cancelled prerequisites", undefined, [c.task]],
    ],
  );
});

test("a task under a cancelled prerequisite is cancelled, unrun", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  const run = makeLater(c.task);
  await flush();
  a.task.cancel("enough");
  await run.finished;
  assert.deepEqual([states(a, b, c), starts(b, c)], ["CANCELLED CANCELLED CANCELLED", "0 0"]);
  assert.ok(b.task.error instanceof CancelledError && c.task.error instanceof CancelledError);
});

test("FAILED wins over CANCELLED among prerequisites, whichever comes first", async () => {
  const { a, b, c, d } = graph`a b -> c; b a -> d`;
  const other = graph`b a`;
  d.task.require(other.b.task, other.a.task);
  const first = makeLater(tasksOf(a, b, other.a, other.b), { concurrency: 9 });
  await flush();
  for (const cancelled of [a, other.b]) cancelled.task.cancel();
  for (const failed of [b, other.a]) failed.fail();
  await first.finished;
  await makeLater(tasksOf(c, d)).finished;
  assert.equal(states(c, d), "FAILED FAILED");
  assert.deepEqual((c.task.error as BlockedError).blockers, [b.task]);
});

test("a shared prerequisite's failure reaches all dependents", async () => {
  const { a } = graph`a`;
  const dependents = Array.from({ length: 20 }, (_, index) => a.task.andThen(`d${index}`, () => 1));
  const further = dependents.map((each) => each.andThen(`after ${each.name}`, () => 2));
  const yielded = Array.fromAsync(make([...dependents, ...further]));
  await flush();
  a.fail();
  assert.equal((await yielded).length, 40);
  assert.ok([...dependents, ...further].every(({ state }) => state === "FAILED"));
  assert.ok(dependents.every(({ error }) => (error as BlockedError).cause === a.task.error));
});

test("a failure reaches the end of a chain of 100,000", async () => {
  const first = remote("first");
  let last: Task<unknown> = first.task;
  for (let n = 0; n < 100_000; n++) last = last.andThen(`t${n}`, () => n);
  const run = makeLater(last);
  await flush(10);
  while (!first.running) await flush();
  first.fail();
  const { failed } = await run.finished;
  assert.equal(failed.length, 100_001);
});

test("a prerequisite that had failed before is not run again and fails its dependent", async () => {
  const { a, b } = graph`a -> b`;
  const first = makeLater(a.task);
  await flush();
  a.fail();
  await first.finished;
  assert.deepEqual(await Array.fromAsync(make(b.task)), [b.task]);
  assert.deepEqual([states(a, b), starts(a, b)], ["FAILED FAILED", "1 0"]);
});

test("a soft edge lets the dependent run whatever became of the prerequisite, and tells it", async () => {
  const { a, b } = graph`a b`;
  const cleanUp = task("clean up", { require: [settled(a.task), settled(b.task)], run: (inputs) => inputs });
  const run = makeLater(cleanUp, { concurrency: 9 });
  await flush();
  const error = new Error("no");
  a.fail(error);
  await flush();
  assert.equal(cleanUp.state, "PENDING");
  b.task.cancel();
  await run.finished;
  assert.deepEqual(cleanUp.result, [
    { state: "FAILED", result: undefined, error },
    { state: "CANCELLED", result: undefined, error: b.task.error },
  ]);
});
