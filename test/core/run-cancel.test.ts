// `run.cancel()` and the `signal` option: everything unfinished becomes CANCELLED.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, make, makeLater, task, type Task } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { names, starts, states, tasksOf } from "./run-helpers.ts";

const reasonOf = (task: Task<unknown>): unknown => (task.error as CancelledError).reason;

test("cancelling before the first next() cancels everything at once and starts nothing", async () => {
  const { a, b, c } = graph`a -> b; c`;
  const run = make(tasksOf(b, c));
  run.cancel("never mind");
  assert.deepEqual([states(a, b, c), starts(a, b, c)], ["CANCELLED CANCELLED CANCELLED", "0 0 0"]);
  assert.deepEqual([reasonOf(a.task), reasonOf(b.task)], ["never mind", "never mind"]);
  assert.deepEqual(new Set(await Array.fromAsync(run)), new Set(tasksOf(b, c)));
  assert.equal((await run.finished).cancelled.length, 3);
});

test("cancelling cancels what has not started at once, and what runs when it has stopped", async () => {
  const [a, b] = [remote("a"), remote("b", { onAbort: "ignores" })];
  const { c, d } = graph`c -> d`;
  c.task.require(b.task);
  const run = makeLater(tasksOf(a, d), { concurrency: 9 });
  await flush();
  run.cancel("enough");
  assert.deepEqual([states(b, c, d), b.context.signal.aborted], ["RUNNING CANCELLED CANCELLED", true]);
  await flush();
  assert.equal(states(a, b), "CANCELLED RUNNING");
  b.finish("dropped");
  const { cancelled } = await run.finished;
  assert.deepEqual([cancelled.length, states(b), b.task.result], [4, "CANCELLED", undefined]);
  assert.deepEqual(tasksOf(a, b, c, d).map(reasonOf), ["enough", "enough", "enough", "enough"]);
});

test("what is settled when a run is cancelled stays as it is", async () => {
  const { a, b, c } = graph`a b c`;
  const run = makeLater(tasksOf(a, b, c), { concurrency: 9 });
  await flush();
  a.finish();
  b.fail();
  await flush();
  run.cancel();
  const { done, failed, cancelled } = await run.finished;
  assert.deepEqual([names(done), names(failed), names(cancelled)], ["a", "b", "c"]);
});

test("the cancelled tasks that were requested are yielded", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  const run = make(tasksOf(b, c));
  const yielded = Array.fromAsync(run);
  await flush();
  run.cancel();
  assert.deepEqual([new Set(await yielded), states(a)], [new Set(tasksOf(b, c)), "CANCELLED"]);
});

test("the signal of a cancelled attempt has the CancelledError, with the reason, as its reason", async () => {
  const { a } = graph`a`;
  const run = makeLater(a.task);
  await flush();
  run.cancel({ why: "because" });
  await run.finished;
  assert.ok(a.context.signal.reason instanceof CancelledError);
  assert.deepEqual([a.context.signal.reason, reasonOf(a.task)], [a.task.error, { why: "because" }]);
});

test("cancelling a run that is over does nothing, and the first of two reasons counts", async () => {
  const { a, b } = graph`a; b`;
  const over = makeLater(a.task);
  await flush();
  a.finish();
  await over.finished;
  over.cancel();
  assert.equal(states(a), "DONE");
  const twice = makeLater(b.task);
  await flush();
  twice.cancel("first");
  twice.cancel("second");
  await twice.finished;
  twice.cancel("third");
  assert.equal(reasonOf(b.task), "first");
});

test("cancelling wakes a retry that waits", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 60_000 } });
  const run = makeLater(a.task, { clock });
  await flush();
  a.fail();
  await flush();
  run.cancel();
  assert.equal(states(a), "CANCELLED");
  await run.finished;
  assert.deepEqual([clock.pending, a.starts], [0, 1]);
});

test("a cancel of the task itself wakes its retry, and the run goes on", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 60_000 } });
  const run = makeLater(a.task, { clock });
  await flush();
  a.fail();
  await flush();
  a.task.cancel("enough");
  const { cancelled } = await run.finished;
  assert.deepEqual([cancelled, reasonOf(a.task), clock.pending], [[a.task], "enough", 0]);
});

test("a cancelled attempt that ignores its signal beyond the grace is abandoned, and its late outcome dropped", async () => {
  const clock = virtualClock();
  const a = remote("a", { onAbort: "ignores" });
  const run = makeLater(a.task, { clock });
  await flush();
  run.cancel();
  await clock.advance(4_999);
  assert.equal(states(a), "RUNNING");
  await clock.advance(1);
  assert.equal(states(a), "CANCELLED");
  const { abandoned, cancelled } = await run.finished;
  a.finish("late");
  await flush();
  assert.deepEqual([abandoned, cancelled, states(a), a.task.result], [[a.task], [a.task], "CANCELLED", undefined]);
  assert.equal(clock.pending, 0);
});

test("a cancelled attempt that stops in time is not abandoned", async () => {
  const clock = virtualClock();
  const a = remote("a", { onAbort: "ignores" });
  const run = makeLater(a.task, { clock, grace: 100 });
  await flush();
  run.cancel();
  await clock.advance(99);
  a.fail(a.context.signal.reason);
  assert.deepEqual([(await run.finished).abandoned, clock.pending], [[], 0]);
});

test("cancelling overrules leaving: what is unfinished becomes CANCELLED", async () => {
  const { b, c } = graph`b -> c`;
  const a = remote("a", { onAbort: "ignores" });
  b.task.require(a.task);
  const run = makeLater(c.task);
  await flush();
  const left = run.return();
  run.cancel("after all");
  a.fail(a.context.signal.reason);
  await left;
  assert.equal(states(a, b, c), "CANCELLED CANCELLED CANCELLED");
});

test("a function may cancel its own run: its task ends CANCELLED, and nothing else starts", async () => {
  const calls: string[] = [];
  const a = task("a", () => {
    calls.push("a");
    run.cancel("by a");
    return "dropped";
  });
  const b = task("b", () => calls.push("b"));
  const run = make([a, b], { concurrency: 1 });
  assert.deepEqual(new Set(await Array.fromAsync(run)), new Set([a, b]));
  assert.deepEqual([calls, a.state, a.result, b.state], [["a"], "CANCELLED", undefined, "CANCELLED"]);
});

test("what is cancelled can be repaired and made again", async () => {
  const { a, b } = graph`a -> b`;
  const first = makeLater(b.task);
  await flush();
  first.cancel();
  await first.finished;
  const second = makeLater(b.task, { retry: true });
  await flush();
  a.finish();
  await flush();
  b.finish();
  assert.equal((await second.finished).done.length, 2);
});
