// Rules of whoever executes the jobs: that they share them, and that no job is lost with one of them.

import assert from "node:assert/strict";
import type { SuiteWorker } from "./harness.ts";
import { times } from "./order.ts";
import { rule, type Rule } from "./rule.ts";
import type { Trial } from "./trial.ts";

/** Workers, stopped and lost. */
export const workers: readonly Rule[] = [
  rule(
    "jobs wait for a worker, and a worker takes what was there before it",
    async (trial) => {
      needsWorkers(trial);
      const handle = await trial.submit("echo", "patient");
      await trial.refuses("join()", "JoinTimeoutError", handle.join({ timeout: 50 }));
      assert.equal((await trial.within("info()", handle.info())).state, "queued");
      await trial.worker();
      assert.equal(await trial.result(handle), "patient");
    },
    { workers: 0 },
  ),

  rule(
    "several workers share the jobs, and each job is executed once",
    async (trial) => {
      needsWorkers(trial);
      const names = ["a", "b", "c"];
      const held = await Promise.all(names.map((name) => trial.submit("hold", trial.scene(name, "all"))));
      for (const name of names) await trial.stage.saw(`start ${name}`);
      await trial.stage.openGate("all");
      const infos = await Promise.all(held.map((handle) => trial.end(handle)));
      const by = infos.map(({ worker }) => worker);
      assert.equal(new Set(by).size, 3, `info().worker tells who has the job: ${by.join(", ")}`);
      const before = (await trial.stage.lines()).length;
      const handles = await Promise.all(
        Array.from({ length: 150 }, (_, i) => trial.submit("flaky", { ...trial.scene(`j${i}`), failures: 0 })),
      );
      for (const handle of handles) assert.equal((await trial.end(handle)).attempts, 1);
      const executed = (await times(trial)).slice(before).map(({ name }) => name);
      assert.deepEqual(executed.toSorted(), handles.map((_, i) => `j${i}`).toSorted());
    },
    { workers: 3, concurrency: 1 },
  ),

  rule(
    "a worker that is stopped ends what it has and takes nothing more",
    async (trial) => {
      needsWorkers(trial);
      const worker = await trial.worker();
      const first = await trial.occupy("first");
      const second = await trial.submit("hold", trial.scene("second"));
      let isGone = false;
      const stopped = worker.stop().then(() => (isGone = true));
      await trial.calm();
      assert.equal(isGone, false, "it stops while its job runs");
      await trial.stage.openGate("first");
      await trial.within("the worker to stop", stopped);
      const { state, attempts, result } = await trial.end(first);
      assert.deepEqual([state, attempts, result], ["done", 1, 1]);
      await trial.calm();
      assert.equal((await trial.within("info()", second.info())).state, "queued");
      await trial.worker();
      assert.equal(await trial.result(second), 1);
    },
    { workers: 0, concurrency: 1 },
  ),

  rule(
    "the job of a worker that is killed is done by another one, or fails with a JobLostError",
    async (trial) => {
      needsWorkers(trial);
      const worker = await trial.worker({ killable: true });
      const handle = await trial.occupy("first");
      const waiting = await trial.submit("echo", "waits");
      await trial.within("the worker to be killed", Promise.resolve(worker.kill()));
      await trial.worker();
      if (trial.supports.durable) {
        await trial.until("another worker has the job", async () => (await handle.info()).attempts === 2);
        await trial.stage.openGate("first");
        assert.equal(await trial.result(handle), 2);
      } else await trial.refuses("result()", "JobLostError", handle.result());
      assert.equal(await trial.result(waiting), "waits");
    },
    { workers: 0, concurrency: 1 },
  ),

  rule(
    "what a worker does to a job that was given to another one comes too late",
    async (trial) => {
      needsWorkers(trial);
      trial.skipUnless(trial.supports.durable, "jobs are not given to others");
      const worker = await trial.worker({ killable: true });
      const handle = await trial.occupy("first");
      halt(trial, worker);
      try {
        await trial.worker();
        await trial.until("another worker has the job", async () => (await handle.info()).attempts === 2);
        await trial.stage.openGate("first");
        assert.equal(await trial.result(handle), 2);
      } finally {
        wake(worker);
      }
      const info = await trial.end(handle);
      // The one that was frozen either ends its job, late, or has seen that it is no longer its own.
      await trial.until("the late worker is done with the job", async () => (await trial.stage.lines()).length >= 4);
      await trial.calm();
      assert.deepEqual(await trial.within("info()", handle.info()), info);
      assert.equal(await trial.result(await trial.submit("echo", "and on")), "and on");
    },
    { workers: 0, concurrency: 1 },
  ),

  rule("a job that ends its thread or process fails with a JobLostError, and alone", async (trial) => {
    trial.skipUnless(!trial.hasWorkers && trial.harness.sameProcess !== true, "jobs live with others");
    const others = [await trial.occupy("a"), await trial.occupy("b")];
    const handle = await trial.submit("exit", trial.scene("x"));
    await trial.refuses("result()", "JobLostError", handle.result());
    const lost = await trial.end(handle);
    assert.deepEqual([lost.state, lost.error?.name, lost.error?.machinery], ["failed", "JobLostError", true]);
    await trial.stage.openGate("a");
    await trial.stage.openGate("b");
    for (const other of others) {
      const { state, attempts } = await trial.end(other);
      assert.deepEqual([state, attempts], ["done", 1], "the others go on");
    }
    for (let i = 0; i < 8; i++) assert.equal(await trial.result(await trial.submit("echo", i)), i);
  }),
];

function needsWorkers(trial: Trial): void {
  trial.skipUnless(trial.hasWorkers, "the queue executes its jobs by itself");
}

function halt(trial: Trial, worker: SuiteWorker): void {
  if (worker.freeze !== undefined) return worker.freeze();
  trial.skipUnless(worker.pid !== undefined && worker.pid !== process.pid, "its workers cannot be halted");
  process.kill(worker.pid!, "SIGSTOP");
}

function wake(worker: SuiteWorker): void {
  if (worker.thaw === undefined) process.kill(worker.pid!, "SIGCONT");
  else worker.thaw();
}
