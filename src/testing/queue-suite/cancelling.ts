// Rules of cancelling jobs: those that wait, those that run, and those that have ended.

import assert from "node:assert/strict";
import { rule, type Rule } from "./rule.ts";

/** Cancelling. */
export const cancelling: readonly Rule[] = [
  rule(
    "a waiting job that is cancelled never runs",
    async (trial) => {
      const first = await trial.occupy("first");
      const second = await trial.submit("hold", trial.scene("second"));
      assert.equal(await trial.within("cancel()", second.cancel("not wanted")), true);
      const info = await trial.end(second);
      assert.deepEqual([info.state, info.reason, info.attempts], ["cancelled", "not wanted", 0]);
      assert.equal(info.result, undefined);
      await trial.stage.openGate("first");
      await trial.end(first);
      await trial.end(await trial.submit("hold", trial.scene("third")));
      assert.deepEqual(await trial.stage.lines(), ["start first", "end first", "start third", "end third"]);
      assert.equal((await trial.end(second)).state, "cancelled");
    },
    { concurrency: 1 },
  ),

  rule("a delayed job that is cancelled never runs", async (trial) => {
    trial.skipUnless(trial.supports.delay, "the queue has no delays");
    const late = await trial.submit("hold", trial.scene("late"), { delay: 500 });
    assert.equal(await trial.within("cancel()", late.cancel()), true);
    assert.equal((await trial.end(late)).state, "cancelled");
    await trial.end(await trial.submit("hold", trial.scene("later"), { delay: 600 }));
    assert.deepEqual(await trial.stage.lines(), ["start later", "end later"]);
  }),

  rule("a running job that is cancelled sees its signal, and ends cancelled", async (trial) => {
    const handle = await trial.occupy("first");
    if (trial.supports.abort === "none") {
      await trial.refuses("cancel()", "UnsupportedError", handle.cancel());
      await trial.stage.openGate("first");
      assert.equal((await trial.end(handle)).state, "done");
      return;
    }
    assert.equal(await trial.within("cancel()", handle.cancel("enough")), true);
    const info = await trial.end(handle);
    assert.deepEqual([info.state, info.reason, info.result], ["cancelled", "enough", undefined]);
    assert.deepEqual(await trial.stage.lines(), ["start first", "abort first"]);
  }),

  rule("a running job that ignores its signal ends cancelled all the same", async (trial) => {
    trial.skipUnless(trial.supports.abort !== "none", "the queue cannot stop running jobs");
    const handle = await trial.occupy("first", "ignore");
    assert.equal(await trial.within("cancel()", handle.cancel("enough")), true);
    await trial.stage.openGate("first");
    const info = await trial.end(handle);
    assert.deepEqual([info.state, info.reason, info.result], ["cancelled", "enough", undefined]);
  }),

  rule("a running job that blocks its thread is stopped where supports.abort says forceful", async (trial) => {
    trial.skipUnless(trial.supports.abort === "forceful", "the queue cannot stop such jobs");
    const handle = await trial.occupy("first", "spin");
    assert.equal(await trial.within("cancel()", handle.cancel("enough")), true);
    assert.equal((await trial.end(handle)).state, "cancelled");
    assert.equal(await trial.result(await trial.submit("echo", "and on")), "and on");
    assert.deepEqual(await trial.stage.lines(), ["start first"]);
  }),

  rule("to cancel a job again that has not stopped yet gives true", async (trial) => {
    trial.skipUnless(trial.supports.abort !== "none", "the queue cannot stop running jobs");
    const handle = await trial.occupy("first", "ignore");
    for (let i = 0; i < 2; i++) assert.equal(await trial.within("cancel()", handle.cancel("enough")), true);
    await trial.stage.openGate("first");
    assert.equal((await trial.end(handle)).state, "cancelled");
  }),

  rule("a cancelled job is not repeated, whatever its retries", async (trial) => {
    trial.skipUnless(trial.supports.abort !== "none", "the queue cannot stop running jobs");
    const handle = await trial.occupy("first", "hold", { retry: 3 });
    await trial.within("cancel()", handle.cancel());
    const info = await trial.end(handle);
    assert.deepEqual([info.state, info.attempts], ["cancelled", 1]);
  }),

  rule("to cancel a job that has ended gives false and changes nothing", async (trial) => {
    const handles = [await trial.submit("echo", 1), await trial.submit("fail", {})];
    for (const handle of handles) {
      const info = await trial.end(handle);
      assert.equal(await trial.within("cancel()", handle.cancel("too late")), false);
      assert.deepEqual(await trial.within("info()", handle.info()), info);
    }
  }),

  rule(
    "the result of a cancelled job is a CancelledError with the reason",
    async (trial) => {
      await trial.occupy("first");
      const handle = await trial.submit("echo");
      await trial.within("cancel()", handle.cancel("no time"));
      const error = await trial.refuses("result()", "CancelledError", handle.result());
      assert.match(error.message, /no time/);
      assert.equal((error as { reason?: unknown }).reason, "no time");
    },
    { concurrency: 1 },
  ),

  rule("to cancel one job leaves the others alone", async (trial) => {
    const others = [await trial.occupy("a"), await trial.occupy("b")];
    await trial.occupy("c");
    const handle = await trial.submit("hold", trial.scene("d", "d"));
    await trial.stage.saw("start d");
    if (trial.supports.abort !== "none") {
      await trial.within("cancel()", handle.cancel());
      await trial.end(handle);
    }
    for (const name of ["a", "b", "c", "d"]) await trial.stage.openGate(name);
    for (const other of others) assert.equal((await trial.end(other)).state, "done");
  }),
];
