// Rules of many things at once.

import assert from "node:assert/strict";
import { rule, type Rule } from "./rule.ts";

/** Many jobs, joins and lines. */
export const load: readonly Rule[] = [
  rule("10,000 jobs that are submitted at once are each done once", async (trial) => {
    const numbers = Array.from({ length: 10_000 }, (_, i) => i);
    const submitting = numbers.map((a) => trial.queue.submit({ job: "add", input: { a, b: 1 } }));
    const handles = await trial.within("10,000 submissions", Promise.all(submitting));
    const infos = await trial.within("10,000 jobs", Promise.all(handles.map((handle) => handle.join())));
    for (const [i, { state, result, attempts }] of infos.entries()) {
      if (state !== "done" || result !== i + 1 || attempts !== 1) {
        assert.deepEqual([state, result, attempts], ["done", i + 1, 1], `job ${i}`);
      }
    }
    const listed = new Set<string>();
    for await (const { id } of trial.queue.jobs({ state: "done" })) listed.add(id);
    assert.equal(listed.size, 10_000, "all are listed");
  }),

  rule(
    "1,500 joins at once are each told the end of their own job",
    async (trial) => {
      await trial.occupy("first");
      const numbers = Array.from({ length: 500 }, (_, i) => i);
      const handles = await Promise.all(numbers.map((i) => trial.submit("echo", i)));
      const joins = [...handles, ...handles, ...handles].map((handle) => trial.later(handle.result()));
      const warnings: Error[] = [];
      const warn = (warning: Error): void => void (/listener/i.test(warning.message) && warnings.push(warning));
      process.on("warning", warn);
      await trial.stage.openGate("first");
      const results = await trial.within("1,500 joins", Promise.all(joins));
      process.off("warning", warn);
      assert.deepEqual(results, [...numbers, ...numbers, ...numbers]);
      assert.deepEqual(warnings, [], "no listeners pile up");
    },
    { concurrency: 1 },
  ),

  rule("1,500 joins of one job are all told its end", async (trial) => {
    const handle = await trial.occupy("first");
    const joins = Array.from({ length: 1500 }, () => trial.later(handle.join()));
    await trial.stage.openGate("first");
    const infos = await trial.within("1,500 joins", Promise.all(joins));
    assert.ok(infos.every(({ state, result }) => state === "done" && result === 1));
  }),

  rule("a log of 5,000 lines arrives whole and in order", async (trial) => {
    trial.skipUnless(trial.supports.logs, "the queue has no logs");
    const lines = Array.from({ length: 5000 }, (_, i) => `line ${i}`);
    const handle = await trial.submit("chat", { ...trial.scene("x"), lines });
    const told: string[] = [];
    handle.on("log", (line) => told.push(line));
    assert.equal(await trial.result(handle), 5000);
    assert.deepEqual(await trial.within("logs()", handle.logs()), lines);
    await trial.until("all lines are told", () => told.length >= 5000);
    assert.deepEqual(told, lines);
  }),
];
