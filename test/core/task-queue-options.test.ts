// A TaskQueue takes the options of make, repeats the events of its tasks, and refuses wrong arguments.

import assert from "node:assert/strict";
import { test } from "node:test";
import PQueue from "p-queue";
import { task, TaskQueue, TransitionError, type Task, type Transition } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

test("concurrency limits how many tasks of the queue run at once", async () => {
  const remotes = ["a", "b", "c", "d"].map((name) => remote(name));
  const seen = Array.fromAsync(
    new TaskQueue(
      remotes.map((r) => r.task),
      { concurrency: 2 },
    ).run(),
    ({ name }) => name,
  );
  await flush();
  assert.deepEqual(
    remotes.map((r) => r.running),
    [true, true, false, false],
  );
  for (const r of remotes) {
    r.finish();
    await flush();
    assert.ok(remotes.filter((other) => other.running).length <= 2);
  }
  assert.deepEqual(await seen, ["a", "b", "c", "d"]);
});

test("failFast starts nothing more, lets what runs end, and ends run(); the rest stays PENDING", async () => {
  const { a, b, c, d } = graph`a b c; a -> d`;
  const queue = new TaskQueue([a.task, b.task, c.task, d.task], { concurrency: 2, failFast: true });
  const seen = Array.fromAsync(queue.run(), String);
  await flush();
  a.fail();
  await flush();
  assert.equal(b.running, true);
  b.finish();
  await flush();
  assert.deepEqual([c.starts, c.task.state], [0, "PENDING"]);
  assert.deepEqual(await seen, ["Task:a:FAILED", "Task:d:FAILED", "Task:b:DONE"]);
});

test('failFast: "abort" also stops what runs and gives it back', async () => {
  const { a, b, c } = graph`a b c`;
  const queue = new TaskQueue([a.task, b.task, c.task], { concurrency: 2, failFast: "abort" });
  const seen = Array.fromAsync(queue.run(), String);
  await flush();
  a.task.fail(new Error("no"));
  await flush();
  assert.deepEqual([b.task.state, b.running, c.starts], ["PENDING", false, 0]);
  assert.deepEqual(await seen, ["Task:a:FAILED"]);
});

test("resources are taken all or nothing, and a task that wants more than there is is refused before anything runs", async () => {
  const [a, b] = [remote("a", { uses: { db: 1 } }), remote("b", { uses: { db: 1 } })];
  const queue = new TaskQueue([a.task, b.task], { concurrency: 4, resources: { db: 1 } });
  const c = task("c", { uses: { db: 2 }, run: () => 0 });
  assert.throws(() => queue.add([task("d", () => 0), c]), { name: "RangeError", message: /"c".*2.*"db".*1/ });
  assert.equal(queue.size, 2, "none of them was added");
  const seen = Array.fromAsync(queue.run(), ({ name }) => name);
  await flush();
  assert.deepEqual([a.running, b.running], [true, false]);
  a.finish();
  await flush();
  b.finish();
  assert.deepEqual(await seen, ["a", "b"]);
});

test("tasks go through the queue that the TaskQueue was given, and by name through one of its queues", async () => {
  const [limited, byHand] = [new PQueue({ concurrency: 1 }), [] as (() => unknown)[]];
  const [a, b, c] = [remote("a"), remote("b"), remote("c", { queue: "hand" })];
  const queue = new TaskQueue([a.task, b.task, c.task], {
    queue: limited,
    queues: { hand: (run) => void byHand.push(run) },
  });
  const seen = Array.fromAsync(queue.run(), ({ name }) => name);
  await flush();
  assert.deepEqual([a.running, b.task.state, c.task.state], [true, "QUEUED", "QUEUED"]);
  for (const run of byHand) run();
  await flush();
  for (const r of [c, a, b]) {
    r.finish();
    await flush();
  }
  assert.deepEqual(await seen, ["c", "a", "b"]);
});

test("what is queued when run() is left is PENDING again, and its late start does nothing", async () => {
  const starts: (() => unknown)[] = [];
  const { a } = graph`a`;
  const run = new TaskQueue(a.task, { queue: (start) => void starts.push(start) }).run();
  void run.next();
  await flush();
  assert.equal(a.task.state, "QUEUED");
  await run.return?.();
  assert.equal(a.task.state, "PENDING");
  for (const start of starts) await start();
  assert.deepEqual([a.starts, a.task.state], [0, "PENDING"]);
});

test("a queue repeats the transitions of its tasks, whoever caused them, and on() returns the queue", async () => {
  const { a, b } = graph`a b`;
  const heard: string[] = [];
  const queue = new TaskQueue([a.task, b.task], { concurrency: 1 });
  const note = ({ task, from, event, to }: Transition): void =>
    void heard.push(`${task.name} ${from}->${event}->${to}`);
  assert.equal(queue.on("transition", note), queue);
  assert.equal(
    queue.on("CANCELLED", ({ task }) => void heard.push(`${task.name} is cancelled`)),
    queue,
  );
  queue.on("log", (line, { name }) => void heard.push(`${name}: ${line}`));
  b.task.cancel();
  const seen = Array.fromAsync(queue.run());
  await flush();
  a.context.log("hello");
  a.finish();
  await seen;
  assert.deepEqual(heard, [
    "b PENDING->cancel->CANCELLED",
    "b is cancelled",
    "a PENDING->dispatch->RUNNING",
    "a: hello",
    "a RUNNING->done->DONE",
  ]);
});

test("a listener may add tasks to the queue", async () => {
  const b = task("b", () => 2);
  const queue = new TaskQueue(task("a", () => 1));
  queue.once("DONE", () => queue.add(b));
  assert.deepEqual(await Array.fromAsync(queue.run(), String), ["Task:a:DONE", "Task:b:DONE"]);
});

test("a task of a queue may make more tasks, which need not be members, also with a single slot", async () => {
  const inner = task("inner", () => 20);
  const outer = task("outer", (_inputs, { make }) => make(inner.andThen("more", (twenty) => twenty + 1)));
  const seen: Task<unknown>[] = await Array.fromAsync(new TaskQueue(outer, { concurrency: 1 }).run());
  assert.ok(seen.includes(outer));
  assert.equal(outer.result, 21);
});

test("add() refuses a task in PREPARE, and then adds none of the others", () => {
  const queue = new TaskQueue();
  const [a, prepare] = [task("a", () => 1), task("p", { state: "PREPARE", run: () => 2 })];
  assert.throws(() => queue.add([a, prepare]), TransitionError);
  assert.equal(queue.size, 0);
  prepare.prepared();
  assert.equal(queue.add([a, prepare]).size, 2);
});

test("wrong arguments throw at once and say what was expected", () => {
  const a = task("a", () => 1);
  for (const wrong of [42, "a", null, [a, 1], [undefined], () => a]) {
    assert.throws(() => new TaskQueue(wrong as never), { name: "TypeError", message: /expected .*task.*, got / });
    assert.throws(() => new TaskQueue().add(wrong as never), { name: "TypeError", message: /expected .*task.*, got / });
  }
  for (const concurrency of [NaN, 0, 1.5, -1]) {
    assert.throws(() => new TaskQueue(a, { concurrency }), {
      name: "RangeError",
      message: /concurrency.*expected.*got/,
    });
  }
  for (const options of [
    { concurrency: "2" },
    { queue: 1 },
    { queues: { x: 1 } },
    { runDependentTasks: 1 },
    { grace: "1" },
  ]) {
    assert.throws(() => new TaskQueue(a, options as never), { name: "TypeError", message: /expected.*got/ });
  }
  assert.throws(() => new TaskQueue(a, { runDependantTasks: true } as never), {
    name: "TypeError",
    message: /runDependantTasks.*did you mean "runDependentTasks"/,
  });
  assert.throws(() => new TaskQueue(a, 5 as never), TypeError);
});
