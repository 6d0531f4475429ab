// Rules of what starts when: submission, priority, delay, concurrency and limits.

import assert from "node:assert/strict";
import type { JobHandle } from "../../core/job-queue.ts";
import { rule, type Rule } from "./rule.ts";
import type { Trial } from "./trial.ts";

/** Order, priorities, delays, limits. */
export const order: readonly Rule[] = [
  rule(
    "jobs of the same priority start in the order of their submission",
    async (trial) => {
      await trial.occupy("first");
      const handles: JobHandle[] = [];
      for (let i = 0; i < 20; i++) handles.push(await trial.submit("hold", trial.scene(String(i))));
      await trial.stage.openGate("first");
      for (const handle of handles) await trial.end(handle);
      assert.deepEqual(await started(trial), ["first", ...handles.keys().map(String)]);
    },
    { concurrency: 1 },
  ),

  rule(
    "jobs of a greater priority start sooner, or priorities are refused",
    async (trial) => {
      if (!trial.supports.priority) {
        await trial.refuses("submit()", "UnsupportedError", trial.queue.submit({ job: "echo", id: "p", priority: 1 }));
        assert.equal(await trial.within("find()", trial.queue.find("p")), undefined);
        assert.equal(await trial.result(await trial.submit("echo", 1, { priority: 0 })), 1);
        return;
      }
      await trial.occupy("first");
      const handles: JobHandle[] = [];
      for (const priority of [0, 5, -3, 5, 100, 0, -3, 1]) {
        const name = `${priority}#${handles.length}`;
        handles.push(await trial.submit("hold", trial.scene(name), { priority }));
      }
      assert.equal((await trial.within("info()", handles[4]!.info())).priority, 100);
      await trial.stage.openGate("first");
      for (const handle of handles) await trial.end(handle);
      const expected = ["first", "100#4", "5#1", "5#3", "1#7", "0#0", "0#5", "-3#2", "-3#6"];
      assert.deepEqual(await started(trial), expected);
    },
    { concurrency: 1 },
  ),

  rule(
    "a priority may be infinite, as that of a task may",
    async (trial) => {
      trial.skipUnless(trial.supports.priority, "the queue has no priorities");
      await trial.occupy("first");
      const handles: JobHandle[] = [];
      for (const priority of [-1e300, -Infinity, 0, 1e300, Infinity]) {
        handles.push(await trial.submit("hold", trial.scene(String(priority)), { priority }));
      }
      await trial.stage.openGate("first");
      for (const handle of handles) await trial.end(handle);
      assert.deepEqual(await started(trial), ["first", "Infinity", "1e+300", "0", "-1e+300", "-Infinity"]);
    },
    { concurrency: 1 },
  ),

  rule(
    "a delayed job starts when its delay is over and not sooner, or delays are refused",
    async (trial) => {
      if (!trial.supports.delay) {
        await trial.refuses("submit()", "UnsupportedError", trial.queue.submit({ job: "echo", id: "d", delay: 10 }));
        assert.equal(await trial.within("find()", trial.queue.find("d")), undefined);
        assert.equal(await trial.result(await trial.submit("echo", 1, { delay: 0 })), 1);
        return;
      }
      // Whoever executes jobs may take its time to start.
      await trial.result(await trial.submit("echo"));
      const before = Date.now();
      const late = await trial.submit("flaky", { ...trial.scene("late"), failures: 0 }, { delay: 600 });
      const prompt = await trial.submit("flaky", { ...trial.scene("prompt"), failures: 0 });
      const info = await trial.within("info()", late.info());
      assert.equal(info.state, "queued");
      assert.ok(Math.abs((info.notBefore ?? 0) - info.createdAt - 600) < 50, "notBefore tells when it may start");
      await trial.end(prompt);
      await trial.end(late);
      const [first, second] = await times(trial);
      assert.equal(first?.name, "prompt");
      assert.ok((second?.at ?? 0) - before >= 598, `it started ${(second?.at ?? 0) - before} ms after its submission`);
    },
    { concurrency: 1 },
  ),

  rule("jobs run at once, as many as the concurrency allows", async (trial) => {
    const names = ["a", "b", "c", "d"];
    const handles = await Promise.all(names.map((name) => trial.submit("hold", trial.scene(name, "all"))));
    for (const name of names) await trial.stage.saw(`start ${name}`);
    const fifth = await trial.submit("hold", trial.scene("e"));
    assert.equal((await trial.within("info()", fifth.info())).state, "queued");
    assert.equal((await started(trial)).length, 4);
    await trial.stage.openGate("all");
    for (const handle of [...handles, fifth]) await trial.end(handle);
    assert.equal((await trial.stage.lines()).indexOf("start e") > 4, true, "the fifth starts after another has ended");
  }),

  rule("no more jobs of a name run at once than their limit says, and other jobs pass them", async (trial) => {
    const limited = { limit: 1 };
    await trial.occupy("a", "hold", limited);
    const waiting = await trial.submit("hold", trial.scene("b", "b"), limited);
    const last = await trial.submit("hold", trial.scene("c"), limited);
    assert.equal(await trial.result(await trial.submit("echo", "passes")), "passes");
    assert.equal((await trial.within("info()", waiting.info())).state, "queued");
    await trial.stage.openGate("a");
    await trial.stage.saw("start b");
    assert.equal(await trial.result(await trial.submit("echo", "passes")), "passes");
    assert.equal((await trial.within("info()", last.info())).state, "queued");
    await trial.stage.openGate("b");
    await trial.end(last);
    assert.deepEqual(
      (await trial.stage.lines()).toSorted((a, b) => a.slice(-1).localeCompare(b.slice(-1))),
      ["start a", "end a", "start b", "end b", "start c", "end c"],
    );
  }),

  rule("a job with a limit that fails, or is cancelled, makes room for the next of its name", async (trial) => {
    const limited = { limit: 1 };
    const flaky = (failures: number): Promise<JobHandle> =>
      trial.submit("flaky", { ...trial.scene("x"), failures }, limited);
    assert.equal((await trial.end(await flaky(1))).state, "failed");
    assert.equal((await trial.end(await flaky(0))).state, "done");
    const running = await trial.occupy("a", "hold", limited);
    const waiting = await trial.submit("hold", trial.scene("b"), limited);
    const last = await trial.submit("hold", trial.scene("c"), limited);
    await trial.within("cancel()", waiting.cancel());
    if (trial.supports.abort === "none") await trial.stage.openGate("a");
    else await trial.within("cancel()", running.cancel());
    assert.equal((await trial.end(last)).state, "done");
    assert.equal((await trial.end(waiting)).state, "cancelled");
  }),

  rule("a job beyond its limit is refused with a JobRefusedError if it asks for that", async (trial) => {
    const refuse = { limit: 2, whenFull: "refuse" } as const;
    const a = await trial.occupy("a", "hold", refuse);
    await trial.occupy("b", "hold", refuse);
    const third = trial.queue.submit({ id: "third", job: "hold", input: trial.scene("c"), ...refuse });
    await trial.refuses("submit()", "JobRefusedError", third);
    assert.equal(await trial.within("find()", trial.queue.find("third")), undefined);
    assert.equal(await trial.result(await trial.submit("echo", 1, refuse)), 1);
    await trial.stage.openGate("a");
    await trial.end(a);
    assert.equal(await trial.result(await trial.submit("hold", trial.scene("d"), refuse)), 1);
  }),
];

async function started(trial: Trial): Promise<string[]> {
  return (await trial.stage.lines()).flatMap((line) => (line.startsWith("start ") ? [line.slice(6)] : []));
}

/** When the attempts of `flaky` jobs began, in milliseconds since the epoch. */
export async function times(trial: Trial): Promise<{ name: string; attempt: number; at: number }[]> {
  return (await trial.stage.lines()).map((line) => {
    const [, name = "", attempt, at] = line.split(" ");
    return { name, attempt: Number(attempt), at: Number(at) };
  });
}
