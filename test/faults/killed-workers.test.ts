// Three workers on one SQLite queue, of which a random one is killed every 100 ms: nothing is lost, and whatever ran twice did so because
// its worker was killed and its lease had lapsed. `THENCE_FAULTS=full` takes 8,000 jobs, otherwise it is 800.

import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { sqlite } from "thence/sqlite";
import { temporaryFolder } from "../repository/workspace.ts";
import { ending, IS_FULL, linesOf, murder, start } from "./processes.ts";
import { work, type Execution } from "./workload.ts";

const JOBS = IS_FULL ? 8_000 : 800;
const WORKERS = 3;
const LEASE = 500;
const KILL_EVERY = 100;

test(`${JOBS} jobs are all done though a random worker of ${WORKERS} is killed every ${KILL_EVERY} ms`, async (t) => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, "jobs.db");
  const executions = path.join(folder.path, "executions");
  await using queue = sqlite(file, { lease: LEASE, maxLost: Infinity });
  const handles = await Promise.all(
    Array.from({ length: JOBS }, () => queue.submit(work.request({ ms: Math.random() * 20 }))),
  );

  const killed = new Map<number, number>();
  const run = (): ChildProcess =>
    start("test/faults/worker-process.ts", [file, String(LEASE)], { EXECUTIONS: executions });
  const workers = Array.from({ length: WORKERS }, run);
  let isOver = false;
  const murders = (async () => {
    for (;;) {
      await sleep(KILL_EVERY);
      if (isOver) return;
      const index = Math.floor(Math.random() * WORKERS);
      const victim = workers[index]!;
      await murder(victim);
      killed.set(victim.pid!, Date.now());
      workers[index] = run();
    }
  })();
  const infos = [];
  try {
    for (const handle of handles) infos.push(await handle.join());
  } finally {
    isOver = true;
    await murders;
    for (const child of workers) child.kill("SIGTERM");
    await Promise.all(workers.map(ending));
  }

  const ran = Map.groupBy(linesOf<Execution>(executions), ({ id }) => id);
  let [repeats, explained] = [0, 0];
  for (const info of infos) {
    assert.equal(info.state, "done", JSON.stringify(info));
    const attempts = await queue.attempts(info.id);
    const own = ran.get(info.id) ?? [];
    // No attempt was executed twice, and the result is that of the last one.
    assert.equal(new Set(own.map(({ attempt }) => attempt)).size, own.length, info.id);
    const last = own.find(({ attempt }) => attempt === info.attempts);
    assert.deepEqual(info.result, { attempt: info.attempts, pid: last?.pid });
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      [...Array<string>(info.attempts - 1).fill("lost"), "done"],
    );
    repeats += info.attempts - 1;
    for (const [index, attempt] of attempts.slice(0, -1).entries()) {
      const next = attempts[index + 1]!;
      // Whoever had it was killed, or the machine kept it from reporting; nobody else had it before the lease was over.
      assert.match(attempt.error?.message ?? "", /let its lease lapse/);
      const ms = next.startedAt - attempt.startedAt;
      assert.ok(ms >= LEASE * 0.66, `${info.id} was taken back after ${ms} ms`);
      // Its name ends in the number of its process and that of the worker within.
      if (killed.has(Number(attempt.worker?.split("-").at(-2)))) explained++;
    }
  }
  t.diagnostic(
    `${killed.size} workers killed, ${repeats} attempts repeated, ${explained} of them begun by a worker that was killed`,
  );
  assert.ok(killed.size >= 3 && repeats > 0, `${killed.size} killed, ${repeats} repeated`);

  await queue.close();
  using database = new DatabaseSync(file, { readOnly: true });
  assert.equal(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
});
