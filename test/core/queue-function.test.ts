// A queue as a function: it gets `run` and the task, and calls `run()` whenever it likes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, task, TaskQueue, type QueueFunction, type Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { playOut, running, starts, states, tasksOf } from "./run-helpers.ts";

/** A queue that keeps what it is given until the test calls it. */
function holding() {
  const calls = new Map<string, () => Promise<void>>();
  const queue = (run: () => Promise<void>, { name }: Task<unknown>): void => void calls.set(name, run);
  return { queue, calls, call: (name: string) => (calls.get(name) as () => Promise<void>)() };
}

function eventsOf({ task }: { task: Task<unknown> }): string[] {
  const events: string[] = [];
  task.on("transition", ({ event, to }) => events.push(`${event} ${to}`));
  return events;
}

test("a task that is handed to a queue is QUEUED until the queue calls run(), and then RUNNING", async () => {
  const { a } = graph`a`;
  const events = eventsOf(a);
  const { queue, call } = holding();
  const run = makeLater(a.task, { queue });
  await flush();
  assert.deepEqual([states(a), a.starts], ["QUEUED", 0]);
  void call("a");
  assert.deepEqual([states(a), a.starts], ["RUNNING", 1]);
  a.finish();
  await run.finished;
  assert.deepEqual(events, ["queue QUEUED", "dispatch RUNNING", "done DONE"]);
});

test("without a queue no task is ever QUEUED", async () => {
  const { a } = graph`a`;
  const events = eventsOf(a);
  const run = makeLater(a.task);
  assert.equal(await playOut(a), "a");
  await run.finished;
  assert.deepEqual(events, ["dispatch RUNNING", "done DONE"]);
});

test("a queue may call run() at once", async () => {
  const { a, b } = graph`a -> b`;
  const run = makeLater(b.task, { queue: (start) => start() });
  assert.equal(await playOut(a, b), "a b");
  assert.equal((await run.finished).done.length, 2);
});

test("a queue gets a task only when its prerequisites are done, and sees it QUEUED", async () => {
  const { a, b } = graph`a -> b`;
  const seen: string[] = [];
  const run = makeLater(b.task, {
    queue: (start, task) => {
      seen.push(`${task.name} ${task.state}`);
      return start();
    },
  });
  await flush();
  assert.deepEqual(seen, ["a QUEUED"]);
  assert.equal(await playOut(a, b), "a b");
  await run.finished;
  assert.deepEqual(seen, ["a QUEUED", "b QUEUED"]);
});

test("run() resolves when the attempt has ended and never rejects, however it ends", async () => {
  for (const end of ["finish", "fail", "cancel"] as const) {
    const { a } = graph`a`;
    const { queue, call } = holding();
    const run = makeLater(a.task, { queue });
    await flush();
    let isOver = false;
    const called = call("a").then((value) => {
      isOver = true;
      return value;
    });
    await flush();
    assert.equal(isOver, false);
    if (end === "finish") a.finish(1);
    else if (end === "fail") a.fail(new Error("no"));
    else a.task.cancel();
    assert.equal(await called, undefined);
    await run.finished;
  }
});

test("a second call of run() does nothing, during the attempt and after it", async () => {
  const { a } = graph`a`;
  const { queue, call } = holding();
  const run = makeLater(a.task, { queue });
  await flush();
  void call("a");
  await call("a");
  assert.deepEqual([states(a), a.starts], ["RUNNING", 1]);
  a.finish(1);
  await run.finished;
  await call("a");
  assert.deepEqual([states(a), a.starts, a.task.result], ["DONE", 1, 1]);
});

test("a call of run() after the task was cancelled, made elsewhere or settled does nothing", async () => {
  const { a, b, c } = graph`a; b; c`;
  const { queue, call } = holding();
  const run = makeLater(tasksOf(a, b, c), { queue });
  await flush();
  a.task.cancel();
  void b.task.dispatch();
  c.task.fail(new Error("from outside"));
  assert.equal(states(a, b, c), "CANCELLED RUNNING FAILED");
  for (const name of ["a", "b", "c"]) await call(name);
  assert.deepEqual([states(a, b, c), starts(a, b, c)], ["CANCELLED RUNNING FAILED", "0 1 0"]);
  b.finish();
  await run.finished;
  assert.equal(states(a, b, c), "CANCELLED DONE FAILED");
});

test("a call from an earlier run does not start the attempt of a later one", async () => {
  const { a } = graph`a`;
  const [early, late] = [holding(), holding()];
  const first = makeLater(a.task, { queue: early.queue });
  await flush();
  await first.return();
  const second = makeLater(a.task, { queue: late.queue });
  await flush();
  await early.call("a");
  assert.deepEqual([states(a), a.starts], ["QUEUED", 0]);
  void late.call("a");
  assert.deepEqual([states(a), a.starts], ["RUNNING", 1]);
  a.finish();
  await second.finished;
});

test("a late call for an attempt that the queue had refused does not start the one that came after it", async () => {
  const runs: (() => Promise<void>)[] = [];
  const queue: QueueFunction = (run) => {
    if (runs.push(run) === 1) throw new Error("full");
  };
  const a = remote("a", { retry: 1 });
  const run = makeLater(a.task, { queue, concurrency: 1 });
  await flush();
  await runs[0]?.();
  assert.deepEqual([states(a), a.starts, runs.length], ["QUEUED", 0, 2]);
  void runs[1]?.();
  a.finish();
  await run.finished;
  assert.equal(states(a), "DONE");
});

test("a TaskQueue that was left and is run again starts what its queue calls late, and gives all resources back", async () => {
  const runs: (() => Promise<void>)[] = [];
  const all = ["a", "b", "c"].map((name) => remote(name, { uses: { db: 1 } }));
  const tasks = new TaskQueue(tasksOf(...all), { queue: (run) => void runs.push(run), resources: { db: 1 } });
  const first = tasks.run();
  void first.next();
  await flush();
  await first.return?.();
  const ended = Array.fromAsync(tasks.run(), ({ name }) => name);
  for (let k = 0; k < 4; k++) {
    await flush();
    void runs[k]?.();
    for (const each of all) if (each.running) each.finish();
  }
  assert.deepEqual([await ended, runs.length], [["a", "b", "c"], 4]);
});

test("a task that was handed to a queue comes back if a prerequisite is reset before it is called", async () => {
  const calls: (() => Promise<void>)[] = [];
  const a = remote("a");
  const b = remote("b", { require: { a: a.task }, queue: (run) => void calls.push(run) });
  const run = makeLater(b.task);
  await flush();
  a.finish("old");
  await flush();
  a.task.reset();
  await flush();
  assert.equal(states(a, b), "RUNNING QUEUED");
  await calls[0]?.();
  assert.deepEqual([states(a, b), b.starts], ["RUNNING PENDING", 0]);
  a.finish("new");
  await flush();
  void calls[1]?.();
  assert.deepEqual(b.inputs, [{ a: "new" }]);
  b.finish();
  await run.finished;
});

test("a queue that never calls run() does not keep a run from being cancelled or left", async () => {
  const { a, b } = graph`a; b`;
  const cancelled = makeLater(a.task, { queue: () => {} });
  await flush();
  cancelled.cancel();
  assert.equal(states(a), "CANCELLED");
  await cancelled.finished;
  const left = make(b.task, { queue: () => new Promise(() => {}) });
  const next = left.next();
  await flush();
  await left.return();
  assert.deepEqual([states(b), (await next).done], ["PENDING", true]);
});

test("with a queue nothing limits how many tasks are handed over", async () => {
  const tasks = Array.from({ length: 200 }, (_, index) => remote(`t${index}`));
  const { queue, calls } = holding();
  const run = makeLater(tasksOf(...tasks), { queue });
  await flush();
  assert.equal(calls.size, 200);
  await run.return();
});

test("an explicit concurrency limits a queue, counting QUEUED and RUNNING", async () => {
  const { a, b, c, d } = graph`a b c d`;
  const { queue, call, calls } = holding();
  const run = makeLater(tasksOf(a, b, c, d), { queue, concurrency: 2 });
  await flush();
  assert.equal(states(a, b, c, d), "QUEUED QUEUED PENDING PENDING");
  void call("a");
  await flush();
  assert.equal(states(a, b, c, d), "RUNNING QUEUED PENDING PENDING");
  a.finish();
  await flush();
  assert.equal(states(a, b, c, d), "DONE QUEUED QUEUED PENDING");
  b.task.cancel();
  await flush();
  assert.equal(states(a, b, c, d), "DONE CANCELLED QUEUED QUEUED");
  for (const name of ["c", "d"]) void call(name);
  assert.equal(await playOut(a, b, c, d), "c d");
  await run.finished;
  assert.equal(calls.size, 4);
});

test("resources are taken before a task is handed to a queue", async () => {
  const [a, b] = [remote("a", { uses: { db: 1 } }), remote("b", { uses: { db: 1 } })];
  const { queue, call } = holding();
  const run = makeLater(tasksOf(a, b), { queue, resources: { db: 1 } });
  await flush();
  assert.equal(states(a, b), "QUEUED PENDING");
  a.task.cancel();
  await flush();
  assert.equal(states(a, b), "CANCELLED QUEUED");
  void call("b");
  b.finish();
  await run.finished;
});

test("a queue gets the most urgent task first", async () => {
  const order: string[] = [];
  const [a, b, c] = [remote("a"), remote("b", { priority: 2 }), remote("c", { priority: 1 })];
  const run = makeLater(tasksOf(a, b, c), { queue: (_, { name }) => void order.push(name) });
  await flush();
  assert.deepEqual(order, ["b", "c", "a"]);
  await run.return();
});

test("a group is not handed to a queue", async () => {
  const { a } = graph`a`;
  const group = task("group", { require: a.task });
  const seen: string[] = [];
  const run = makeLater(group, {
    queue: (start, { name }) => {
      seen.push(name);
      return start();
    },
  });
  assert.equal(await playOut(a), "a");
  await run.finished;
  assert.deepEqual([seen, group.state, running(a)], [["a"], "DONE", ""]);
});

test("a chain of 20,000 goes through a queue that calls at once, without recursion", async () => {
  let last = task("first", () => 0);
  for (let n = 1; n < 20_000; n++) last = last.andThen(`t${n}`, (before) => before + 1);
  assert.equal(await last.make({ queue: (start) => start() }), 19_999);
});

test("a task that a listener cancels while it is being queued is not handed over", async () => {
  const { a, b } = graph`a b`;
  a.task.on("QUEUED", () => a.task.cancel());
  const seen: string[] = [];
  const run = makeLater(tasksOf(a, b), {
    concurrency: 1,
    queue: (start, { name }) => {
      seen.push(name);
      return start();
    },
  });
  assert.equal(await playOut(a, b), "b");
  await run.finished;
  assert.deepEqual([seen, states(a, b)], [["b"], "CANCELLED DONE"]);
});
