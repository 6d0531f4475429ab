// Records on disk: what others write into them, and what damages them.

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessManager } from "thence/process";
import {
  becomes,
  editRecord,
  eventually,
  exists,
  linesOf,
  program,
  readJson,
  recordFile,
  testManager,
} from "./helpers.ts";

test("keys that we do not know are kept when the end is recorded", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "noted" });
  await becomes(manager, "noted", "running");
  await editRecord(manager, "noted", { note: { by: "somebody" }, __version: 9 });
  assert.equal((await manager.get("noted"))?.status, "running");
  await manager.kill("noted");
  await manager.wait("noted");
  const { note, __version, status } = await readJson(recordFile(manager, "noted"));
  assert.deepEqual([note, __version, status], [{ by: "somebody" }, 9, "killed"]);
});

test("a record that is read while it is written is never half there", async (t) => {
  const manager = await testManager(t);
  const texts = new Set<string>();
  for (let round = 0; round < 3; round++) {
    const name = `round ${round}`;
    await manager.run("true", { name });
    for (let status; status !== "exited"; await sleep(0)) {
      const text = await readFile(recordFile(manager, name), "utf8");
      texts.add(text);
      ({ status } = JSON.parse(text) as { status: string });
    }
  }
  assert.ok(texts.size >= 6);
});

const damages: Record<string, (manager: ProcessManager) => Promise<void>> = {
  "an empty file": (manager) => writeFile(recordFile(manager, "bad"), ""),
  "half a file": (manager) => writeFile(recordFile(manager, "bad"), '{"id": "x", "na'),
  "no object": (manager) => writeFile(recordFile(manager, "bad"), "null"),
  "an unknown status": (manager) => editRecord(manager, "bad", { status: "sleeping" }),
  "a time that is no time": (manager) => editRecord(manager, "bad", { createdAt: "today" }),
  "no command": (manager) => editRecord(manager, "bad", { command: [] }),
  "a supervisor without a number": (manager) => editRecord(manager, "bad", { supervisor: { start: "x" } }),
  "no file": (manager) => rm(recordFile(manager, "bad")),
  "a folder": async (manager) => {
    await rm(recordFile(manager, "bad"));
    await mkdir(recordFile(manager, "bad"));
  },
};

for (const [title, damage] of Object.entries(damages)) {
  test(`a process whose record is damaged (${title}) is listed with the file and the reason, and hides no other`, async (t) => {
    const manager = await testManager(t);
    for (const name of ["bad", "good"]) {
      await manager.run("echo output", { name });
      await manager.wait(name);
    }
    await damage(manager);
    const [good, bad] = await manager.processes();
    assert.deepEqual([good?.name, good?.status, bad?.name, bad?.status], ["good", "exited", "bad", "damaged"]);
    assert.match(bad?.error ?? "", /bad\.json/);
    assert.equal(bad?.alive, false);
    assert.deepEqual(await linesOf(manager, "bad"), ["output"]);
    await assert.rejects(manager.wait("bad"), { code: "ERR_THENCE_PROCESS_DAMAGED", message: /bad\.json/ });
    await assert.rejects(manager.kill("bad"), { code: "ERR_THENCE_PROCESS_DAMAGED", process: "bad" });
    assert.deepEqual(await manager.cleanup(), ["good"]);
    await manager.remove("bad");
    assert.deepEqual(await manager.processes(), []);
  });
}

test("a damaged record of a process that runs does not keep it from being signalled, followed and healed", async (t) => {
  const manager = await testManager(t);
  const text = `process.on("SIGTERM", () => { console.log("bye"); process.exit(4); });
    setInterval(() => {}, 1000); console.log("ready");`;
  await manager.run(program(text), { name: "bad" });
  const { pid } = await becomes(manager, "bad", "running");
  const lines = manager.follow("bad");
  assert.equal((await lines.next()).value, "ready");
  await writeFile(recordFile(manager, "bad"), "{");
  const { status, alive, pid: known } = (await manager.get("bad"))!;
  assert.deepEqual([status, alive, known], ["damaged", true, pid]);
  await assert.rejects(manager.remove("bad"), { code: "ERR_THENCE_PROCESS_RUNNING" });
  assert.equal(await manager.terminate("bad"), true);
  assert.equal((await lines.next()).value, "bye");
  assert.equal((await lines.next()).done, true);
  const healed = await becomes(manager, "bad", "exited");
  assert.deepEqual([healed.exitCode, healed.pid, healed.command], [4, pid, program(text)]);
});

test("a process that runs with a damaged record is killed when it is removed by force", async (t) => {
  const manager = await testManager(t);
  await manager.run(["sleep", "60"], { name: "bad" });
  const { pid, supervisorPid = 0 } = await becomes(manager, "bad", "running");
  await writeFile(recordFile(manager, "bad"), "{");
  await manager.remove("bad", { force: true });
  assert.equal(await exists(pid), false);
  assert.deepEqual(await readdir(manager.dir), []);
  await eventually(async () => !(await exists(supervisorPid)));
});

test("files, links and hidden folders beside the processes are no processes", async (t) => {
  const manager = await testManager(t);
  await manager.run("true", { name: "real" });
  await manager.wait("real");
  await writeFile(join(manager.dir, "notes.txt"), "");
  await mkdir(join(manager.dir, ".git"));
  await symlink(join(manager.dir, "real"), join(manager.dir, "link"));
  assert.deepEqual(
    (await manager.processes()).map(({ name }) => name),
    ["real"],
  );
  for (const name of ["notes.txt", "link"]) assert.equal(await manager.get(name), undefined);
  assert.deepEqual(await manager.cleanup(), ["real"]);
  assert.deepEqual((await readdir(manager.dir)).toSorted(), [".git", "link", "notes.txt"]);
});

test("following a process whose output is missing says what is wrong with it", async (t) => {
  const manager = await testManager(t);
  await mkdir(join(manager.dir, "empty"), { recursive: true });
  await assert.rejects(manager.follow("empty").next(), {
    code: "ERR_THENCE_PROCESS_DAMAGED",
    message: /empty\.json is missing/,
  });
});
