// Rules of what is told of a job while it runs: its start, its progress, the lines of its log, and its end, each once and in order.

import assert from "node:assert/strict";
import type { JobHandle } from "../../core/job-queue.ts";
import { rule, type Rule } from "./rule.ts";

const LINES = [
  "one",
  "two two",
  "",
  "  indented",
  "ünï 𝕏 \u2028 \"quoted\" 'q' \\",
  "%s %d\t{}",
  "six",
  "six",
  "x".repeat(50_000),
];

/** Logs, progress and listeners. */
export const listening: readonly Rule[] = [
  rule("the lines of a log are kept in order, or logs are refused", async (trial) => {
    const handle = await trial.submit("chat", { ...trial.scene("x"), lines: LINES });
    await trial.end(handle);
    if (!trial.supports.logs) return void (await trial.refuses("logs()", "UnsupportedError", handle.logs()));
    assert.deepEqual(await trial.within("logs()", handle.logs()), LINES);
  }),

  rule("logs(from) gives the lines from that number on, also while the job runs", async (trial) => {
    trial.skipUnless(trial.supports.logs, "the queue has no logs");
    const handle = await trial.submit("chat", { ...trial.scene("x", "x"), lines: LINES });
    const logs = (from: number): Promise<readonly string[]> => trial.within("logs()", handle.logs(from));
    await trial.until("the first half is there", async () => (await logs(0)).length === 5);
    assert.deepEqual(await logs(3), LINES.slice(3, 5));
    assert.deepEqual(await logs(5), []);
    await trial.stage.openGate("x");
    await trial.end(handle);
    assert.deepEqual(await logs(3), LINES.slice(3));
    assert.deepEqual(await logs(100), []);
  }),

  rule("a job that fails keeps its log", async (trial) => {
    trial.skipUnless(trial.supports.logs, "the queue has no logs");
    const handle = await trial.submit("chat", { ...trial.scene("x"), lines: LINES, fails: true });
    assert.equal((await trial.end(handle)).state, "failed");
    assert.deepEqual(await trial.within("logs()", handle.logs()), LINES);
  }),

  rule(
    "a listener is told each line once, with its number, as it is logged",
    async (trial) => {
      trial.skipUnless(trial.supports.logs, "the queue has no logs");
      await trial.occupy("first");
      const handle = await trial.submit("chat", { ...trial.scene("x", "x"), lines: LINES });
      const told: [string, number][] = [];
      handle.on("log", (line, index) => told.push([line, index]));
      await trial.stage.openGate("first");
      await trial.until("the first half is told", () => told.length >= 5);
      await trial.stage.openGate("x");
      await trial.end(handle);
      await trial.until("all is told", () => told.length >= LINES.length);
      await trial.calm();
      assert.deepEqual(
        told,
        LINES.map((line, index) => [line, index]),
      );
    },
    { concurrency: 1 },
  ),

  rule(
    "a listener is told that a job has started, then that it has ended, each once",
    async (trial) => {
      await trial.occupy("first");
      const handle = await trial.submit("hold", trial.scene("x", "x"));
      const told = listen(handle);
      await trial.calm();
      assert.deepEqual(told, [], "nothing has happened yet");
      await trial.stage.openGate("first");
      await trial.until("the start is told", () => told.length > 0);
      assert.deepEqual(told, ["start running 1"]);
      await trial.stage.openGate("x");
      await trial.until("the end is told", () => told.length > 1);
      await trial.calm();
      assert.deepEqual(told, ["start running 1", "end done 1"]);
    },
    { concurrency: 1 },
  ),

  rule("the start of a job is told once, however often the job is repeated", async (trial) => {
    const handle = await trial.submit(
      "flaky",
      { ...trial.scene("x"), failures: 2 },
      { retry: { limit: 2, delay: 60 } },
    );
    const told = listen(handle);
    await trial.end(handle);
    await trial.until("the end is told", () => told.includes("end done 3"));
    await trial.calm();
    assert.deepEqual(
      told.map((event) => event.split(" ")[0]),
      ["start", "end"],
    );
  }),

  rule("a listener that comes late is told what has happened already, once", async (trial) => {
    const first = await trial.submit("chat", { ...trial.scene("x"), lines: LINES });
    await trial.end(first);
    const handle = await trial.within("find()", trial.queue.find(first.id));
    const told: string[] = [];
    handle!.on("start", (info) => told.push(`start ${info.id}`));
    if (trial.supports.logs) handle!.on("log", (_, index) => told.push(`log ${index}`));
    handle!.on("end", (info) => told.push(`end ${info.state}`));
    const expected = [`start ${first.id}`, ...(trial.supports.logs ? LINES.map((_, i) => `log ${i}`) : []), "end done"];
    await trial.until("all is told", () => told.length >= expected.length);
    await trial.calm();
    assert.deepEqual(told.toSorted(), expected.toSorted());
    assert.deepEqual(
      told.filter((event) => event.startsWith("log")),
      expected.slice(1, -1),
      "the lines come in order",
    );
  }),

  rule(
    "a job that is cancelled while it waits ends without having started",
    async (trial) => {
      await trial.occupy("first");
      const handle = await trial.submit("echo");
      const told = listen(handle);
      await trial.within("cancel()", handle.cancel());
      await trial.until("the end is told", () => told.length > 0);
      await trial.calm();
      assert.deepEqual(told, ["end cancelled 0"]);
    },
    { concurrency: 1 },
  ),

  rule(
    "a listener that throws disturbs neither its job nor other listeners",
    async (trial) => {
      await trial.occupy("first");
      const handle = await trial.submit("hold", trial.scene("x", "x"));
      for (const event of ["start", "end"] as const) {
        handle.on(event, () => {
          throw new Error("a listener of the conformance suite throws, as it should");
        });
      }
      const told = listen(handle);
      await trial.stage.openGate("first");
      await trial.stage.saw("start x");
      await trial.until("the start is told", () => told.length > 0);
      await trial.stage.openGate("x");
      assert.equal((await trial.end(handle)).state, "done");
      await trial.until("the end is told", () => told.length > 1);
      assert.deepEqual(told, ["start running 1", "end done 1"]);
    },
    { concurrency: 1 },
  ),

  rule("a listener that was taken off is told nothing more", async (trial) => {
    const handle = await trial.occupy("first");
    const told = listen(handle);
    let isCalled = false;
    const listener = (): void => void (isCalled = true);
    assert.equal(handle.on("end", listener), handle);
    assert.equal(handle.off("end", listener), handle);
    await trial.stage.openGate("first");
    await trial.until("the end is told", () => told.length >= 2);
    await trial.calm();
    assert.equal(isCalled, false);
  }),

  rule("progress is told as it is made and kept in the info, or there is none", async (trial) => {
    const handle = await trial.submit("climb", trial.scene("x", "x"));
    const told: string[] = [];
    if (trial.supports.progress) {
      handle.on("progress", ({ value, total, message }) => told.push(`${value}/${total} ${message}`));
      await trial.until("the first step is told", () => told.length > 0);
      assert.deepEqual(told, ["1/4 one"]);
      const { progress } = await trial.within("info()", handle.info());
      assert.deepEqual([progress?.value, progress?.total, progress?.message], [1, 4, "one"]);
    }
    await trial.stage.openGate("x");
    const { state, progress } = await trial.end(handle);
    assert.equal(state, "done");
    if (!trial.supports.progress) return assert.equal(progress, undefined);
    assert.deepEqual([progress?.value, progress?.total, progress?.message], [4, 4, "four"]);
    await trial.until("the last step is told", () => told.length > 1);
    await trial.calm();
    assert.deepEqual(told, ["1/4 one", "4/4 four"]);
  }),
];

function listen(handle: JobHandle): string[] {
  const told: string[] = [];
  handle.on("start", ({ state, attempts }) => told.push(`start ${state} ${attempts}`));
  handle.on("end", ({ state, attempts }) => told.push(`end ${state} ${attempts}`));
  return told;
}
