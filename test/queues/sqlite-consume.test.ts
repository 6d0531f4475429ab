// The SQLite queue as workers see it: taking, fencing, leases, limits of a consumer, history.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Claim, ClaimOutcome } from "../../src/core/consume.ts";
import { open, until } from "./sqlite-helpers.ts";

const DONE: ClaimOutcome = { state: "done", result: "1" };

/** Executes jobs as the test says; those that it forgets end after it, before the queue closes. */
function hold(context: TestContext): Held {
  const claims: Claim[] = [];
  const end: ((outcome: ClaimOutcome) => void)[] = [];
  let isOver = false;
  context.after(() => {
    isOver = true;
    for (const each of end) each(DONE);
  });
  const execute = async (claim: Claim): Promise<ClaimOutcome> => {
    if (isOver) return DONE;
    claims.push(claim);
    return new Promise((resolve) => {
      end.push(resolve);
    });
  };
  return { claims, execute, end };
}

interface Held {
  readonly claims: Claim[];
  readonly end: ((outcome: ClaimOutcome) => void)[];
  readonly execute: (claim: Claim) => Promise<ClaimOutcome>;
}

const options = { worker: "w1", jobs: ["a"], concurrency: 1 };

test("a consumer takes only jobs whose names it knows, at most as many as its concurrency", async (context) => {
  const { claims, execute, end } = hold(context);
  const queue = open(context);
  queue.consume({ ...options, jobs: ["a", "b"], concurrency: 2 }, execute);
  for (const job of ["c", "a", "b", "a"]) await queue.submit({ job });
  await until("two are taken", () => claims.length === 2);
  assert.deepEqual(
    claims.map(({ job, attempt, failures, input }) => [job, attempt, failures, input]),
    [
      ["a", 1, 0, undefined],
      ["b", 1, 0, undefined],
    ],
  );
  const [worker] = await queue.workers();
  assert.deepEqual([worker?.name, worker?.pid, worker?.jobs], ["w1", process.pid, ["a", "b"]]);
  assert.deepEqual(
    worker?.running,
    claims.map(({ id }) => id),
  );
  end[0]!(DONE);
  await until("the third is taken", () => claims.length === 3);
  for (const each of end) each(DONE);
});

test("a worker that was silent for longer than its lease loses its jobs, and comes too late", async (context) => {
  const [first, second] = [hold(context), hold(context)];
  const queue = open(context, undefined, { lease: 100 });
  const handle = await queue.submit({ job: "a" });
  queue.consume({ ...options, worker: "slow" }, first.execute);
  await until("it is taken", () => first.claims.length === 1);
  block(150);
  // The newcomer takes back what has lapsed before the slow one's timers run.
  queue.consume({ ...options, worker: "other" }, second.execute);
  await until("it is taken again", () => second.claims.length === 1);
  await until("the slow one learns of it", () => first.claims[0]!.signal.aborted);
  assert.equal((first.claims[0]!.signal.reason as Error).name, "JobLostError");
  first.claims[0]!.log("too late");
  first.end[0]!({ state: "done", result: '"late"' });
  const { attempt, failures, lastError } = second.claims[0]!;
  assert.deepEqual([attempt, failures, lastError?.name], [2, 0, "JobLostError"]);
  // A later write: the late outcome has had its turn.
  await queue.retry("nobody");
  assert.equal((await handle.info()).state, "running");
  second.end[0]!({ state: "done", result: '"timely"' });
  assert.equal(await handle.result(), "timely");
  assert.deepEqual(await handle.logs(), []);
  const [lost, done] = await queue.attempts(handle.id);
  assert.deepEqual([lost?.outcome, lost?.worker, lost?.error?.name], ["lost", "slow", "JobLostError"]);
  assert.deepEqual([done?.outcome, done?.worker, done?.error], ["done", "other", undefined]);
});

test("a job that outlives no worker fails with a JobLostError after maxLost of them", async (context) => {
  const [first, second] = [hold(context), hold(context)];
  const queue = open(context, undefined, { lease: 60, maxLost: 2 });
  const handle = await queue.submit({ job: "a" });
  queue.consume({ ...options, worker: "one" }, first.execute);
  await until("it is taken", () => first.claims.length === 1);
  block(100);
  queue.consume({ ...options, worker: "two" }, second.execute);
  await until("it is taken again", () => second.claims.length === 1);
  block(100);
  const third = queue.consume({ ...options, jobs: ["b"], worker: "three" }, first.execute);
  await assert.rejects(handle.result(), {
    name: "JobLostError",
    code: "ERR_THENCE_JOB_LOST",
    message: /two.*1 before/,
  });
  assert.deepEqual(
    (await queue.attempts(handle.id)).map(({ worker, outcome }) => `${worker} ${outcome}`),
    ["one lost", "two failed"],
  );
  await third.stop();
});

test("a failed attempt with retryIn is queued again, and remembered", async (context) => {
  const queue = open(context);
  const handle = await queue.submit({ job: "a" });
  const seen: Claim[] = [];
  queue.consume(options, async (claim) => {
    seen.push(claim);
    const error = { name: "Error", message: `no. ${claim.attempt}` };
    return claim.attempt < 3 ? { state: "failed", error, retryIn: claim.attempt === 1 ? 30 : 0 } : DONE;
  });
  assert.equal(await handle.result(), 1);
  assert.deepEqual(
    seen.map(({ attempt, failures, lastError }) => [attempt, failures, lastError?.message]),
    [
      [1, 0, undefined],
      [2, 1, "no. 1"],
      [3, 2, "no. 2"],
    ],
  );
  const attempts = await queue.attempts(handle.id);
  assert.deepEqual(
    attempts.map(({ outcome, error }) => [outcome, error?.message]),
    [
      ["failed", "no. 1"],
      ["failed", "no. 2"],
      ["done", undefined],
    ],
  );
  assert.ok(attempts[1]!.startedAt - attempts[0]!.endedAt! >= 29, "the delay is kept");
});

test("a released job goes to the next worker, in its old place, and the attempt is no failure", async (context) => {
  const queue = open(context);
  const first = await queue.submit({ job: "a", id: "first" });
  await queue.submit({ job: "a", id: "second" });
  const order: string[] = [];
  queue.consume(options, async ({ id, attempt, failures }) => {
    order.push(`${id} ${attempt} ${failures}`);
    return order.length === 1 ? { state: "released" } : DONE;
  });
  const info = await first.join();
  assert.deepEqual([info.state, info.attempts], ["done", 2]);
  await (await queue.find("second"))!.join();
  assert.deepEqual(order, ["first 1 0", "first 2 0", "second 1 0"]);
});

test("a cancelled job ends cancelled even if its worker has not heard of it", async (context) => {
  const { claims, execute, end } = hold(context);
  const queue = open(context);
  queue.consume(options, execute);
  const handle = await queue.submit({ job: "a" });
  await until("it is taken", () => claims.length === 1);
  const cancelled = handle.cancel("enough");
  end[0]!(DONE);
  assert.equal(await cancelled, true);
  const info = await handle.join();
  assert.deepEqual([info.state, info.reason, info.result], ["cancelled", "enough", undefined]);
});

test("a cancelled attempt has no error of an attempt before it", async (context) => {
  const { claims, execute, end } = hold(context);
  const queue = open(context);
  queue.consume(options, async (claim) => {
    const error = { name: "Error", message: `no. ${claim.attempt}` };
    return claim.attempt === 1 ? { state: "failed", error, retryIn: 0 } : execute(claim);
  });
  const stopped = { state: "cancelled", reason: undefined } as const;
  for (const [index, outcome] of [stopped, { state: "released" } as const].entries()) {
    const handle = await queue.submit({ job: "a" });
    await until("the second attempt runs", () => claims.length === index + 1);
    await handle.cancel();
    end[index]!(outcome);
    assert.equal((await handle.join()).state, "cancelled");
    assert.deepEqual(
      (await queue.attempts(handle.id)).map((each) => [each.outcome, each.error?.message]),
      [
        ["failed", "no. 1"],
        ["cancelled", undefined],
      ],
    );
  }
});

test("a worker that gets its own job back does not take more than its concurrency while the old attempt runs", async (context) => {
  const { claims, execute, end } = hold(context);
  const queue = open(context, undefined, { lease: 100 });
  const job = await queue.submit({ job: "a" });
  queue.consume({ ...options, concurrency: 2 }, execute);
  await until("it is taken", () => claims.length === 1);
  block(150);
  // It learns of its own lapse from whoever comes next, who has no use for its job.
  queue.consume({ ...options, worker: "other", jobs: ["b"] }, execute);
  await until("it is taken again", () => claims.length === 2);
  assert.deepEqual(
    claims.map(({ id, attempt }) => [id, attempt]),
    [
      [job.id, 1],
      [job.id, 2],
    ],
  );
  const next = await queue.submit({ job: "a" });
  await new Promise((wake) => setTimeout(wake, 150));
  assert.equal(claims.length, 2, "both places are taken");
  end[0]!({ state: "released" });
  await until("the next is taken", () => claims.length === 3);
  assert.equal((await job.info()).state, "running");
  for (const each of end) each(DONE);
  assert.deepEqual([(await job.join()).attempts, (await next.join()).attempts], [2, 1]);
});

test("a consumer ends by itself after maxJobs, and after having been idle", async (context) => {
  const queue = open(context);
  for (let i = 0; i < 5; i++) await queue.submit({ job: "a", id: `j${i}` });
  const taken: string[] = [];
  const execute = async ({ id }: Claim): Promise<ClaimOutcome> => (taken.push(id), DONE);
  await queue.consume({ ...options, concurrency: 3, maxJobs: 2 }, execute).ended;
  assert.deepEqual(taken, ["j0", "j1"]);
  await queue.submit({ job: "a", delay: 60 });
  const start = performance.now();
  await queue.consume({ ...options, idle: 20 }, execute).ended;
  assert.equal(taken.length, 6);
  assert.ok(performance.now() - start >= 75, "a delayed job counts as work to come");
  assert.deepEqual(await queue.workers(), []);
});

test("a consumer is not idle while a job that it could have runs elsewhere, even if it is to be cancelled", async (context) => {
  const { claims, execute, end } = hold(context);
  const queue = open(context);
  const handle = await queue.submit({ job: "a" });
  queue.consume({ ...options, worker: "busy" }, execute);
  await until("it is taken", () => claims.length === 1);
  let hasEnded = false;
  const idle = queue.consume({ ...options, worker: "idle", idle: 10 }, execute);
  const stranger = queue.consume({ ...options, worker: "stranger", jobs: ["b"], idle: 10 }, execute);
  void idle.ended.then(() => (hasEnded = true));
  await stranger.ended;
  await handle.cancel();
  await new Promise((wake) => setTimeout(wake, 50));
  assert.equal(hasEnded, false);
  end[0]!({ state: "cancelled", reason: undefined });
  await idle.ended;
  assert.equal((await handle.info()).state, "cancelled");
});

test("retry queues a failed or cancelled job again, and no other", async (context) => {
  const queue = open(context);
  const handle = await queue.submit({ job: "a" });
  let count = 0;
  queue.consume(options, async () => {
    return count++ === 0 ? { state: "failed", error: { name: "Error", message: "first" } } : DONE;
  });
  assert.equal((await handle.join()).state, "failed");
  assert.equal(await queue.retry(handle.id), true);
  assert.equal(await handle.result(), 1);
  assert.equal(await queue.retry(handle.id), false);
  assert.equal(await queue.retry("nobody"), false);
  assert.deepEqual(
    (await queue.attempts(handle.id)).map(({ attempt, outcome }) => `${attempt} ${outcome}`),
    ["1 failed", "2 done"],
  );
});

test("retry works also when the history has the latest attempt already", async (context) => {
  const queue = open(context);
  const [one, two] = [await queue.submit({ job: "a", id: "one" }), await queue.submit({ job: "a", id: "two" })];
  const consumer = queue.consume(options, async ({ id }) => {
    const error = { name: "Error", message: `${id} fails` };
    return id === "one" ? { state: "failed", error, retryIn: 60_000 } : { state: "failed", error };
  });
  await until("one waits for its retry", async () => (await queue.attempts("one")).length === 1);
  assert.equal((await two.join()).state, "failed");
  await consumer.stop();
  assert.equal(await one.cancel(), true);
  assert.equal(await queue.retry("one"), true);
  assert.equal(await queue.retry("two"), true);
  assert.equal(await two.cancel(), true);
  assert.equal(await queue.retry("two"), true);
  queue.consume(options, async () => DONE);
  for (const handle of [one, two]) {
    assert.equal(await handle.result(), 1);
    assert.deepEqual(
      (await queue.attempts(handle.id)).map(({ attempt, outcome, error }) => [attempt, outcome, error?.message]),
      [
        [1, "failed", `${handle.id} fails`],
        [2, "done", undefined],
      ],
    );
  }
});

test("clean deletes what ended long enough ago, and tells whoever asks for it later", async (context) => {
  const queue = open(context, undefined, { keep: 50 });
  const old = await queue.submit({ job: "a" });
  await queue.submit({ job: "b", id: "open" });
  const consumer = queue.consume(options, async (claim) => (claim.log("line"), DONE));
  await old.join();
  await consumer.stop();
  assert.equal(await queue.clean({ olderThan: 60_000 }), 0);
  await until("it is old", async () => (await queue.clean()) === 1);
  await assert.rejects(old.info(), { code: "ERR_THENCE_QUEUE", message: /no longer in the queue/ });
  await assert.rejects(old.join(), { code: "ERR_THENCE_QUEUE" });
  assert.deepEqual(await old.logs(), []);
  assert.equal(await queue.find(old.id), undefined);
  assert.equal((await (await queue.find("open"))!.info()).state, "queued");
});

/** Lets nothing of this process happen for a while, heartbeats included. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
