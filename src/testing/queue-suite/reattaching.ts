// Rules of queues that are opened more than once: what one connection does, every other one sees, in this process or another.

import assert from "node:assert/strict";
import type { JobHandle, Queue } from "../../core/job-queue.ts";
import { observe } from "./observe.ts";
import { rule, type Rule } from "./rule.ts";
import type { Trial } from "./trial.ts";

/** Other connections and processes. */
export const reattaching: readonly Rule[] = [
  rule("another connection finds a running job and joins it", async (trial) => {
    const queue = await trial.another();
    const { id } = await trial.occupy("first");
    const handle = await find(trial, queue, id);
    const join = trial.later(handle.join());
    assert.equal((await trial.within("info()", handle.info())).state, "running");
    await trial.stage.openGate("first");
    assert.deepEqual((await trial.within("join()", join)).result, 1);
    assert.equal(await trial.result(handle), 1);
  }),

  rule("another connection knows all about a job that has ended", async (trial) => {
    const queue = await trial.another();
    const done = await trial.submit("chat", { ...trial.scene("x"), lines: ["a", "b"] });
    const failed = await trial.submit("fail", { message: "told", code: "E_TOLD" });
    for (const handle of [done, failed]) {
      const info = await trial.end(handle);
      assert.deepEqual(await trial.end(await find(trial, queue, handle.id)), info);
    }
    if (!trial.supports.logs) return;
    assert.deepEqual(await trial.within("logs()", (await find(trial, queue, done.id)).logs()), ["a", "b"]);
  }),

  rule("an id that is submitted on another connection attaches to the same job", async (trial) => {
    const queue = await trial.another();
    const first = await trial.occupy("first", "hold", { id: "same" });
    const request = { id: "same", job: "hold", input: trial.scene("second") };
    const again = await trial.within("submit()", queue.submit(request));
    await trial.stage.openGate("first");
    assert.deepEqual(await trial.end(again), await trial.end(first));
    assert.deepEqual(await trial.stage.lines(), ["start first", "end first"]);
  }),

  rule("another connection cancels a running job", async (trial) => {
    trial.skipUnless(trial.supports.abort !== "none", "the queue cannot stop running jobs");
    const queue = await trial.another();
    const first = await trial.occupy("first");
    const handle = await find(trial, queue, first.id);
    assert.equal(await trial.within("cancel()", handle.cancel("from afar")), true);
    const { state, reason } = await trial.end(first);
    assert.deepEqual([state, reason], ["cancelled", "from afar"]);
  }),

  rule(
    "listeners on another connection are told what happens",
    async (trial) => {
      const queue = await trial.another();
      await trial.occupy("first");
      const { id } = await trial.submit("chat", { ...trial.scene("x"), lines: ["a", "b", "c"] });
      const handle = await find(trial, queue, id);
      const told: string[] = [];
      const lines: string[] = [];
      handle.on("start", () => told.push("start"));
      handle.on("end", () => told.push("end"));
      if (trial.supports.logs) handle.on("log", (line) => lines.push(line));
      await trial.stage.openGate("first");
      const expected = trial.supports.logs ? ["a", "b", "c"] : [];
      await trial.until("all is told", () => told.length >= 2 && lines.length >= expected.length);
      await trial.calm();
      assert.deepEqual([told, lines], [["start", "end"], expected]);
    },
    { concurrency: 1 },
  ),

  rule("what is submitted on one connection is listed on another", async (trial) => {
    const queue = await trial.another();
    const { id } = await trial.submit("echo", 1);
    const other = await trial.within("submit()", queue.submit({ job: "echo", input: 2 }));
    for (const each of [trial.queue, queue]) {
      const listed: string[] = [];
      for await (const info of each.jobs()) listed.push(info.id);
      assert.deepEqual(listed, [id, other.id]);
    }
  }),

  rule("to close one connection leaves the others alone", async (trial) => {
    const queue = await trial.another();
    const handle = await trial.occupy("first");
    const join = trial.later(handle.join());
    await trial.within("close()", queue.close());
    await trial.stage.openGate("first");
    assert.equal((await trial.within("join()", join)).state, "done");
    assert.equal(await trial.result(await trial.submit("echo", "and on")), "and on");
  }),

  rule(
    "jobs of a durable queue outlive the connection that has submitted them",
    async (trial) => {
      trial.skipUnless(trial.supports.durable && trial.hasWorkers, "the queue is not durable");
      const { id } = await trial.submit("echo", "kept", { id: "kept" });
      await trial.within("close()", trial.queue.close());
      const queue = await trial.another();
      const handle = await find(trial, queue, id);
      assert.equal((await trial.within("info()", handle.info())).state, "queued");
      await trial.worker();
      assert.equal(await trial.result(handle), "kept");
    },
    { workers: 0 },
  ),

  rule("a second process finds a running job, joins it and ends by itself", async (trial) => {
    const { elsewhere } = trial.harness;
    trial.skipUnless(elsewhere !== undefined, "its harness does not say how another process opens the queue");
    const { id } = await trial.occupy("first");
    const observer = observe(elsewhere!, id);
    try {
      assert.equal(await trial.within("the other process to find the job", observer.found), "running");
      await trial.stage.openGate("first");
      assert.deepEqual(await trial.within("the other process to end", observer.ended), { state: "done", result: 1 });
    } finally {
      observer.kill();
    }
  }),
];

async function find(trial: Trial, queue: Queue, id: string): Promise<JobHandle> {
  const handle = await trial.within("find()", queue.find(id));
  assert.ok(handle, `the other connection knows no job ${id}`);
  assert.equal(handle.id, id);
  return handle;
}
