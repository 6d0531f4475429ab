// Tasks that more than one run wants, or that the user has started: waited for, never run twice, never signalled by the wrong one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { names, playOut, running, starts, states, tasksOf } from "./run-helpers.ts";

test("a task that two runs want is run once, and both yield it", async () => {
  const { a } = graph`a`;
  const yielded = [Array.fromAsync(make(a.task)), Array.fromAsync(make(a.task))];
  await flush();
  a.finish();
  assert.deepEqual(await Promise.all(yielded), [[a.task], [a.task]]);
  assert.equal(a.starts, 1);
});

test("runs of overlapping graphs make each task once and each its own dependents", async () => {
  const { a, b, c } = graph`a -> b c`;
  const runs = [makeLater(b.task), makeLater(c.task)];
  await flush();
  a.finish();
  await flush();
  assert.equal(running(a, b, c), "b c");
  b.finish();
  c.finish();
  for (const run of runs) assert.equal((await run.finished).done.length, 2);
  assert.equal(starts(a, b, c), "1 1 1");
});

test("a failure in one run reaches the dependents in another", async () => {
  const { a, b, c } = graph`a -> b c`;
  const runs = [makeLater(b.task), makeLater(c.task)];
  await flush();
  a.fail();
  for (const run of runs) assert.equal((await run.finished).failed.length, 2);
  assert.equal(states(a, b, c), "FAILED FAILED FAILED");
});

test("a task that has no slot in one run is run by another, once", async () => {
  const { a, b } = graph`a b`;
  const first = makeLater(tasksOf(a, b), { concurrency: 1 });
  await flush();
  const second = makeLater(b.task);
  await flush();
  assert.equal(running(a, b), "a b");
  b.finish();
  await second.finished;
  a.finish();
  await first.finished;
  assert.equal(starts(a, b), "1 1");
});

test("a hundred runs of one graph make each task once", async () => {
  const { a, b, c, d } = graph`a b -> c -> d`;
  const runs = Array.from({ length: 100 }, () => makeLater(d.task, { concurrency: 2 }));
  assert.equal(await playOut(a, b, c, d), "a b c d");
  for (const run of runs) assert.equal((await run.finished).done.length, 4);
  assert.deepEqual(
    [a, b, c, d].map(({ mostAtOnce }) => mostAtOnce),
    [1, 1, 1, 1],
  );
});

test("a task that the user has dispatched is waited for and not run twice", async () => {
  const { a, b } = graph`a -> b`;
  const result = a.task.dispatch();
  const run = makeLater(b.task);
  await flush();
  assert.deepEqual([states(a, b), starts(a, b)], ["RUNNING PENDING", "1 0"]);
  a.finish(1);
  assert.equal(await result, 1);
  await flush();
  assert.equal(running(a, b), "b");
  b.finish();
  assert.equal((await run.finished).done.length, 2);
});

test("a task that the user dispatches during the run is not started by the run", async () => {
  const { a, b, c } = graph`a b -> c`;
  const run = makeLater(c.task, { concurrency: 1 });
  await flush();
  void b.task.dispatch();
  await flush();
  a.finish();
  await flush();
  assert.deepEqual([running(a, b, c), starts(a, b, c)], ["b", "1 1 0"]);
  b.finish();
  await flush();
  c.finish();
  await run.finished;
});

test("a task that is settled from outside releases its dependents", async () => {
  const { a, b, c, d } = graph`a -> b; c -> d`;
  const run = makeLater(tasksOf(b, d), { concurrency: 9 });
  await flush();
  a.task.done("from outside");
  c.task.fail(new Error("from outside"));
  await flush();
  assert.deepEqual([states(a, b, c, d), b.inputs.length], ["DONE RUNNING FAILED FAILED", 1]);
  b.finish();
  await run.finished;
});

test("a cancelled run neither signals nor cancels what another run has started", async () => {
  const { a, b, c } = graph`a -> b; c`;
  const first = makeLater(a.task);
  const second = makeLater(tasksOf(b, c));
  await flush();
  second.cancel();
  await flush();
  assert.deepEqual([states(a, b, c), a.context.signal.aborted], ["RUNNING CANCELLED CANCELLED", false]);
  a.finish();
  await Promise.all([first.finished, second.finished]);
  assert.equal(states(a), "DONE");
});

test("leaving a run, or its failFast, does not signal what another run or the user has started", async () => {
  for (const owner of ["run", "user"]) {
    for (const way of ["leave", "abort"]) {
      const { a, b, c } = graph`a -> b; c`;
      if (owner === "run") void makeLater(a.task);
      else void a.task.dispatch();
      const second = makeLater(tasksOf(b, c), { failFast: "abort", concurrency: 9 });
      await flush();
      if (way === "leave") await second.return();
      else c.fail();
      await flush();
      assert.deepEqual([states(a, b), a.context.signal.aborted], ["RUNNING PENDING", false]);
      a.finish();
      await second.finished;
      assert.equal(states(a, b), "DONE PENDING");
    }
  }
});

test("a task that another run releases is taken over", async () => {
  for (const way of ["leave", "failFast"]) {
    const { a, b, c } = graph`a -> b; c`;
    const first = makeLater(tasksOf(a, c), { failFast: "abort", concurrency: 9 });
    const second = makeLater(b.task);
    await flush();
    if (way === "leave") void first.return();
    else c.fail();
    await first.finished;
    await flush();
    assert.deepEqual([running(a), a.starts, a.mostAtOnce], ["a", 2, 1]);
    a.finish();
    await flush();
    b.finish();
    assert.equal((await second.finished).done.length, 2);
  }
});

test("a task that another run released unstarted, or had only queued, is taken over", async () => {
  const { a, b } = graph`a b`;
  const first = makeLater(tasksOf(a, b), { queue: () => {} });
  const second = makeLater(tasksOf(a, b));
  await flush();
  assert.equal(states(a, b), "QUEUED QUEUED");
  await first.return();
  assert.equal(await playOut(a, b), "a b");
  assert.equal((await second.finished).done.length, 2);
});

test("a task that waits for its retry in another run is not started before its time", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 1_000 } });
  const first = makeLater(a.task, { clock });
  await flush();
  a.fail();
  await flush();
  const second = makeLater(a.task, { clock });
  await clock.advance(999);
  assert.deepEqual([states(a), a.starts], ["PENDING", 1]);
  await clock.advance(1);
  assert.deepEqual([states(a), a.starts], ["RUNNING", 2]);
  a.finish();
  await Promise.all([first.finished, second.finished]);
  assert.equal(a.mostAtOnce, 1);
});

test("a task that waits for its retry in a run that is left is taken over", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 1_000 } });
  const first = makeLater(a.task, { clock });
  const second = makeLater(a.task, { clock });
  await flush();
  a.fail();
  await flush();
  await first.return();
  await clock.advance(1_000);
  assert.deepEqual([states(a), a.starts], ["RUNNING", 2]);
  a.finish();
  await second.finished;
});

test("a failFast run is set off by a failure in another run of a task that it waits for", async () => {
  const { a, b, c, d } = graph`a -> b; c; d`;
  void makeLater(a.task);
  const run = makeLater(tasksOf(b, c, d), { failFast: true, concurrency: 1 });
  await flush();
  a.fail();
  await flush();
  c.finish();
  await run.finished;
  assert.deepEqual([states(b, c, d), d.starts], ["FAILED DONE PENDING", 0]);
});

test("a run that has only to wait for another's task yields it when that has ended", async () => {
  const { a } = graph`a`;
  const first = makeLater(a.task);
  await flush();
  const run = make(a.task);
  const next = run.next();
  await flush();
  await first.return();
  await flush();
  a.finish();
  assert.equal((await next).value, a.task);
  assert.equal(names((await run.finished).done), "a");
});

test("a user may cancel any task during a run, and its dependents follow", async () => {
  const { a, b, c, d } = graph`a -> b -> c; d`;
  const run = makeLater(tasksOf(c, d), { concurrency: 9 });
  await flush();
  b.task.cancel();
  await flush();
  assert.equal(states(a, b, c, d), "RUNNING CANCELLED CANCELLED RUNNING");
  a.finish();
  d.finish();
  assert.equal((await run.finished).cancelled.length, 2);
});
