// Rules of waiting for jobs: whoever waits only observes.

import assert from "node:assert/strict";
import { rule, type Rule } from "./rule.ts";

/** Waiting. */
export const joining: readonly Rule[] = [
  rule("join resolves with the info of a job however it has ended", async (trial) => {
    const done = await trial.submit("echo", 1);
    const failed = await trial.submit("fail", { message: "told" });
    assert.equal((await trial.end(done)).state, "done");
    assert.equal((await trial.end(failed)).state, "failed");
    assert.deepEqual(await trial.end(done), await trial.within("info()", done.info()));
  }),

  rule("a join that has timed out throws a JoinTimeoutError, changes nothing, and may be repeated", async (trial) => {
    const handle = await trial.occupy("first");
    for (let i = 0; i < 3; i++) {
      await trial.refuses("join()", "JoinTimeoutError", handle.join({ timeout: 20 }));
      await trial.refuses("result()", "JoinTimeoutError", handle.result({ timeout: 20 }));
    }
    assert.equal((await trial.within("info()", handle.info())).state, "running");
    await trial.stage.openGate("first");
    assert.equal(await trial.result(handle), 1);
    const timely = handle.join({ timeout: trial.patience });
    assert.equal((await trial.within("join()", timely)).attempts, 1);
    assert.deepEqual(await trial.stage.lines(), ["start first", "end first"]);
  }),

  rule("a join ends with the reason of its signal, which changes nothing for the job", async (trial) => {
    const handle = await trial.occupy("first");
    const reason = new RangeError("seen enough");
    const controller = new AbortController();
    const join = handle.join({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 10);
    assert.equal(await trial.refuses("join()", "RangeError", join), reason);
    assert.equal(
      await trial.refuses("result()", "RangeError", handle.result({ signal: AbortSignal.abort(reason) })),
      reason,
    );
    await trial.stage.openGate("first");
    assert.equal((await trial.end(handle)).state, "done");
  }),

  rule("every join of a job is told its end, at whatever time it began", async (trial) => {
    const handle = await trial.occupy("first");
    const joins = Array.from({ length: 20 }, () => trial.later(handle.join()));
    const found = await trial.within("find()", trial.queue.find(handle.id));
    joins.push(trial.later(found!.join()));
    await trial.stage.openGate("first");
    const infos = await trial.within("all joins", Promise.all(joins));
    infos.push(await trial.end(handle));
    for (const info of infos) assert.deepEqual([info.id, info.state, info.result], [handle.id, "done", 1]);
  }),

  rule("a job that nobody waits for is executed too", async (trial) => {
    await trial.submit("hold", trial.scene("alone"));
    await trial.stage.saw("end alone");
  }),
];
