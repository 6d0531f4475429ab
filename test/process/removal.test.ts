// Waiting for the end and tidying up.

import assert from "node:assert/strict";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ProcessManager, ProcessNotFoundError } from "thence/process";
import { becomes, eventually, exists, testManager } from "./helpers.ts";

test("waiting resolves with the last record, as often as it is asked", async (t) => {
  const manager = await testManager(t);
  await manager.run("sleep 0.1; exit 2", { name: "soon" });
  const [first, second] = await Promise.all([manager.wait("soon"), new ProcessManager(manager.dir).wait("soon")]);
  assert.equal(first.exitCode, 2);
  assert.deepEqual(second, first);
  assert.deepEqual(await manager.wait("soon", { timeout: 0 }), first);
});

test("waiting gives up after its timeout or at an abort, and changes nothing", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "long" });
  const expected = { name: "ProcessTimeoutError", code: "ERR_THENCE_PROCESS_TIMEOUT", ms: 30, process: "long" };
  await assert.rejects(manager.wait("long", { timeout: 30 }), expected);
  await assert.rejects(manager.wait("long", { timeout: 0 }), { ms: 0 });
  const reason = new Error("enough");
  await assert.rejects(manager.wait("long", { signal: AbortSignal.abort(reason) }), reason);
  const controller = new AbortController();
  const waiting = manager.wait("long", { signal: controller.signal, timeout: 2 ** 40 });
  setImmediate(() => controller.abort(reason));
  await assert.rejects(waiting, reason);
  assert.ok((await becomes(manager, "long", "running")).alive);
});

test("waiting for a process that is removed meanwhile is an error, also if the name is used again", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "gone" });
  await becomes(manager, "gone", "running");
  const waiting = manager.wait("gone");
  const outcome = waiting.then(
    ({ status }) => status,
    (error: unknown) => error,
  );
  await manager.remove("gone", { force: true });
  await manager.run(["sleep", "60"], { name: "gone" });
  // It may have seen the end before the removal.
  const seen = await outcome;
  assert.ok(seen === "killed" || seen instanceof ProcessNotFoundError, String(seen));
});

test("a process that runs is removed by force only, and then it is gone with its tree and its files", async (t) => {
  const manager = await testManager(t);
  await manager.run("sleep 60 & echo $!; wait", { name: "busy" });
  const lines = manager.follow("busy");
  const child = Number((await lines.next()).value);
  await lines.return();
  const { pid, supervisorPid = 0 } = await becomes(manager, "busy", "running");
  await assert.rejects(manager.remove("busy"), { code: "ERR_THENCE_PROCESS_RUNNING", process: "busy" });
  await manager.remove("busy", { force: true });
  assert.deepEqual(await readdir(manager.dir), []);
  for (const number of [pid, child, supervisorPid]) await eventually(async () => !(await exists(number)));
});

test("a process that is still starting is removed by force, too", async (t) => {
  const manager = await testManager(t);
  const { supervisorPid } = await manager.run(["sleep", "60"], { name: "early" });
  await assert.rejects(manager.remove("early"), { code: "ERR_THENCE_PROCESS_RUNNING" });
  await manager.remove("early", { force: true });
  assert.deepEqual(await manager.processes(), []);
  await eventually(async () => !(await exists(supervisorPid)));
});

test("a supervisor that hangs is killed when its process is removed by force", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "stuck" });
  const { pid, supervisorPid = 0 } = await becomes(manager, "stuck", "running");
  process.kill(supervisorPid, "SIGSTOP");
  await manager.remove("stuck", { force: true });
  for (const number of [pid, supervisorPid]) await eventually(async () => !(await exists(number)));
  assert.deepEqual(await manager.processes(), []);
});

test("of several that remove a process at once one does, and the others find none", async (t) => {
  const manager = await testManager(t);
  await manager.run("true", { name: "once" });
  await manager.wait("once");
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => manager.remove("once")));
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  assert.equal(failures.length, 3);
  assert.ok(failures.every((error) => error instanceof ProcessNotFoundError));
});

test("cleanup removes what has ended and nothing else, also when two do it at once", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "running" });
  await manager.run("exit 1", { name: "exited" });
  await manager.run("kill -9 $$", { name: "killed" });
  await manager.wait("exited");
  await manager.wait("killed");
  await becomes(manager, "running", "running");
  const removed = await Promise.all([manager.cleanup(), new ProcessManager(manager.dir).cleanup()]);
  assert.deepEqual(removed.flat().toSorted(), ["exited", "killed"]);
  assert.deepEqual(
    (await manager.processes()).map(({ name }) => name),
    ["running"],
  );
});

test("cleanup deletes what an interrupted start left behind, once it is old", async (t) => {
  const manager = await testManager(t);
  for (const name of [".draft-old", ".draft-new", ".mine"]) {
    await mkdir(join(manager.dir, name), { recursive: true });
    await writeFile(join(manager.dir, name, "a.out"), "");
  }
  await utimes(join(manager.dir, ".draft-old"), 0, 0);
  assert.deepEqual(await manager.cleanup(), []);
  assert.deepEqual((await readdir(manager.dir)).toSorted(), [".draft-new", ".mine"]);
});
