// A runner that is killed in mid-graph and started again finds its jobs where it has left them.

import assert from "node:assert/strict";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sqlite } from "thence/sqlite";
import { temporaryFolder } from "../repository/workspace.ts";
import { ending, linesOf, murder, start } from "./processes.ts";
import type { Execution } from "./workload.ts";

const PROGRAM = "test/faults/runner-process.ts";
const JOBS = 24;

test("a runner that is killed in mid-graph and started again collects what is done, and no job is executed twice", async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, "jobs.db");
  const executions = path.join(folder.path, "executions");
  const working = start("test/faults/worker-process.ts", [file, "15000"], { EXECUTIONS: executions });
  try {
    // Twice, so that one which has attached to jobs is killed as well.
    for (const enough of [4, 12]) {
      const runner = start(PROGRAM, [file]);
      while (linesOf(executions).length < enough && runner.exitCode === null) await sleep(2);
      await murder(runner);
    }
    const killedAt = linesOf(executions).length;
    assert.ok(killedAt < JOBS, `${killedAt} of ${JOBS} were executed before the runner was killed`);

    const last = start(PROGRAM, [file]);
    const [said, code] = await Promise.all([text(last.stdout!), ending(last)]);
    assert.deepEqual([code, said], [0, `${JOBS} jobs, 4 in the last layer\n`]);
  } finally {
    working.kill("SIGTERM");
    await ending(working);
  }

  const ids = linesOf<Execution>(executions).map(({ id }) => id);
  assert.deepEqual([ids.length, new Set(ids).size], [JOBS, JOBS]);
  await using queue = sqlite(file);
  const infos = await Array.fromAsync(queue.jobs());
  assert.deepEqual(new Set(infos.map(({ state, attempts }) => `${state} ${attempts}`)), new Set(["done 1"]));
  assert.equal(infos.length, JOBS);
});
