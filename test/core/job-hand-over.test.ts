// What becomes of tasks that a run takes back while they are being handed to a job queue, or wait there: nothing of the run is left in
// the queue once it has settled.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { job, make, makeNow, task } from "thence";
import type { Run } from "thence";
import { jobsOf } from "../../src/core/execute.ts";
import type { JobEvents, JobHandle, JobRequest } from "../../src/core/job-queue.ts";
import { heldJob, queueFor, until } from "../helpers/held-jobs.ts";
import { MemoryEngine } from "../helpers/memory-engine.ts";
import { IN_PROCESS } from "../helpers/memory-harness.ts";
import { MemoryQueue } from "../helpers/memory-queue.ts";

/** A queue that takes its time: to hold a job once it is asked to, to cancel it, or to say that it has begun. */
class SlowQueue extends MemoryQueue {
  submits = 0;
  submitting: Promise<unknown> = Promise.resolve();
  cancelling: Promise<unknown> = Promise.resolve();
  silent: keyof JobEvents | undefined;

  constructor(jobs: object, concurrency?: number) {
    super(new MemoryEngine(jobsOf(jobs), IN_PROCESS), concurrency);
  }

  override async submit(request: JobRequest): Promise<JobHandle> {
    this.submits++;
    await this.submitting;
    const handle = await super.submit(request);
    const on = handle.on.bind(handle);
    const cancel = handle.cancel.bind(handle);
    handle.on = (event, listener) => (event === this.silent ? handle : on(event, listener));
    handle.cancel = async (reason) => {
      await this.cancelling;
      return cancel(reason);
    };
    return handle;
  }

  /** The states of its jobs. */
  get states(): string[] {
    return this.engine.list({}).map(({ state }) => state);
  }
}

const settle = async (run: Run): Promise<void> => {
  for await (const _ of run);
};

const WAYS: Readonly<Record<string, (run: Run) => unknown>> = {
  "left early": (run) => run.return(),
  "that is cancelled": (run) => run.cancel("no more"),
  "whose tasks are cancelled": (run) => run.tasks.forEach((each) => each.cancel()),
  "whose tasks are failed from outside": (run) => run.tasks.forEach((each) => each.fail(new Error("no"))),
};

for (const [what, end] of Object.entries(WAYS)) {
  test(`a run ${what} has settled only when the queue has cancelled what it was still being handed`, async () => {
    const { hold, held } = heldJob();
    const queue = new SlowQueue({ hold });
    const [submitted, cancelled] = [Promise.withResolvers(), Promise.withResolvers()];
    queue.submitting = submitted.promise;
    queue.cancelling = cancelled.promise;
    const tasks = ["a", "b"].map((name) => hold.task(name, { input: name }));
    const run = make(tasks, { queue });
    const settled = settle(run);
    await until(() => queue.submits === 2);
    let hasEnded = false;
    void run.finished.then(() => (hasEnded = true));
    void end(run);
    await sleep(10);
    submitted.resolve(undefined);
    await until(() => queue.states.length === 2);
    await sleep(10);
    assert.equal(hasEnded, false, "the jobs are in the queue");
    cancelled.resolve(undefined);
    await settled;
    assert.deepEqual((await run.finished).abandoned, []);
    assert.deepEqual(queue.states, ["cancelled", "cancelled"]);
    await queue.work(4).stop();
    assert.equal(held.size, 0);
  });
}

test("failFast takes back what is still being handed over", async () => {
  const { hold } = heldJob();
  for (const failFast of [true, "abort"] as const) {
    const queue = new SlowQueue({ hold });
    const bad = task("bad", () => until(() => queue.submits === 1).then(() => assert.fail("bad")));
    const a = hold.task("a", { input: "a" });
    await makeNow([bad, a], { queue, failFast });
    assert.deepEqual([a.state, queue.states], ["PENDING", ["cancelled"]]);
  }
});

test("a task that is taken back before its request has an id is not submitted at all", async () => {
  const { hold } = heldJob();
  const found = Promise.withResolvers<undefined>();
  const queue = new SlowQueue({ hold });
  queue.find = () => found.promise;
  const a = hold.task("a", { input: "a" });
  const run = make(a, { queue, runId: "nightly" });
  void run.next();
  await until(() => a.state === "QUEUED");
  const left = run.return();
  found.resolve(undefined);
  await left;
  assert.deepEqual([a.state, queue.submits], ["PENDING", 0]);
});

test("a task that is taken back, and refused by the queue, is given back and not failed", async () => {
  const { hold } = heldJob();
  const submitted = Promise.withResolvers();
  const queue = new SlowQueue({ hold });
  queue.submitting = submitted.promise;
  const a = hold.task("a", { input: "a" });
  const run = make(a, { queue });
  void run.next();
  await until(() => queue.submits === 1);
  const left = run.return();
  submitted.reject(new Error("full"));
  await left;
  assert.deepEqual([a.state, (await run.finished).abandoned], ["PENDING", []]);
});

test("a task that its queue cannot give back within the grace is abandoned, and its job cancelled once that is possible", async () => {
  const { hold } = heldJob();
  for (const late of ["submitting", "cancelling"] as const) {
    const queue = new SlowQueue({ hold });
    const gate = Promise.withResolvers();
    queue[late] = gate.promise;
    const a = hold.task("a", { input: "a" });
    const run = make(a, { queue, grace: 20 });
    void run.next();
    await until(() => (late === "submitting" ? queue.submits === 1 : queue.states.length === 1));
    await run.return();
    assert.deepEqual([a.state, (await run.finished).abandoned], ["PENDING", [a]]);
    gate.resolve(undefined);
    await until(() => queue.states[0] === "cancelled");
    assert.equal(a.state, "PENDING");
  }
});

test("a job that turns out to run when its run is left is waited for, so that it never runs twice at once", async () => {
  let running = 0;
  let most = 0;
  const { promise: gate, resolve: open } = Promise.withResolvers();
  const deaf = job("deaf", async () => {
    most = Math.max(most, ++running);
    await gate;
    running--;
  });
  const queue = new SlowQueue({ deaf }, 4);
  queue.silent = "start";
  const a = deaf.task("a", { input: undefined });
  const run = make(a, { queue });
  void run.next();
  await until(() => running === 1);
  assert.equal(a.state, "QUEUED", "nobody has said that it has begun");
  const left = run.return();
  await sleep(10);
  assert.equal(a.state, "QUEUED");
  const again = makeNow(a, { queue });
  open(undefined);
  await left;
  await again;
  assert.deepEqual([a.state, most, (await run.finished).abandoned], ["DONE", 1, []]);
});

test("a queued task that is cancelled while its job runs already is CANCELLED at once, and its run waits for the job", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers();
  let calls = 0;
  const deaf = job("deaf", () => (calls++, gate));
  const queue = new SlowQueue({ deaf }, 1);
  queue.silent = "start";
  const a = deaf.task("a", { input: undefined });
  const run = make(a, { queue });
  const settled = settle(run);
  await until(() => calls === 1);
  a.cancel("not now");
  assert.equal(a.state, "CANCELLED");
  let hasEnded = false;
  void run.finished.then(() => (hasEnded = true));
  await sleep(10);
  assert.equal(hasEnded, false);
  open(undefined);
  await settled;
  assert.deepEqual([(await run.finished).abandoned, queue.states], [[], ["cancelled"]]);
});

test("a job that runs on beyond the grace after its queued task was cancelled is abandoned", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers();
  const deaf = job("deaf", () => gate);
  const queue = new SlowQueue({ deaf }, 1);
  queue.silent = "start";
  const a = deaf.task("a", { input: undefined });
  const run = make(a, { queue, grace: 20 });
  const settled = settle(run);
  await until(() => queue.states[0] === "running");
  a.cancel();
  await settled;
  assert.deepEqual((await run.finished).abandoned, [a]);
  open(undefined);
});

test("a listener that cancels a task when it starts to run stops its job too", async () => {
  const { hold, held } = heldJob();
  const queue = queueFor({ hold });
  const a = hold.task("a", { input: "a" });
  a.on("RUNNING", () => a.cancel("not today"));
  const run = make(a, { queue });
  await settle(run);
  assert.equal(a.state, "CANCELLED");
  assert.equal(held.get("a")?.context.signal.aborted, true);
  assert.deepEqual(
    queue.engine.list({}).map(({ state }) => state),
    ["cancelled"],
  );
});

test("a listener that cancels a task when it is queued keeps it from being handed over", async () => {
  const { hold } = heldJob();
  const queue = new SlowQueue({ hold }, 1);
  const a = hold.task("a", { input: "a" });
  a.on("QUEUED", () => a.cancel());
  const run = make(a, { queue });
  await settle(run);
  assert.deepEqual([a.state, queue.submits, (await run.finished).abandoned], ["CANCELLED", 0, []]);
});

test("a job that has ended well before its run was left makes its task DONE, though its start was never told", async () => {
  const quick = job("quick", () => "result");
  const queue = new SlowQueue({ quick }, 1);
  queue.silent = "start";
  const cancelled = Promise.withResolvers();
  queue.cancelling = cancelled.promise;
  const join = Promise.withResolvers();
  const submit = queue.submit.bind(queue);
  queue.submit = async (request) => {
    const handle = await submit(request);
    const own = handle.join.bind(handle);
    handle.join = async (options) => (await join.promise, own(options));
    return handle;
  };
  const a = quick.task("a", { input: undefined });
  const run = make(a, { queue });
  void run.next();
  await until(() => queue.states[0] === "done");
  const left = run.return();
  join.resolve(undefined);
  await left;
  assert.deepEqual([a.state, a.result], ["DONE", "result"]);
});

test("a task is abandoned whose queue is closed before it has said what became of the job", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers();
  const deaf = job("deaf", () => gate);
  for (const silent of [undefined, "start"] as const) {
    const queue = new SlowQueue({ deaf });
    const worker = queue.work(1);
    queue.silent = silent;
    const a = deaf.task("a", { input: undefined });
    const run = make(a, { queue });
    void run.next();
    await until(() => (silent === undefined ? a.state === "RUNNING" : queue.states[0] === "running"));
    const left = run.return();
    await queue.close();
    await left;
    assert.deepEqual([a.state, (await run.finished).abandoned], ["PENDING", [a]]);
    void worker.stop();
  }
  open(undefined);
});
