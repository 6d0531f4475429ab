// `retry: true`: failed and cancelled tasks of the graph are made again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CycleError, make, makeLater, makeNow, task, type BlockedError } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { madeBefore, names, playOut, running, starts, states, tasksOf } from "./run-helpers.ts";

test("retry: true returns failed, blocked and cancelled tasks to PENDING and makes them", async () => {
  const { a, b, c, d, e } = graph`a -> b -> e; c -> d -> e`;
  const first = makeLater(e.task, { concurrency: 9 });
  await flush();
  a.fail();
  c.task.cancel();
  await first.finished;
  assert.equal(states(a, b, c, d, e), "FAILED FAILED CANCELLED CANCELLED FAILED");
  const second = makeLater(e.task, { retry: true, concurrency: 9 });
  assert.equal(await playOut(a, b, c, d, e), "a c b d e");
  assert.equal((await second.finished).done.length, 5);
});

test("retry: true acts at the first next(), not before", async () => {
  const { a } = graph`a`;
  const first = makeLater(a.task);
  await flush();
  a.fail();
  await first.finished;
  const run = make(a.task, { retry: true });
  await flush();
  assert.equal(states(a), "FAILED");
  void run.next();
  await flush();
  assert.deepEqual([states(a), starts(a)], ["RUNNING", "2"]);
  a.finish();
  await run.finished;
});

test("retry: true leaves alone what is done, and what is behind it", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  await madeBefore(a, b);
  const first = makeLater(c.task);
  await flush();
  c.fail();
  await first.finished;
  a.task.reset().cancel();
  const second = makeLater(c.task, { retry: true });
  assert.equal(await playOut(a, b, c), "c");
  await second.finished;
  assert.equal(states(a, b, c), "CANCELLED DONE DONE");
});

test("retry: true leaves alone failed tasks that are not in the graph", async () => {
  const { a, b } = graph`a b`;
  const first = makeLater(tasksOf(a, b), { concurrency: 9 });
  await flush();
  a.fail();
  b.fail();
  await first.finished;
  const second = makeLater(a.task, { retry: true });
  assert.equal(await playOut(a, b), "a");
  await second.finished;
  assert.equal(states(a, b), "DONE FAILED");
});

test("with retry: true a repaired task is yielded once, when it has ended again", async () => {
  const { a, b } = graph`a -> b`;
  const first = makeLater(b.task);
  await flush();
  a.fail();
  await first.finished;
  const yielded = Array.fromAsync(make(b.task, { retry: true, every: true }));
  assert.equal(await playOut(a, b), "a b");
  assert.equal(names(await yielded), "a b");
});

test("without retry: true a failed graph stays as it is and is yielded", async () => {
  const { a, b } = graph`a -> b`;
  const first = makeLater(b.task);
  await flush();
  a.fail();
  await first.finished;
  assert.equal(names(await Array.fromAsync(make(b.task))), "b");
  assert.deepEqual([running(a, b), starts(a, b)], ["", "1 0"]);
});

test("a task that is repaired by hand is made again, and its dependents after it", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  const first = makeLater(c.task);
  await flush();
  a.fail();
  await first.finished;
  for (const each of [a, b, c]) each.task.retry();
  const second = makeLater(c.task);
  assert.equal(await playOut(a, b, c), "a b c");
  await second.finished;
  assert.equal(states(a, b, c), "DONE DONE DONE");
});

test("a task that is repaired by hand under a prerequisite that is not fails again", async () => {
  const { a, b } = graph`a -> b`;
  const first = makeLater(b.task);
  await flush();
  a.fail(new Error("root"));
  await first.finished;
  b.task.retry();
  await makeLater(b.task).finished;
  assert.deepEqual([states(a, b), starts(a, b)], ["FAILED FAILED", "1 0"]);
  assert.equal((b.task.error as BlockedError).cause, a.task.error);
});

test("a prerequisite that is reset before its dependent has started is made again first", async () => {
  const { a, b, c } = graph`a c -> b`;
  const run = makeLater(b.task, { concurrency: 9 });
  await flush();
  a.finish("stale");
  await flush();
  a.task.reset();
  c.finish();
  await flush();
  assert.equal(running(a, b, c), "a");
  a.finish("fresh");
  await flush();
  b.finish();
  assert.deepEqual([(await run.finished).done.length, a.task.result, starts(a, b, c)], [3, "fresh", "2 1 1"]);
});

test("a require by a listener cannot close a circle through a task that is still to be repaired", async () => {
  const t2 = task("t2", () => Promise.reject(new Error("broken")));
  const t3 = task("t3", () => 3);
  const t8 = task("t8", { require: t3, run: () => 8 });
  t8.cancel();
  await makeNow(t2);
  let refused: unknown;
  t2.once("PENDING", () => {
    try {
      t3.require(t8);
    } catch (error) {
      refused = error;
    }
  });
  await makeNow([t2, t3, t8], { retry: true });
  assert.ok(refused instanceof CycleError);
  assert.deepEqual([t3.state, t8.state], ["DONE", "DONE"]);
});
