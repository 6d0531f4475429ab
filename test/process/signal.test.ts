// Signals: they reach the whole tree, and never a stranger.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ProcessManager } from "thence/process";
import {
  becomes,
  editRecord,
  eventually,
  exists,
  kill,
  program,
  readJson,
  recordFile,
  testManager,
} from "./helpers.ts";

test("interrupt, terminate, kill and signal send what they say", async (t) => {
  const manager = await testManager(t);
  const acts = { SIGINT: "interrupt", SIGTERM: "terminate", SIGKILL: "kill" } as const;
  for (const [signal, act] of Object.entries(acts)) {
    await manager.run(["sleep", "60"], { name: act });
    await becomes(manager, act, "running");
    assert.equal(await manager[act](act), true);
    assert.deepEqual(endOf(await manager.wait(act)), ["killed", signal]);
  }
  await manager.run(["sleep", "60"], { name: "other" });
  assert.equal(await manager.signal("other", "SIGUSR2"), true);
  assert.deepEqual(endOf(await manager.wait("other")), ["killed", "SIGUSR2"]);
});

test("a process that is still starting is signalled as soon as it has started", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "early" });
  assert.equal(await manager.kill("early"), true);
  assert.equal((await manager.wait("early")).status, "killed");
});

test("a command that handles a signal exits as it likes", async (t) => {
  const manager = await testManager(t);
  const text = `process.on("SIGTERM", () => { console.log("bye"); process.exit(4); });
    setInterval(() => {}, 1000); console.log("ready");`;
  await manager.run(program(text), { name: "handles" });
  const lines = manager.follow("handles");
  assert.equal((await lines.next()).value, "ready");
  await manager.terminate("handles");
  assert.equal((await lines.next()).value, "bye");
  const { status, exitCode } = await manager.wait("handles");
  assert.deepEqual([status, exitCode], ["exited", 4]);
  assert.equal((await lines.next()).done, true);
});

test("a kill reaches the children of the command and their children", async (t) => {
  const manager = await testManager(t);
  const tree = "sh -c 'sleep 60 & echo $!; sleep 60 & echo $!; echo $$; wait' & echo $!; wait";
  await manager.run(tree, { name: "tree" });
  const pids: number[] = [];
  for await (const line of manager.follow("tree")) if (pids.push(Number(line)) === 4) break;
  for (const pid of pids) assert.ok(await exists(pid), String(pid));
  assert.equal(await manager.kill("tree"), true);
  assert.equal((await manager.wait("tree")).signal, "SIGKILL");
  for (const pid of pids) await eventually(async () => !(await exists(pid)));
});

test("a signal to a process that has ended is not sent, and the answer is false", async (t) => {
  const manager = await testManager(t);
  await manager.run("true", { name: "over" });
  await manager.wait("over");
  assert.equal(await manager.kill("over"), false);
});

test("a command that somebody else kills is killed", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "victim" });
  const { pid } = await becomes(manager, "victim", "running");
  process.kill(pid, "SIGKILL");
  assert.deepEqual(endOf(await manager.wait("victim")), ["killed", "SIGKILL"]);
});

test("a supervisor that is told to end passes it on, and records the end", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "passed" });
  const { supervisorPid = 0 } = await becomes(manager, "passed", "running");
  process.kill(supervisorPid, "SIGTERM");
  assert.deepEqual(endOf(await manager.wait("passed")), ["killed", "SIGTERM"]);
});

test("another process that has got the number of the command is never signalled, and does not count as alive", async (t) => {
  const manager = await testManager(t);
  const stranger = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
  t.after(() => stranger.kill("SIGKILL"));
  await manager.run(["sleep", "60"], { name: "reused" });
  const { pid, supervisorPid = 0 } = await becomes(manager, "reused", "running");
  await loseSupervisor(manager, "reused", supervisorPid);
  const { leader } = (await readJson(recordFile(manager, "reused"))) as { leader: object };

  await editRecord(manager, "reused", { leader: { ...leader, pid: stranger.pid } });
  assert.equal((await manager.get("reused"))?.alive, false);
  assert.equal(await manager.kill("reused"), false);

  await editRecord(manager, "reused", { leader: { pid, start: "12345@an earlier life" } });
  assert.equal(await manager.kill("reused"), false);
  await manager.remove("reused");
  assert.ok(await exists(pid), "nothing but its record was removed");
  assert.equal(stranger.exitCode ?? stranger.signalCode, null);
  const ended = once(stranger, "exit");
  assert.ok(kill(pid, "SIGKILL") && stranger.kill("SIGKILL"));
  await ended;
});

test("a record with a number that would signal everything is damaged", async (t) => {
  const manager = await testManager(t);
  for (const pid of [1, 0, -1, 1.5, "7", null]) {
    await manager.run("true", { name: "bad" });
    await manager.wait("bad");
    await editRecord(manager, "bad", { status: "running", leader: { pid, start: "x" } });
    await writeFile(join(manager.dir, "bad", "bad.pid"), `${typeof pid === "number" ? pid : "none"}\nx\n`);
    assert.match((await manager.get("bad"))?.error ?? "", /expected leader to be a pid and a start, got an object/);
    await assert.rejects(manager.kill("bad"), { code: "ERR_THENCE_PROCESS_DAMAGED" });
    await manager.remove("bad");
  }
});

async function loseSupervisor(manager: ProcessManager, name: string, pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  await becomes(manager, name, "lost");
}

function endOf({ status, signal }: { status: string; signal?: string }): unknown[] {
  return [status, signal];
}
