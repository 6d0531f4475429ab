// Tasks that are cancelled, timed out, left or stopped by failFast while they wait in `context.make()`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, makeLater, ReleasedError, task, TaskTimeoutError, type Task, type TaskContext } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { playOut, running, starts, states } from "./run-helpers.ts";

/** A task that makes `child` and notes what `context.make()` rejects with. */
function waiting(child: Task<unknown>, options: { timeout?: number } = {}) {
  const rejections: unknown[] = [];
  const run = async (_: unknown, { make }: TaskContext): Promise<unknown> => {
    try {
      return await make(child);
    } catch (error) {
      rejections.push(error);
      throw error;
    }
  };
  return { task: task("p", { ...options, run }), rejections };
}

test("a task that is cancelled while it waits stops waiting at once, and what it makes goes on", async () => {
  const { a } = graph`a`;
  const p = waiting(a.task);
  const run = makeLater(p.task, { concurrency: 1 });
  await flush();
  p.task.cancel("enough");
  await flush();
  assert.deepEqual([p.task.state, p.rejections], ["CANCELLED", [p.task.error]]);
  assert.ok(p.rejections[0] instanceof CancelledError);
  assert.equal(running(a), "a");
  a.finish();
  await run.finished;
});

test("the wait counts for the timeout of the task that waits", async () => {
  const clock = virtualClock();
  const { a } = graph`a`;
  const p = waiting(a.task, { timeout: 1_000 });
  const run = makeLater(p.task, { concurrency: 1, clock });
  await clock.advance(999);
  assert.equal(p.task.state, "RUNNING");
  await clock.advance(1);
  assert.equal(p.task.state, "FAILED");
  assert.ok(p.task.error instanceof TaskTimeoutError && p.rejections[0] === p.task.error);
  a.finish();
  await run.finished;
  assert.equal(clock.pending, 0);
});

test("a run that is left while a task waits gives back both it and what it makes, and a second make continues", async () => {
  const { a } = graph`a`;
  const p = waiting(a.task);
  const first = makeLater(p.task, { concurrency: 1 });
  await flush();
  await first.return();
  assert.deepEqual([p.task.state, states(a)], ["PENDING", "PENDING"]);
  assert.ok(p.rejections[0] instanceof ReleasedError);
  const second = makeLater(p.task, { concurrency: 1 });
  assert.equal(await playOut(a), "a");
  await second.finished;
  assert.deepEqual([p.task.state, p.task.attempts, a.starts], ["DONE", 2, 2]);
});

test("a run that is cancelled while a task waits cancels both it and what it makes", async () => {
  const { a, b } = graph`a -> b`;
  const p = waiting(b.task);
  const run = makeLater(p.task, { concurrency: 1 });
  await flush();
  run.cancel();
  const { cancelled } = await run.finished;
  assert.deepEqual([cancelled.length, p.task.state, states(a, b)], [3, "CANCELLED", "CANCELLED CANCELLED"]);
});

test("a failing child sets failFast off, and the task that made it may still end", async () => {
  const { a, b } = graph`a; b`;
  const p = waiting(a.task);
  const run = makeLater([p.task, b.task], { concurrency: 1, failFast: true });
  await flush();
  const isFirst = a.running;
  if (!isFirst) b.finish();
  await flush();
  a.fail("no");
  await run.finished;
  assert.deepEqual([p.task.state, p.task.error, states(a)], ["FAILED", "no", "FAILED"]);
});

test("a failFast that is set off elsewhere lets a task go that waits for what will never start", async () => {
  for (const failFast of [true, "abort"] as const) {
    const { a, b, c } = graph`a; b -> c`;
    const p = waiting(c.task);
    const run = makeLater([a.task, p.task], { concurrency: 2, failFast });
    await flush();
    assert.equal(running(a, b, c).startsWith("a"), true);
    a.fail();
    await flush();
    if (b.running) b.finish();
    const { notStarted } = await run.finished;
    assert.ok(notStarted.includes(c.task) && c.starts === 0);
    assert.notEqual(p.task.state, "RUNNING");
    assert.equal(p.rejections.length, 1);
  }
});

test("a failFast lets a task end that waits for what still runs", async () => {
  const { a, b } = graph`a; b`;
  const p = waiting(b.task);
  const run = makeLater([a.task, p.task], { concurrency: 2, failFast: true });
  await flush();
  assert.equal(running(a, b), "a b");
  a.fail();
  await flush();
  b.finish("b");
  await run.finished;
  assert.deepEqual([p.task.state, p.task.result], ["DONE", "b"]);
});

test("a failFast lets a task go of whose several waits one will never be over", async () => {
  const { a, b, c } = graph`a; b -> c`;
  const p = task("p", (_, { make }) => Promise.allSettled([make(b.task), make(c.task)]));
  const run = makeLater([a.task, p], { concurrency: 9, failFast: true });
  await flush();
  assert.equal(running(a, b, c), "a b");
  a.fail();
  await flush();
  b.finish();
  const { notStarted } = await run.finished;
  assert.deepEqual([p.is("RUNNING"), states(b, c), notStarted.includes(c.task)], [false, "DONE PENDING", true]);
});

test("a failFast lets a task end that waits for what another run runs", async () => {
  const { a, b } = graph`a; b`;
  void makeLater(b.task);
  const p = waiting(b.task);
  const run = makeLater([a.task, p.task], { concurrency: 9, failFast: true });
  await flush();
  a.fail();
  await flush();
  assert.equal(p.task.state, "RUNNING");
  b.finish("b");
  await run.finished;
  assert.deepEqual([p.task.state, p.task.result], ["DONE", "b"]);
});

test("after failFast was set off a task may still make what is done or runs", async () => {
  const { a, b, c, p } = graph<"a" | "b" | "c" | "p">`c; a; b; p`;
  const before = makeLater(c.task);
  await flush();
  c.finish("c");
  await before.finished;
  const run = makeLater([a.task, b.task, p.task], { concurrency: 9, failFast: true });
  await flush();
  a.fail();
  await flush();
  assert.equal(await p.context.make(c.task), "c");
  const made = p.context.make(b.task);
  await flush();
  b.finish("b");
  assert.equal(await made, "b");
  p.finish();
  assert.equal((await run.finished).done.length, 2);
});

test("a task that ignores the rejection of context.make() is abandoned after the grace", async () => {
  const clock = virtualClock();
  const { a } = graph`a`;
  const p = task("p", async (_, { make }) => {
    await make(a.task).catch(() => {});
    await new Promise(() => {});
  });
  const run = makeLater(p, { concurrency: 1, clock });
  await flush();
  const left = run.return();
  await clock.advance(5_000);
  await left;
  assert.deepEqual([p.state, states(a), (await run.finished).abandoned, clock.pending], ["PENDING", "PENDING", [p], 0]);
});

test("a retried task makes its children once, and gets their results again", async () => {
  const { a } = graph`a`;
  const p = task("p", {
    retry: 1,
    run: async (_, { make, attempt }) => {
      const result = await make(a.task);
      if (attempt === 1) throw new Error("once");
      return result;
    },
  });
  const run = makeLater(p, { concurrency: 1 });
  await flush();
  a.finish("kept");
  await run.finished;
  assert.deepEqual([p.result, p.attempts, starts(a)], ["kept", 2, "1"]);
});

test("context.make() of an attempt that was told to stop rejects and starts nothing", async () => {
  const { a } = graph`a`;
  const p = remote("p", { onAbort: "ignores" });
  const run = makeLater(p.task);
  await flush();
  p.task.cancel();
  await assert.rejects(p.context.make(a.task), (error) => error === p.context.signal.reason);
  p.finish();
  await run.finished;
  assert.deepEqual([states(p, a), a.starts], ["CANCELLED PENDING", 0]);
});

test("context.make() after the run is over rejects and starts nothing", async () => {
  for (const end of ["done", "left", "cancelled"]) {
    const { a, p } = graph<"a" | "p">`a; p`;
    const run = makeLater(p.task);
    await flush();
    if (end === "done") p.finish();
    else if (end === "left") await run.return();
    else run.cancel();
    await run.finished;
    await assert.rejects(p.context.make(a.task));
    await flush();
    assert.deepEqual([states(a), a.starts], ["PENDING", 0]);
  }
});

test("what was made without being waited for belongs to the run, which waits for it", async () => {
  const { a } = graph`a`;
  const p = task("p", (_, { make }) => {
    make(a.task).catch(() => {});
    return "did not wait";
  });
  const run = makeLater(p, { concurrency: 1 });
  await flush();
  assert.deepEqual([p.state, states(a)], ["DONE", "RUNNING"]);
  a.finish();
  assert.equal((await run.finished).done.length, 2);
});
