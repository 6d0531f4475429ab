// Runs whose jobs go to a job queue: how cancels, time limits and leaving reach the job, and how its failures come back.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CancelledError, Task } from "thence";
import { job, JobLostError, make, makeNow, RemoteError } from "thence";
import { jobsOf } from "../../src/core/execute.ts";
import { heldJob, queueFor, until } from "../helpers/held-jobs.ts";
import { MemoryEngine } from "../helpers/memory-engine.ts";
import { IN_PROCESS } from "../helpers/memory-harness.ts";
import { MemoryQueue } from "../helpers/memory-queue.ts";

const double = job("double", (n: number) => n * 2);
const fail = job("fail", (message: string): number => {
  throw Object.assign(new RangeError(message), { code: "E_FAIL", data: { a: 1 } });
});

test("an error of the job keeps name, message, code, data and stack, and is a RemoteError", async () => {
  const a = fail.task("a", { input: "too far" });
  await assert.rejects(a.make({ queue: queueFor({ fail }) }), (error: unknown) => {
    assert.ok(error instanceof RemoteError);
    assert.deepEqual(
      [error.name, error.message, error.code, error.data],
      ["RangeError", "too far", "E_FAIL", { a: 1 }],
    );
    assert.match(error.stack ?? "", /job-run-ends\.test/);
    return true;
  });
});

test("retries are the run's: each attempt is a request of its own, which the queue does not repeat", async () => {
  let calls = 0;
  const shaky = job("shaky", { retry: 5, run: () => (++calls < 3 ? assert.fail(`call ${calls}`) : calls) });
  const queue = queueFor({ shaky });
  const a = shaky.task("a", { input: undefined, retry: 2 });
  assert.equal(await a.make({ queue }), 3);
  assert.deepEqual([a.attempts, calls], [3, 3]);
  assert.deepEqual(
    (await Array.fromAsync(queue.jobs())).map(({ state, attempts }) => [state, attempts]),
    [
      ["failed", 1],
      ["failed", 1],
      ["done", 1],
    ],
  );
});

test("a job sees the number of its task's attempt and the error before, as it would without a queue", async () => {
  const seen: unknown[] = [];
  const shaky = job("shaky", (_: null, { attempt, lastError }) => {
    const before = lastError as (Error & { code?: unknown }) | undefined;
    seen.push([attempt, before?.name, before?.message, before?.code]);
    if (attempt < 3) throw Object.assign(new RangeError(`attempt ${attempt}`), { code: `E${attempt}` });
    return attempt;
  });
  for (const options of [{}, { queue: queueFor({ shaky }) }]) {
    seen.length = 0;
    const a = shaky.task("a", { input: null, retry: 4 });
    assert.deepEqual([await a.make(options), a.attempts], [3, 3]);
    assert.deepEqual(seen, [
      [1, undefined, undefined, undefined],
      [2, "RangeError", "attempt 1", "E1"],
      [3, "RangeError", "attempt 2", "E2"],
    ]);
  }
});

test("an error of the machinery is one also as a job's last error", async () => {
  const { hold, held } = heldJob();
  const queue = new MemoryQueue(new MemoryEngine(jobsOf({ hold }), IN_PROCESS));
  const first = queue.work(1);
  const a = hold.task("a", { input: "a", retry: 1 });
  const made = makeNow(a, { queue });
  await until(() => held.has("a"));
  held.delete("a");
  first.kill();
  const second = queue.work(1);
  await until(() => held.has("a"));
  assert.ok(held.get("a")?.context.lastError instanceof JobLostError);
  held.get("a")?.end();
  await made;
  await second.stop();
});

test("cancelling a running task cancels its job, with the reason", async () => {
  const { hold, held } = heldJob();
  const queue = queueFor({ hold });
  const a = hold.task("a", { input: "a" });
  const made = makeNow(a, { queue });
  await until(() => a.state === "RUNNING");
  a.cancel("changed my mind");
  await made;
  assert.equal(a.state, "CANCELLED");
  assert.ok(held.get("a")?.context.signal.aborted);
  const [info] = await Array.fromAsync(queue.jobs());
  assert.equal(info?.state, "cancelled");
  assert.equal(info?.reason, "changed my mind");
  const reason = held.get("a")?.context.signal.reason as CancelledError | undefined;
  assert.deepEqual(
    [reason?.name, reason?.reason, reason?.message],
    ["CancelledError", "changed my mind", "cancelled: changed my mind"],
  );
});

test("a job is told the reason of a cancel as its task was given it, and of a time limit in words", async () => {
  const { hold, held } = heldJob();
  const queue = queueFor({ hold });
  const reasonOf = async (options: { timeout?: number }, cancel: (task: Task<string>) => void): Promise<unknown> => {
    const a = hold.task("a", { input: "a", ...options });
    held.clear();
    const made = makeNow(a, { queue });
    await until(() => held.has("a") && a.state === "RUNNING");
    cancel(a);
    await made;
    const seen = held.get("a")?.context.signal.reason as CancelledError | undefined;
    return seen?.reason;
  };
  assert.equal(await reasonOf({}, (a) => a.cancel("why")), "why");
  assert.equal(await reasonOf({}, (a) => a.cancel(new Error("an error"))), "an error");
  assert.equal(await reasonOf({}, (a) => a.cancel(7)), "7");
  assert.equal(await reasonOf({}, (a) => a.cancel()), 'task "a" was cancelled');
  assert.equal(await reasonOf({ timeout: 10 }, () => {}), 'task "a" passed its timeout of 10 ms');
});

test("cancelling a queued task cancels its job before it starts", async () => {
  const { hold, held } = heldJob();
  const queue = queueFor({ hold }, 1);
  const [a, b] = [hold.task("a", { input: "a" }), hold.task("b", { input: "b" })];
  const made = makeNow([a, b], { queue });
  await until(() => a.state === "RUNNING" && b.state === "QUEUED" && queue.engine.list({}).length === 2);
  b.cancel();
  held.get("a")?.end();
  await made;
  await until(() => queue.engine.list({ state: "cancelled" }).length === 1);
  assert.deepEqual([a.state, b.state, held.has("b")], ["DONE", "CANCELLED", false]);
});

test("a job that somebody else cancels makes its task CANCELLED", async () => {
  const { hold } = heldJob();
  const queue = queueFor({ hold });
  const a = hold.task("a", { input: "a" });
  const made = makeNow(a, { queue, runId: "r" });
  await until(() => a.state === "RUNNING");
  await (await queue.find(`r.${a.id}.1`))?.cancel("not needed");
  await made;
  assert.equal(a.state, "CANCELLED");
  assert.match(String(a.error), /not needed/);
});

test("leaving a run cancels what is queued and what runs, and the tasks are PENDING again", async () => {
  const { hold } = heldJob();
  const queue = queueFor({ hold }, 1);
  const tasks = ["a", "b", "c"].map((name) => hold.task(name, { input: name }));
  const run = make(tasks, { queue });
  void run.next();
  await until(() => tasks[0]?.state === "RUNNING" && queue.engine.list({}).length === 3);
  await run.return();
  assert.deepEqual(
    tasks.map(({ state }) => state),
    ["PENDING", "PENDING", "PENDING"],
  );
  await until(() => queue.engine.list({ state: "cancelled" }).length === 3);
});

test("a timeout is the run's, and stops the job", async () => {
  const { hold, held } = heldJob();
  const a = hold.task("a", { input: "a", timeout: 20 });
  await assert.rejects(a.make({ queue: queueFor({ hold }) }), { name: "TaskTimeoutError", kind: "attempt" });
  await until(() => held.get("a")?.context.signal.aborted === true);
});

test("an input that cannot cross the boundary fails the task before anything is queued", async () => {
  const any = job("any", (input: unknown) => input);
  const queue = queueFor({ any });
  const a = any.task("a", { input: new Date() });
  await assert.rejects(a.make({ queue }), { name: "SerializationError" });
  assert.equal((await Array.fromAsync(queue.jobs())).length, 0);
});

test("a job that nobody has fails its task with an UnknownJobError", async () => {
  const other = job("other", () => 1);
  await assert.rejects(other.task("a", { input: undefined }).make({ queue: queueFor({ double }) }), {
    name: "UnknownJobError",
  });
});

test("a lost job is retried like any other failure", async () => {
  const { hold, held } = heldJob();
  const queue = new MemoryQueue(new MemoryEngine(jobsOf({ hold }), IN_PROCESS));
  const first = queue.work(1);
  const a = hold.task("a", { input: "a", retry: 1 });
  const made = makeNow(a, { queue });
  await until(() => a.state === "RUNNING");
  first.kill();
  held.clear();
  const second = queue.work(1);
  await until(() => held.has("a"));
  held.get("a")?.end();
  await made;
  assert.deepEqual([a.state, a.attempts >= 1], ["DONE", true]);
  await second.stop();
});

test("a queue that was closed refuses the task, which fails with that", async () => {
  const queue = queueFor({ double });
  await queue.close();
  await assert.rejects(double.task("a", { input: 1 }).make({ queue }), { name: "QueueClosedError" });
});
