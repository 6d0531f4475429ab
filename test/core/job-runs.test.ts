// Runs whose jobs go to a job queue: what is handed over, when, and under which id. The queue is the in-memory one, whose jobs are
// closures here so that the tests can hold them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { job, JobMismatchError, make, makeNow, task, TaskQueue } from "thence";
import type { Transition } from "thence";
import { heldJob, queueFor, until } from "../helpers/held-jobs.ts";

const double = job("double", (n: number) => n * 2);

test("tasks made from jobs go to the job queue, and closures run here", async () => {
  const queue = queueFor({ double });
  const one = task("one", () => 1);
  const two = double.task("two", { require: one, input: (n) => n });
  const three = task("three", { require: { one, two }, run: ({ one, two }) => one + two });
  const seen: string[] = [];
  const run = make(three, { queue });
  run.on("transition", ({ task, to }: Transition) => seen.push(`${task.name} ${to}`));
  for await (const { result } of run) assert.equal(result, 3);
  assert.deepEqual(seen, [
    "one RUNNING",
    "one DONE",
    "two QUEUED",
    "two RUNNING",
    "two DONE",
    "three RUNNING",
    "three DONE",
  ]);
  assert.deepEqual(
    (await Array.fromAsync(queue.jobs())).map(({ job, input, result }) => [job, input, result]),
    [["double", 1, 2]],
  );
  await queue.close();
});

test("a task stays QUEUED until a worker has begun with its job", async () => {
  const { hold, held } = heldJob();
  const queue = queueFor({ hold }, 1);
  const a = hold.task("a", { input: "a" });
  const b = hold.task("b", { input: "b" });
  const made = makeNow([a, b], { queue });
  await until(() => held.has("a") && a.state === "RUNNING");
  assert.equal(b.state, "QUEUED");
  held.get("a")?.end();
  await until(() => held.has("b"));
  held.get("b")?.end("B");
  assert.deepEqual(
    (await made).map(({ result }) => result),
    ["a", "B"],
  );
});

test("ids of requests are made of run, task and attempt", async () => {
  const queue = queueFor({ double });
  const a = double.task("a name with / and spaces", { input: 1 });
  await makeNow(a, { queue, runId: "nightly-1" });
  const [info] = await Array.fromAsync(queue.jobs());
  assert.equal(info?.id, `nightly-1.${a.id}.1`);
});

test("a run without a name makes one up, so that it never meets another run's jobs", async () => {
  const queue = queueFor({ double });
  const a = double.task("a", { input: 1 });
  await makeNow(a, { queue });
  await makeNow(a.reset(), { queue });
  const ids = (await Array.fromAsync(queue.jobs())).map(({ id }) => id);
  assert.equal(new Set(ids).size, 2);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9._-]+$/);
});

test("log lines and progress of the job are the task's", async () => {
  const talk = job("talk", async (_: null, { log, progress }) => {
    log("one");
    progress({ value: 1, total: 2, message: "half" });
    log("two");
    return "said";
  });
  const a = talk.task("a", { input: null });
  const run = make(a, { queue: queueFor({ talk }) });
  const heard: unknown[] = [];
  run.on("log", (line) => heard.push(line));
  run.on("progress", (progress) => heard.push(progress.message));
  for await (const { result } of run) assert.equal(result, "said");
  assert.deepEqual(heard.map(String).toSorted(), ["half", "one", "two"]);
});

test("a run with the name of one that ended in mid-graph attaches to its jobs, and makes again what failed", async () => {
  let calls = 0;
  const count = job("count", (n: number) => {
    calls++;
    return n === 2 && calls < 3 ? assert.fail("not yet") : n;
  });
  const queue = queueFor({ count });
  const a = count.task("a", { input: 1 });
  const b = count.task("b", { input: 2 });
  await makeNow([a, b], { queue, runId: "nightly" });
  assert.deepEqual([a.state, b.state, calls], ["DONE", "FAILED", 2]);
  // As in another process, whose tasks have the same ids.
  for (const again of [a.reset(), b.retry()]) delete again._extras().handed;
  await makeNow([a, b], { queue, runId: "nightly" });
  assert.deepEqual([a.result, b.result, calls], [1, 2, 3]);
});

test("a run with the name of one that made other jobs fails their tasks, and takes no result for another", async () => {
  let calls = 0;
  const one = job("one", (n: number) => (calls++, n));
  const two = job("two", (n: number) => (calls++, -n));
  const queue = queueFor({ one, two });
  const same = one.task("same", { input: 1 });
  const a = one.task("a", { input: 2 });
  const b = one.task("b", { input: 3 });
  const found = { same: `n.${same.id}.1`, a: `n.${a.id}.1`, b: `n.${b.id}.1` };
  await queue.submit(one.request(1, { id: found.same }));
  await queue.submit(two.request(2, { id: found.a }));
  await (await queue.submit(one.request(33, { id: found.b }))).join();
  const other = two.task("b", { input: 3, retry: 2 });
  await makeNow([same, a, b], { queue, runId: "n" });
  assert.deepEqual([same.state, a.state, b.state, calls], ["DONE", "FAILED", "FAILED", 3]);
  for (const [task, text] of [
    [a, `task "a": the run "n" has made another job, "two", under its id ${found.a}`],
    [b, `task "b": the run "n" has made another input under its id ${found.b}`],
  ] as const) {
    assert.ok(task.error instanceof JobMismatchError);
    assert.ok(task.error.message.startsWith(text), task.error.message);
  }
  await queue.submit(one.request(3, { id: `n.${other.id}.1` }));
  await makeNow(other, { queue, runId: "n" });
  assert.ok(other.error instanceof JobMismatchError, "its retries meet the same");
});

test("a run finds its job again also where the queue keeps the keys of the input in another order", async () => {
  let calls = 0;
  const read = job<object, number>("read", () => ++calls);
  const queue = queueFor({ read });
  const a = read.task("a", { input: { x: 1, y: { p: [1, 2], q: null } } });
  await (await queue.submit(read.request({ y: { q: null, p: [1, 2] }, x: 1 }, { id: `n.${a.id}.1` }))).join();
  await makeNow(a, { queue, runId: "n" });
  assert.deepEqual([a.result, calls], [1, 1]);
});

test("a failed job is made again under the next id, also with another input", async () => {
  const check = job("check", (n: number) => (n < 0 ? assert.fail("negative") : n));
  const queue = queueFor({ check });
  const a = check.task("a", { input: 1 });
  await (await queue.submit(check.request(-1, { id: `n.${a.id}.1` }))).join();
  await makeNow(a, { queue, runId: "n" });
  assert.equal(a.result, 1);
});

test("urgency becomes the priority of the request", async () => {
  const { hold, held } = heldJob();
  const queue = queueFor({ hold }, 1);
  const names = ["a", "low", "high"];
  const tasks = names.map((name, i) => hold.task(name, { input: name, priority: i }));
  const order: string[] = [];
  const made = makeNow(tasks, { queue, concurrency: 3 });
  for (let k = 0; k < 3; k++) {
    await until(() => held.size > order.length);
    const name = [...held.keys()].at(-1) as string;
    order.push(name);
    if (k === 0) await until(() => queue.engine.list({}).length === 3);
    held.get(name)?.end();
  }
  await made;
  assert.deepEqual(order, ["high", "low", "a"]);
});

test("a task may name one of the run's queues, or bring one, while others run here", async () => {
  const [gpu, own] = [queueFor({ double }), queueFor({ double })];
  const a = double.task("a", { input: 1, queue: "gpu" });
  const b = double.task("b", { input: 2, queue: own });
  const c = double.task("c", { input: 3 });
  assert.deepEqual(
    (await makeNow([a, b, c], { queues: { gpu } })).map(({ result }) => Number(result)).toSorted((x, y) => x - y),
    [2, 4, 6],
  );
  assert.deepEqual([gpu.engine.list({}).length, own.engine.list({}).length], [1, 1]);
});

test("a TaskQueue hands jobs to its job queue too", async () => {
  const queue = queueFor({ double });
  const tasks = new TaskQueue([double.task("a", { input: 4 })], { queue });
  for await (const { result } of tasks.run()) assert.equal(result, 8);
  assert.equal(queue.engine.list({}).length, 1);
});

test("a run's name must fit into a request's id", () => {
  for (const runId of ["", "a b", "ä", "x".repeat(101), 5]) {
    assert.throws(
      () =>
        make(
          task("a", () => 1),
          { runId: runId as string },
        ),
      { name: "TypeError", message: /runId: expected 1 to 100/ },
    );
  }
});
