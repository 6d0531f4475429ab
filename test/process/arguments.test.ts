// What the manager refuses, before anything is started or touched, and what it says.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { ProcessError, ProcessManager, type Command, type RunOptions } from "thence/process";
import { eventually, testManager } from "./helpers.ts";

const refused = { code: "ERR_THENCE_ARGUMENT", message: /expected/ };

const badNames = ["", ".", "..", ".hidden", "../up", "a/b", "/etc", "a\\b", "a\0b", "a\nb", "x".repeat(201), "\ud800"];

test("a name that could leave the folder, hide in it or not be a file is refused by every method", async (t) => {
  const manager = await testManager(t);
  for (const name of badNames) {
    const expected = { ...refused, name: "RangeError", message: /expected a name of 1 to 200 bytes .* got "/ };
    await assert.rejects(manager.run("true", { name }), expected, JSON.stringify(name));
    for (const act of ["get", "wait", "remove", "kill", "terminate", "interrupt"] as const) {
      await assert.rejects(manager[act](name), expected, `${act} ${JSON.stringify(name)}`);
    }
    await assert.rejects(manager.signal(name, "SIGHUP"), expected);
    assert.throws(() => manager.follow(name), expected);
  }
  await assert.rejects(manager.get(7 as never), { ...refused, name: "TypeError" });
  assert.deepEqual(await manager.processes(), []);
});

test("what is no command is refused", async (t) => {
  const manager = await testManager(t);
  for (const command of [[], [""], "", " ", ["a\0b"], "a\0b"]) {
    await assert.rejects(manager.run(command), { ...refused, name: "RangeError" }, JSON.stringify(command));
  }
  for (const command of [undefined, null, 1, ["a", 1], { 0: "a" }]) {
    await assert.rejects(manager.run(command as Command), { ...refused, name: "TypeError" });
  }
});

test("options of a run are checked", async (t) => {
  const manager = await testManager(t);
  const bad: object[] = [
    { nam: "a" },
    { cwd: "/no/such/folder" },
    { cwd: "" },
    { cwd: "a\0" },
    { cwd: 1 },
    { cwd: import.meta.filename },
    { env: { "A=B": "c" } },
    { env: { A: 1 } },
    { env: { A: "\0" } },
    { env: [] },
    { env: { "": "a" } },
  ];
  for (const options of bad) {
    await assert.rejects(manager.run("true", options), { code: "ERR_THENCE_ARGUMENT" }, JSON.stringify(options));
  }
  await assert.rejects(manager.run("true", { nam: "a" } as RunOptions), /did you mean "name"\?/);
  await assert.rejects(manager.run("true", { env: { A: 1 } } as never), /run: env\.A: expected a string or undefined/);
});

test("options of the other methods are checked", async (t) => {
  const manager = await testManager(t);
  await manager.run("true", { name: "a" });
  await assert.rejects(manager.signal("a", "SIGNOT" as never), /expected the name of a signal, like "SIGTERM"/);
  await assert.rejects(manager.signal("a", 9 as never), refused);
  for (const timeout of [-1, NaN, "1"]) await assert.rejects(manager.wait("a", { timeout } as never), refused);
  await assert.rejects(manager.wait("a", { signal: "no" as never }), /expected an AbortSignal/);
  await assert.rejects(manager.remove("a", { force: 1 as never }), refused);
  assert.throws(() => manager.follow("a", { signal: {} as never }), refused);
  assert.throws(() => manager.follow("a", { from: 1 } as never), /unknown option "from"/);
});

test("a manager needs the path of a folder, and keeps it when the working directory changes", async (t) => {
  for (const dir of ["", "a\0b", 1, undefined]) {
    assert.throws(() => new ProcessManager(dir as string), { ...refused, name: "TypeError" });
  }
  assert.equal(new ProcessManager("a/b").dir, join(process.cwd(), "a/b"));
  assert.deepEqual(await new ProcessManager("no/such/folder").processes(), []);
  assert.deepEqual(await new ProcessManager("no/such/folder").cleanup(), []);
  void t;
});

test("asking for a process that does not exist is an error, except for get", async (t) => {
  const manager = await testManager(t);
  const expected = { name: "ProcessNotFoundError", code: "ERR_THENCE_PROCESS_NOT_FOUND", process: "none" };
  assert.equal(await manager.get("none"), undefined);
  await assert.rejects(manager.wait("none"), expected);
  await assert.rejects(manager.remove("none"), expected);
  await assert.rejects(manager.remove("none", { force: true }), expected);
  await assert.rejects(manager.kill("none"), expected);
  await assert.rejects(manager.follow("none").next(), expected);
});

test("the errors about a process are a family, told apart from wrong arguments", async (t) => {
  const manager = await testManager(t);
  await manager.run("sleep 60", { name: "taken" });
  for (const fail of [
    () => manager.wait("none"),
    () => manager.run("true", { name: "taken" }),
    () => manager.wait("taken", { timeout: 0 }),
    () => manager.remove("taken"),
  ]) {
    await assert.rejects(fail, (error) => error instanceof ProcessError && ["none", "taken"].includes(error.process));
  }
  await assert.rejects(manager.wait(""), (error) => !(error instanceof ProcessError));
});

test("a folder that cannot be made is an error, and leaves nothing", async (t) => {
  const manager = await testManager(t);
  await manager.run("true", { name: "a" });
  const output = (await manager.wait("a")).output;
  await assert.rejects(new ProcessManager(output).run("true"), { code: "EEXIST" });
  await assert.rejects(new ProcessManager(join(output, "b")).run("true"), { code: "ENOTDIR" });
  assert.deepEqual(await eventually(() => readdir(manager.dir)), ["a"]);
});
