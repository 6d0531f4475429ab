// The SQLite queue as workers see it: taking, releasing, limits of a consumer, repeating and cleaning.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Claim, ClaimOutcome } from "../../src/core/consume.ts";
import { DONE, hold, open, until } from "./sqlite-helpers.ts";

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
