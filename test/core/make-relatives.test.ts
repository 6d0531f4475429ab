// `makeNow`, `makeLater` and `task.make()`: the same run, begun and awaited in other ways.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BlockedError,
  CancelledError,
  CycleError,
  makeLater,
  makeNow,
  Run,
  settled,
  task,
  TransitionError,
} from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { names, running, states, tasksOf } from "./run-helpers.ts";

test("makeNow resolves with the completed tasks when all is over", async () => {
  const { a, b, c } = graph`a -> b; c`;
  const made = makeNow(tasksOf(b, c), { concurrency: 2 });
  await flush();
  c.finish();
  a.finish();
  await flush();
  b.finish("b");
  assert.deepEqual(new Set(await made), new Set(tasksOf(b, c)));
});

test("makeNow does not throw for tasks that fail or are cancelled", async () => {
  const { a, b } = graph`a b`;
  const made = makeNow(tasksOf(a, b), { concurrency: 2 });
  await flush();
  a.fail();
  b.task.cancel();
  assert.deepEqual(new Set(await made), new Set(tasksOf(a, b)));
  assert.equal(states(a, b), "FAILED CANCELLED");
});

test("makeNow rejects for what make rejects for", async () => {
  const { a } = graph`a -> b -> a`;
  await assert.rejects(makeNow(a.task), CycleError);
});

test("makeLater returns a Run that has already started", async () => {
  const { a, b } = graph`a -> b`;
  const run = makeLater(b.task);
  assert.ok(run instanceof Run);
  await flush();
  assert.equal(running(a, b), "a");
  a.finish();
  await flush();
  b.finish();
  assert.deepEqual((await run.finished).done.length, 2);
});

test("a run that was started by makeLater can be iterated afterwards and yields everything requested", async () => {
  const { a, b } = graph`a b`;
  const run = makeLater(tasksOf(a, b), { concurrency: 2 });
  await flush();
  a.finish();
  b.finish();
  await run.finished;
  assert.equal(names(await Array.fromAsync(run)), "a b");
});

test("task.make() makes the prerequisites and resolves with the result", async () => {
  const three = task("three", () => 3);
  const squared = three.andThen("squared", (n) => n * n);
  assert.equal(await squared.make(), 9);
  assert.equal(await squared.make(), 9);
  assert.deepEqual([three.attempts, squared.attempts], [1, 1]);
});

test("task.make() throws the task's error, unchanged, whatever it is", async () => {
  for (const thrown of [new TypeError("wrong"), "a string", undefined, null, 0, { some: "object" }]) {
    const failing = task("failing", () => {
      throw thrown;
    });
    const outcome = await failing.make().then(
      () => "no error",
      (error: unknown) => [error],
    );
    assert.deepEqual(outcome, [thrown]);
    assert.equal(failing.error, thrown);
  }
});

test("task.make() throws a BlockedError under a failed prerequisite and a CancelledError under a cancelled one", async () => {
  const { a, b } = graph`a -> b`;
  const made = b.task.make();
  await flush();
  a.fail(new Error("root"));
  await assert.rejects(made, (error) => error instanceof BlockedError && error === b.task.error);
  const { c, d } = graph`c -> d`;
  const other = d.task.make();
  await flush();
  c.task.cancel("enough");
  await assert.rejects(other, (error) => error instanceof CancelledError && error === d.task.error);
});

test("task.make() takes the options of make", async () => {
  const { a, b, c } = graph`a b -> c`;
  const made = c.task.make({ concurrency: 1 });
  await flush();
  assert.equal(running(a, b, c), "a");
  a.finish();
  await flush();
  b.finish();
  await flush();
  c.finish("c");
  assert.equal(await made, "c");
});

test("task.make() rejects if its run ends without having started the task", async () => {
  const { a } = graph`a`;
  const cleanUp = task("clean up", { require: settled(a.task), run: () => 1 });
  const made = cleanUp.make({ failFast: true });
  await flush();
  a.fail();
  await assert.rejects(made);
  assert.equal(cleanUp.state, "PENDING");
});

test("makeNow with every resolves with the prerequisites too, and without tasks with none", async () => {
  const { a, b } = graph`a -> b`;
  const made = makeNow(b.task, { every: true });
  await flush();
  a.finish();
  await flush();
  b.finish();
  assert.deepEqual(new Set(await made), new Set(tasksOf(a, b)));
  assert.deepEqual(await makeNow([]), []);
});

test("task.make() of a task in PREPARE rejects with a TransitionError, and of a failed one with its error", async () => {
  const early = task("early", { state: "PREPARE", run: () => 1 });
  await assert.rejects(early.make(), TransitionError);
  assert.equal(early.state, "PREPARE");
  const { a } = graph`a`;
  const first = a.task.make();
  await flush();
  const error = new Error("kept");
  a.fail(error);
  for (const made of [first, a.task.make()]) await assert.rejects(made, (thrown) => thrown === error);
  assert.equal(a.starts, 1);
});

test("task.make() tells how the task ended in its run, though it has been reset or retried since", async () => {
  const five = task("five", async () => 5);
  const made = five.make();
  await five.join();
  five.reset();
  assert.equal(await made, 5);
  await five.make();
  const again = five.make();
  five.reset();
  assert.equal(await again, 5, "also if it had been DONE before");
  const cancelled = five.make();
  five.cancel("why");
  (await five.join()).retry();
  await assert.rejects(cancelled, { code: "ERR_THENCE_CANCELLED", reason: "why" });
});

test("task.make() with retry: true makes a broken task again and tells what came of that", async () => {
  let runs = 0;
  const flaky = task("flaky", () => (++runs === 1 ? Promise.reject(new Error("first")) : runs));
  await assert.rejects(flaky.make(), /first/);
  await assert.rejects(flaky.make(), /first/);
  assert.equal(await flaky.make({ retry: true }), 2);
});

test("task.make() of a task that a failure elsewhere has kept from starting names that failure", async () => {
  const broken = task("broken", () => Promise.reject(new Error("root")));
  const after = task("after", { require: settled(broken), run: () => 1 });
  await assert.rejects(after.make({ failFast: true }), (error) => {
    assert.ok(error instanceof BlockedError);
    assert.deepEqual([error.blockers, (error.cause as Error).message], [[broken], "root"]);
    return /task "after" is blocked by "broken" \(FAILED\)/.test(error.message);
  });
});
