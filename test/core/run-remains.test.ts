// When a run has settled, nothing of it is running, queued or will start, and no timer or handle is left.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, type MakeOptions, type Run } from "thence";
import { pQueue } from "thence/queues";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { remote, type Remote } from "../helpers/remote.ts";
import { tasksOf } from "./run-helpers.ts";

const LIMITS = { timeout: 60_000, deadline: 120_000 } as const;

/** Tasks that have every kind of timer going: one runs, one waits for its retry, one is blocked, one ignores its signal. */
function busy(): Remote[] {
  const runs = remote("runs", LIMITS);
  const retries = remote("retries", { ...LIMITS, retry: { limit: 5, delay: 30_000 } });
  const waits = remote("waits", LIMITS);
  waits.task.require(runs.task);
  const ignores = remote("ignores", { ...LIMITS, onAbort: "ignores" });
  const parent = remote("parent", LIMITS);
  return [runs, retries, waits, ignores, parent];
}

const ENDS: Record<string, (run: Run, all: Remote[]) => unknown> = {
  "goes to its end": async (_, all) => {
    for (const each of all) if (each.running) each.finish();
    all[1]?.task.cancel();
    await flush();
    all[2]?.finish();
  },
  "is left": (run, all) => {
    void run.return();
    all[3]?.finish();
  },
  "is cancelled": (run, all) => {
    run.cancel();
    all[3]?.fail();
  },
  "fails fast": async (_, all) => {
    all[0]?.fail();
    await flush();
    all[3]?.finish();
  },
};

const optionsFor = (end: string): MakeOptions =>
  end === "fails fast" ? { failFast: "abort", concurrency: 9 } : { concurrency: 9 };

test("a settled run has left no timer on its clock, however it ended", async () => {
  for (const [end, go] of Object.entries(ENDS)) {
    for (const queue of [undefined, pQueue({ concurrency: 9 })]) {
      const clock = virtualClock();
      const all = busy();
      const options: MakeOptions = { clock, ...optionsFor(end), ...(queue ? { queue } : {}) };
      const run = makeLater(tasksOf(...all), options);
      await flush();
      all[1]?.fail();
      const child = remote("child", LIMITS);
      all[4]?.context.make(child.task).catch((error: unknown) => {
        if (all[4]?.running) all[4].fail(error);
      });
      await flush();
      if (end === "goes to its end") child.finish();
      await flush();
      assert.ok(clock.pending > 0);
      await go(run, all);
      await run.finished;
      assert.equal(clock.pending, 0, end);
      assert.ok(
        [...all, child].every(({ running }) => !running),
        end,
      );
      assert.ok(
        [...all, child].every(({ task }) => !task.is("RUNNING") && !task.is("QUEUED")),
        end,
      );
      const begun = all.map(({ starts }) => starts);
      await clock.advance(1_000_000);
      assert.deepEqual(
        all.map(({ starts }) => starts),
        begun,
        end,
      );
    }
  }
});

test("a settled run has left no handle in the process, on the machine's clock", async () => {
  const before = process.getActiveResourcesInfo().toSorted();
  for (const [end, go] of Object.entries(ENDS)) {
    const all = busy();
    const run = makeLater(tasksOf(...all), optionsFor(end));
    await flush();
    all[1]?.fail();
    all[4]?.finish();
    await flush();
    assert.ok(process.getActiveResourcesInfo().length > before.length);
    await go(run, all);
    await run.finished;
    await flush();
    assert.deepEqual(process.getActiveResourcesInfo().toSorted(), before, end);
  }
});

test("a run that abandons an attempt leaves no timer of that attempt", async () => {
  const clock = virtualClock();
  const stays = remote("stays", { ...LIMITS, onAbort: "ignores" });
  const run = makeLater(stays.task, { clock });
  await flush();
  const left = run.return();
  await clock.advance(5_000);
  await left;
  assert.equal(clock.pending, 0);
  stays.finish();
  await flush();
  assert.equal(stays.task.state, "PENDING");
});

test("tasks hold on to no listener of a run that is over", async () => {
  const a = remote("a");
  const run = makeLater(a.task);
  let heard = 0;
  run.on("transition", () => heard++);
  await flush();
  a.finish();
  await run.finished;
  const before = heard;
  a.task.reset();
  a.task.cancel();
  assert.equal(heard, before);
});
