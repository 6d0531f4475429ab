// Rules of attempts: how long one may take, how often there is another, and what a job knows of that.

import assert from "node:assert/strict";
import { times } from "./order.ts";
import { rule, type Rule } from "./rule.ts";

/** Attempts, timeouts, retries, parents. */
export const retrying: readonly Rule[] = [
  rule("a job learns its id and the number of its attempt", async (trial) => {
    const handle = await trial.submit("about");
    assert.deepEqual(await trial.result(handle), { id: handle.id, attempt: 1 });
  }),

  rule("a failed job is repeated as often as its request says, and learns the error before", async (trial) => {
    const handle = await trial.submit("flaky", { ...trial.scene("x"), failures: 2 }, { retry: 2 });
    assert.deepEqual(await trial.result(handle), { attempt: 3, last: "attempt 2 failed" });
    const info = await trial.end(handle);
    assert.deepEqual([info.attempts, info.error], [3, undefined]);
    assert.deepEqual(
      (await times(trial)).map(({ attempt }) => attempt),
      [1, 2, 3],
    );
  }),

  rule("a job whose request counts on from others sees their number and their last error", async (trial) => {
    const lastError = { name: "LateError", message: "of another request", code: "E_LATE" };
    const first = await trial.submit("flaky", { ...trial.scene("x"), failures: 2 }, { attempt: 3, lastError });
    assert.deepEqual(await trial.result(first), { attempt: 3, last: "of another request" });
    assert.equal((await trial.end(first)).attempts, 1, "the queue counts its own");
    const input = { ...trial.scene("y"), failures: 4 };
    const second = await trial.submit("flaky", input, { attempt: 4, lastError, retry: 1 });
    assert.deepEqual(await trial.result(second), { attempt: 5, last: "attempt 4 failed" });
  }),

  rule("a job that has failed once more than its retries fails with its last error", async (trial) => {
    const handle = await trial.submit("flaky", { ...trial.scene("x"), failures: 9 }, { retry: { limit: 2 } });
    const info = await trial.end(handle);
    assert.deepEqual([info.state, info.attempts, info.error?.code], ["failed", 3, "E3"]);
    const once = await trial.end(await trial.submit("flaky", { ...trial.scene("y"), failures: 9 }));
    assert.deepEqual([once.state, once.attempts, once.error?.code], ["failed", 1, "E1"]);
    assert.equal((await times(trial)).length, 4);
  }),

  rule("a retry waits for its delay, which grows by its factor", async (trial) => {
    const retry = { limit: 2, delay: 100, factor: 2 };
    const handle = await trial.submit("flaky", { ...trial.scene("x"), failures: 2 }, { retry });
    assert.deepEqual(await trial.result(handle), { attempt: 3, last: "attempt 2 failed" });
    const [first, second, third] = (await times(trial)).map(({ at }) => at) as [number, number, number];
    assert.ok(second - first >= 98, `the first delay was ${second - first} ms`);
    assert.ok(third - second >= 198, `the second delay was ${third - second} ms`);
  }),

  rule("a retry waits no longer than its maxDelay", async (trial) => {
    const retry = { limit: 2, delay: 50, factor: 1e6, maxDelay: 100 };
    const handle = await trial.submit("flaky", { ...trial.scene("x"), failures: 2 }, { retry });
    assert.deepEqual(await trial.result(handle), { attempt: 3, last: "attempt 2 failed" });
    const [, second, third] = (await times(trial)).map(({ at }) => at) as [number, number, number];
    assert.ok(third - second >= 98, `the second delay was ${third - second} ms`);
  }),

  rule(
    "a job that waits for its retry holds nobody up, and can be cancelled",
    async (trial) => {
      const retry = { limit: 1, delay: 600_000 };
      const handle = await trial.submit("flaky", { ...trial.scene("x"), failures: 1 }, { retry });
      await trial.until("the first attempt has begun", async () => (await times(trial)).length > 0);
      assert.equal(await trial.result(await trial.submit("echo", "meanwhile")), "meanwhile");
      await trial.until("the job waits", async () => (await handle.info()).state === "queued");
      assert.equal(await trial.within("cancel()", handle.cancel("enough")), true);
      const { state, attempts, reason } = await trial.end(handle);
      assert.deepEqual([state, attempts, reason], ["cancelled", 1, "enough"]);
    },
    { concurrency: 1 },
  ),

  rule("without retries in its request a job has those of its own policy", async (trial) => {
    const handle = await trial.submit("stubborn", { ...trial.scene("x"), failures: 2 });
    assert.deepEqual(await trial.result(handle), { attempt: 3, last: "attempt 2 failed" });
    const never = await trial.end(await trial.submit("stubborn", { ...trial.scene("y"), failures: 2 }, { retry: 0 }));
    assert.deepEqual([never.state, never.attempts], ["failed", 1], "the request has the last word");
  }),

  rule(
    "an attempt that takes longer than its timeout is stopped and fails",
    async (trial) => {
      await trial.result(await trial.submit("echo"));
      const handle = await trial.submit("hold", trial.scene("x", "x"), { timeout: 300, retry: 1 });
      await trial.stage.saw("start x");
      if (trial.supports.abort === "none") await trial.stage.openGate("x");
      const info = await trial.end(handle);
      if (trial.supports.abort === "none" && info.state === "done") return;
      assert.deepEqual([info.state, info.attempts], ["failed", 2], "it is repeated like others");
      assert.equal(info.error?.code, "ERR_THENCE_TIMEOUT");
      assert.equal((await trial.stage.lines()).includes("end x"), false);
    },
    { concurrency: 1 },
  ),

  rule(
    "the time that a job waits is no part of its timeout",
    async (trial) => {
      await trial.occupy("first");
      const handle = await trial.submit("hold", trial.scene("x", "x"), { timeout: 600 });
      await trial.refuses("join()", "JoinTimeoutError", handle.join({ timeout: 700 }));
      await trial.stage.openGate("first");
      await trial.stage.saw("start x");
      await trial.calm();
      await trial.stage.openGate("x");
      assert.equal((await trial.end(handle)).state, "done");
    },
    { concurrency: 1 },
  ),

  rule("a timeout of 0 is no time at all, and not none given", async (trial) => {
    trial.skipUnless(trial.supports.abort !== "none", "the queue cannot stop running jobs");
    const info = await trial.end(await trial.submit("hold", trial.scene("x", "x"), { timeout: 0 }));
    assert.deepEqual([info.state, info.error?.code], ["failed", "ERR_THENCE_TIMEOUT"]);
  }),

  rule("without a timeout in its request a job has that of its own policy", async (trial) => {
    trial.skipUnless(trial.supports.abort !== "none", "the queue cannot stop running jobs");
    const info = await trial.end(await trial.submit("hasty", trial.scene("x", "x")));
    assert.deepEqual([info.state, info.error?.code], ["failed", "ERR_THENCE_TIMEOUT"]);
    const longer = await trial.submit("hasty", trial.scene("y", "y"), { timeout: trial.patience });
    await trial.stage.saw("start y");
    await trial.refuses("join()", "JoinTimeoutError", longer.join({ timeout: 400 }));
    await trial.stage.openGate("y");
    assert.equal((await trial.end(longer)).state, "done", "the request has the last word");
  }),

  rule("a job queues others, which are marked with it as their parent", async (trial) => {
    const handle = await trial.submit("parent", { from: "parent" });
    const id = await trial.result(handle);
    assert.equal(typeof id, "string");
    const child = await trial.within("find()", trial.queue.find(id as string));
    assert.ok(child, "the queue knows the job that its job has queued");
    assert.deepEqual(await trial.result(child), { from: "parent" });
    assert.equal((await trial.end(child)).parent, handle.id);
    assert.equal((await trial.end(handle)).parent, undefined);
    const given = await trial.submit("echo", 1, { parent: "whoever" });
    assert.equal((await trial.end(given)).parent, "whoever");
  }),
];
