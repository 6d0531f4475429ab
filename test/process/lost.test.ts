// Who may vanish: the starter without harm, the supervisor with the loss of the end.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ProcessManager } from "thence/process";
import {
  becomes,
  editRecord,
  elsewhere,
  eventually,
  exists,
  linesOf,
  readJson,
  recordFile,
  testManager,
} from "./helpers.ts";

const starter = `import { ProcessManager } from "thence/process";
  const manager = new ProcessManager(process.argv[1]);
  await manager.run("sleep 0.3; echo still here; exit 5", { name: "orphan" });`;

test("a process goes on when the program that started it has ended, and its end is recorded", async (t) => {
  const manager = await testManager(t);
  await elsewhere(starter, manager.dir);
  assert.equal((await manager.get("orphan"))?.endedAt, undefined);
  assert.deepEqual(await linesOf(manager, "orphan"), ["still here"]);
  assert.equal((await manager.wait("orphan")).exitCode, 5);
});

test("a process goes on when its starter is killed with all of its group at the moment of the start", async (t) => {
  const manager = await testManager(t);
  const text = `${starter} process.kill(-process.pid, "SIGKILL");`;
  const argv = ["--conditions=thence-source", "--input-type=module", "-e", text, manager.dir];
  const child = spawn(process.execPath, argv, { cwd: import.meta.dirname, detached: true, stdio: "ignore" });
  const [, signal] = (await once(child, "exit")) as [unknown, string];
  assert.equal(signal, "SIGKILL");
  assert.deepEqual(await linesOf(manager, "orphan"), ["still here"]);
  assert.equal((await manager.wait("orphan")).exitCode, 5);
});

test("a process whose supervisor is killed is lost; waiting and following end", async (t) => {
  const manager = await testManager(t);
  await manager.run("echo one; exec sleep 60", { name: "lost" });
  const lines = manager.follow("lost");
  assert.equal((await lines.next()).value, "one");
  const { pid, supervisorPid = 0 } = await becomes(manager, "lost", "running");
  const waiting = manager.wait("lost");
  process.kill(supervisorPid, "SIGKILL");
  const { status, alive, exitCode, endedAt } = await waiting;
  assert.deepEqual([status, alive, exitCode, endedAt], ["lost", true, undefined, undefined]);
  assert.equal((await lines.next()).done, true);
  assert.ok(await exists(pid));
});

test("a lost process that is still alive takes signals, and is not removed until it is gone", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "lost" });
  const { pid, supervisorPid = 0 } = await becomes(manager, "lost", "running");
  process.kill(supervisorPid, "SIGKILL");
  await becomes(manager, "lost", "lost");
  assert.deepEqual(await manager.cleanup(), []);
  await assert.rejects(manager.remove("lost"), { code: "ERR_THENCE_PROCESS_RUNNING" });
  assert.equal(await manager.terminate("lost"), true);
  await eventually(async () => !(await exists(pid)));
  const { status, alive } = await manager.wait("lost");
  assert.deepEqual([status, alive], ["lost", false]);
  assert.deepEqual(await manager.cleanup(), ["lost"]);
});

test("a lost process that is alive is killed when it is removed by force", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "lost" });
  const { pid, supervisorPid = 0 } = await becomes(manager, "lost", "running");
  process.kill(supervisorPid, "SIGKILL");
  await becomes(manager, "lost", "lost");
  await manager.remove("lost", { force: true });
  assert.equal(await exists(pid), false);
});

test("a process whose supervisor's number belongs to another process by now is lost", async (t) => {
  const manager = await testManager(t);
  await manager.run("true", { name: "old" });
  await manager.wait("old");
  const supervisor = { pid: process.pid, start: "12345@before a restart" };
  await editRecord(manager, "old", { status: "running", supervisor });
  assert.equal((await manager.get("old"))?.status, "lost");
  assert.deepEqual(await manager.cleanup(), ["old"]);
});

test("a process whose supervisor dies before it has started the command is lost", async (t) => {
  const manager = await testManager(t);
  const { supervisorPid } = await manager.run("sleep 60", { name: "early" });
  process.kill(supervisorPid, "SIGKILL");
  const { status, alive, pid } = await manager.wait("early");
  assert.deepEqual([status, alive, pid], ["lost", false, undefined]);
  assert.equal(await manager.kill("early"), false);
});

test("an end that was recorded between two looks is not taken for a loss", async (t) => {
  const manager = await testManager(t);
  // Short processes, looked at without a pause: every look must see a step of the one way from starting to exited.
  for (let round = 0; round < 5; round++) {
    const name = `short ${round}`;
    await manager.run("true", { name });
    const seen = new Set<string>();
    await eventually(async () => {
      seen.add((await manager.get(name))?.status ?? "none");
      return seen.has("exited") || seen.has("lost");
    });
    assert.ok(!seen.has("lost") && !seen.has("none") && !seen.has("damaged"), [...seen].join(", "));
  }
});

test("a supervisor leaves alone what took the name of its process", async (t) => {
  const manager = await testManager(t);
  await manager.run("sleep 0.5", { name: "name" });
  await becomes(manager, "name", "running");
  const file = recordFile(manager, "name");
  const other = JSON.stringify({ ...(await readJson(file)), id: "another" });
  await writeFile(file, other);
  const { supervisorPid = 0 } = (await manager.get("name")) ?? {};
  await eventually(async () => !(await exists(supervisorPid)));
  assert.deepEqual(await readJson(file), JSON.parse(other));
});

test("managers of one folder in several programs see the same", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "shared" });
  await becomes(manager, "shared", "running");
  const look = `import { ProcessManager } from "thence/process";
    const manager = new ProcessManager(process.argv[1]);
    console.log(JSON.stringify(await manager.processes()));
    await manager.kill("shared");`;
  const [seen] = JSON.parse(await elsewhere(look, join(manager.dir, ".", "/"))) as [{ pid: number }];
  assert.equal(seen.pid, (await manager.wait("shared")).pid);
  assert.equal((await new ProcessManager(manager.dir).get("shared"))?.status, "killed");
});
