// Starting processes: what runs, in which surroundings, what is recorded, and who gets a name.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ProcessExistsError, ProcessManager } from "thence/process";
import { becomes, linesOf, program, readJson, recordFile, testManager } from "./helpers.ts";

test("run returns at once with the record of a process that is starting", async (t) => {
  const manager = await testManager(t);
  const started = await manager.run(["sleep", "60"], { name: "nap" });
  assert.deepEqual([started.name, started.status, started.command], ["nap", "starting", ["sleep", "60"]]);
  const running = await becomes(manager, "nap", "running");
  assert.ok(running.alive && running.pid > 1 && running.createdAt === started.createdAt);
  assert.ok(running.startedAt !== undefined && running.startedAt >= started.createdAt);
  assert.equal(running.endedAt, undefined);
});

test("a process has a folder with its record, its output and, while it runs, its number", async (t) => {
  const manager = await testManager(t);
  await manager.run("sleep 60", { name: "nap" });
  const { pid } = await becomes(manager, "nap", "running");
  const folder = join(manager.dir, "nap");
  assert.deepEqual((await readdir(folder)).toSorted(), ["nap.json", "nap.out", "nap.pid"]);
  assert.equal((await readFile(join(folder, "nap.pid"), "utf8")).split("\n")[0], String(pid));
  await manager.kill("nap");
  await manager.wait("nap");
  assert.deepEqual((await readdir(folder)).toSorted(), ["nap.json", "nap.out"]);
  assert.deepEqual(await readdir(manager.dir), ["nap"]);
});

test("an exit code and the times are recorded", async (t) => {
  const manager = await testManager(t);
  const { createdAt } = await manager.run("exit 7", { name: "seven" });
  const { status, exitCode, startedAt = 0, endedAt = 0, alive, pid, signal } = await manager.wait("seven");
  assert.deepEqual([status, exitCode, alive, signal], ["exited", 7, false, undefined]);
  assert.ok(createdAt <= startedAt && startedAt <= endedAt && endedAt <= Date.now());
  assert.ok(pid !== undefined && pid > 1);
});

test("a process killed by a signal is killed, and has no exit code", async (t) => {
  const manager = await testManager(t);
  await manager.run("kill -USR1 $$", { name: "own" });
  const { status, signal, exitCode } = await manager.wait("own");
  assert.deepEqual([status, signal, exitCode], ["killed", "SIGUSR1", undefined]);
});

test("an array is started without a shell and a string is a line for the shell", async (t) => {
  const manager = await testManager(t);
  await manager.run(["echo", "$HOME * 'a b'", "c;d", ""], { name: "array" });
  await manager.run("A='a b'; echo \"$A\" | tr a-b x-y", { name: "line" });
  assert.deepEqual(await linesOf(manager, "array"), ["$HOME * 'a b' c;d "]);
  assert.deepEqual(await linesOf(manager, "line"), ["x y"]);
});

test("a command that does not exist ends with exit code 127, and one that is no program with 126", async (t) => {
  const manager = await testManager(t);
  await manager.run(["no-such-program"], { name: "missing" });
  await manager.run([manager.dir], { name: "folder" });
  await manager.run(["true", "x".repeat(200_000)], { name: "too long" });
  const missing = await manager.wait("missing");
  assert.deepEqual([missing.status, missing.exitCode, missing.pid], ["exited", 127, undefined]);
  assert.match(missing.error ?? "", /no-such-program ENOENT/);
  assert.deepEqual(await linesOf(manager, "missing"), [`thence: ${missing.error}`]);
  assert.equal((await manager.wait("folder")).exitCode, 126);
  const { exitCode, error } = await manager.wait("too long");
  assert.deepEqual([exitCode, error], [126, "spawn E2BIG"]);
});

test("a folder to run in that is gone before the command starts is named", async (t) => {
  const manager = await testManager(t);
  const cwd = await mkdtemp(join(tmpdir(), "thence-gone-"));
  const starting = manager.run(["ls"], { name: "late", cwd });
  await rmdir(cwd);
  await starting;
  const { exitCode, error } = await manager.wait("late");
  assert.deepEqual([exitCode, error], [126, `the folder ${cwd} does not exist`]);
});

test("a file in the place of a process's folder is told, for there is no such process", async (t) => {
  const manager = await testManager(t);
  await mkdir(manager.dir);
  await writeFile(join(manager.dir, "plain"), "");
  await assert.rejects(manager.run(["ls"], { name: "plain" }), {
    code: "ERR_THENCE_PROCESS_EXISTS",
    message: `process "plain" cannot have a folder: ${join(manager.dir, "plain")} is a file; remove that, or choose another name`,
  });
});

test("a command runs in the folder that was given, and in ours if none was", async (t) => {
  const manager = await testManager(t);
  await manager.run("true", { name: "first" });
  await manager.run("pwd", { name: "there", cwd: manager.dir });
  await manager.run("pwd", { name: "here" });
  assert.deepEqual(await linesOf(manager, "there"), [manager.dir]);
  assert.deepEqual(await linesOf(manager, "here"), [process.cwd()]);
  assert.equal((await manager.wait("there")).cwd, manager.dir);
});

test("variables are added to our environment or left out, reach the command only, and are not stored", async (t) => {
  const manager = await testManager(t);
  process.env["THENCE_TEST"] = "ours";
  t.after(() => delete process.env["THENCE_TEST"]);
  // The supervisor would fail at its start if it saw these options.
  const env = { SECRET: "a=b\n'c'", NODE_OPTIONS: "--require=/no/such/module", PATH: process.env["PATH"] };
  await manager.run('echo "$SECRET"; echo "$NODE_OPTIONS"; echo "$THENCE_TEST"', { name: "env", env });
  assert.deepEqual(await linesOf(manager, "env"), ["a=b", "'c'", env.NODE_OPTIONS, "ours"]);
  await manager.run("echo ${THENCE_TEST-unset} ${THENCE_NODE_OPTIONS-unset} ${NODE_OPTIONS-unset}", {
    name: "less",
    env: { THENCE_TEST: undefined, NODE_OPTIONS: undefined },
  });
  assert.deepEqual(await linesOf(manager, "less"), ["unset unset unset"]);
  assert.doesNotMatch(await readFile(recordFile(manager, "env"), "utf8"), /SECRET":|'c'/);
});

test("a command has no input, and leads a session of its own", async (t) => {
  const manager = await testManager(t);
  await manager.run("cat; echo end; ps -o pid=,pgid=,sid= -p $$", { name: "alone" });
  const [end, ids = ""] = await linesOf(manager, "alone");
  const { pid } = await manager.wait("alone");
  assert.equal(end, "end");
  assert.deepEqual(ids.trim().split(/\s+/).map(Number), [pid, pid, pid]);
});

test("output and errors go to one file in the order of writing", async (t) => {
  const manager = await testManager(t);
  await manager.run("for i in 1 2 3; do echo out $i; echo err $i >&2; done", { name: "both" });
  const lines = [1, 2, 3].flatMap((i) => [`out ${i}`, `err ${i}`]);
  const { output } = await manager.wait("both");
  assert.equal(await readFile(output, "utf8"), `${lines.join("\n")}\n`);
});

test("names are generated, unique, and listed in order of creation", async (t) => {
  const manager = await testManager(t);
  const names: string[] = [];
  for (let i = 0; i < 4; i++) names.push((await manager.run("true")).name);
  assert.equal(new Set(names).size, 4);
  assert.deepEqual(
    (await manager.processes()).map(({ name }) => name),
    names,
  );
});

test("names like __proto__, emoji, quotes and blanks are names like others", async (t) => {
  const manager = await testManager(t);
  for (const name of ["__proto__", "🐢", 'it\'s "a" %s', "a..b", "-rf", "x".repeat(200)]) {
    await manager.run(["echo", name], { name });
    assert.deepEqual(await linesOf(manager, name), [name]);
    assert.equal((await manager.get(name))?.name, name);
  }
});

test("a name is taken until its process is removed, also after its end", async (t) => {
  const manager = await testManager(t);
  await manager.run("sleep 60", { name: "one" });
  const again = (): Promise<unknown> => new ProcessManager(manager.dir).run("echo again", { name: "one" });
  const isTaken = (error: unknown): boolean => error instanceof ProcessExistsError && error.process === "one";
  await assert.rejects(again, isTaken);
  await manager.kill("one");
  await manager.wait("one");
  await assert.rejects(again, { code: "ERR_THENCE_PROCESS_EXISTS" });
  await manager.remove("one");
  await again();
  assert.deepEqual(await linesOf(manager, "one"), ["again"]);
});

test("of many that want one name at once, through two managers, one gets it and nothing is left of the others", async (t) => {
  const managers = [await testManager(t)];
  managers.push(new ProcessManager(managers[0]!.dir));
  const runs = Array.from({ length: 6 }, (_, i) => managers[i % 2]!.run(`echo ${i}`, { name: "wanted" }));
  const outcomes = await Promise.allSettled(runs);
  const winners = outcomes.flatMap(({ status }, i) => (status === "fulfilled" ? [String(i)] : []));
  assert.equal(winners.length, 1);
  for (const outcome of outcomes) {
    if (outcome.status === "rejected") assert.ok(outcome.reason instanceof ProcessExistsError, String(outcome.reason));
  }
  assert.deepEqual(await linesOf(managers[1]!, "wanted"), winners);
  assert.deepEqual(await readdir(managers[0]!.dir), ["wanted"]);
});

test("a file in the place of a process is refused as a name that is taken, and not listed", async (t) => {
  const manager = await testManager(t);
  await manager.run("true", { name: "first" });
  await writeFile(join(manager.dir, "file"), "");
  await assert.rejects(manager.run("true", { name: "file" }), ProcessExistsError);
  assert.deepEqual(
    (await manager.processes()).map(({ name }) => name),
    ["first"],
  );
});

test("arguments of any size reach the command", async (t) => {
  const manager = await testManager(t);
  const long = "x".repeat(100_000);
  await manager.run(
    [...program("console.log(process.argv.slice(1).join('').length)"), ...Array.from({ length: 5 }, () => long)],
    {
      name: "long",
    },
  );
  assert.deepEqual(await linesOf(manager, "long"), ["500000"]);
  assert.equal(((await readJson(recordFile(manager, "long")))["command"] as string[]).length, 9);
});
