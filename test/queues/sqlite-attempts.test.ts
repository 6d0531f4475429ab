// Attempts in the SQLite queue: what becomes of them when a lease lapses, and what their history says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { block, DONE, hold, newFile, open, until } from "./sqlite-helpers.ts";

const options = { worker: "w1", jobs: ["a"], concurrency: 1 };

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

test("a very long log is written down in parts, and all of it before the outcome", async (context) => {
  const file = newFile(context);
  const queue = open(context, file);
  const handle = await queue.submit({ job: "a" });
  const count = 100_000;
  queue.consume(options, async (claim) => {
    for (let i = 0; i < count; i++) claim.log(String(i));
    return DONE;
  });
  const seen = new Set<number>();
  const reader = open(context, file);
  const other = (await reader.find(handle.id))!;
  while ((await other.info()).state !== "done") {
    seen.add((await other.logs()).length);
    await new Promise((wake) => setImmediate(wake));
  }
  assert.ok(seen.size > 3, `seen were ${[...seen].join(", ")}`);
  const lines = await handle.logs();
  assert.deepEqual([lines.length, lines.every((line, index) => line === String(index))], [count, true]);
});
