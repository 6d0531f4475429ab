// Following output: every line as it is written, to the last one, however the bytes come.

import assert from "node:assert/strict";
import { truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { ProcessManager } from "thence/process";
import { becomes, elsewhere, eventually, linesOf, program, testManager } from "./helpers.ts";

test("lines arrive while the process runs", async (t) => {
  const manager = await testManager(t);
  await manager.run('echo first; until [ -s "$GO" ]; do sleep 0.02; done; cat "$GO"; sleep 60', {
    name: "live",
    env: { GO: goFile(manager) },
  });
  const lines = manager.follow("live");
  assert.deepEqual(await lines.next(), { done: false, value: "first" });
  await writeFile(goFile(manager), "second\n");
  assert.deepEqual(await lines.next(), { done: false, value: "second" });
  assert.ok((await becomes(manager, "live", "running")).alive);
  await manager.kill("live");
  assert.deepEqual(await lines.next(), { done: true, value: undefined });
});

test("the last line arrives without an end of line, and an empty output has no lines", async (t) => {
  const manager = await testManager(t);
  await manager.run("printf 'one\\n\\ntwo'", { name: "open" });
  await manager.run("true", { name: "empty" });
  await manager.run("echo", { name: "blank" });
  assert.deepEqual(await linesOf(manager, "open"), ["one", "", "two"]);
  assert.deepEqual(await linesOf(manager, "empty"), []);
  assert.deepEqual(await linesOf(manager, "blank"), [""]);
});

test("1,000 lines written as fast as possible arrive in order, none lost, also after the end", async (t) => {
  const manager = await testManager(t);
  await manager.run('i=0; while [ $i -lt 1000 ]; do i=$((i+1)); echo "line $i"; done', { name: "many" });
  const expected = Array.from({ length: 1_000 }, (_, i) => `line ${i + 1}`);
  assert.deepEqual(await linesOf(manager, "many"), expected);
  await manager.wait("many");
  assert.deepEqual(await linesOf(manager, "many"), expected);
});

test("a character that is written in pieces arrives whole", async (t) => {
  const manager = await testManager(t);
  const text = "ä€🐢 grüß\r\n🐢";
  const write = `import { writeSync } from "node:fs"; import { setTimeout } from "node:timers/promises";
    for (const byte of Buffer.from(${JSON.stringify(text)})) { writeSync(1, Uint8Array.of(byte)); await setTimeout(2); }`;
  await manager.run(program(write), { name: "pieces" });
  assert.deepEqual(await linesOf(manager, "pieces"), ["ä€🐢 grüß", "🐢"]);
});

test("bytes that are no UTF-8 become replacement characters and lose no line", async (t) => {
  const manager = await testManager(t);
  await manager.run("printf 'a\\377b\\n\\000\\n\\342\\202'", { name: "binary" });
  assert.deepEqual(await linesOf(manager, "binary"), ["a\ufffdb", "\0", "\ufffd"]);
});

test("a line that never ends comes in pieces that add up", async (t) => {
  const manager = await testManager(t);
  await manager.run("head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end", { name: "long" });
  const lines = await linesOf(manager, "long");
  assert.ok(lines.length > 2 && lines.every((line) => line.length < 1_200_000));
  assert.equal(lines.pop(), "end");
  assert.equal(lines.join(""), "x".repeat(3_000_000));
});

test("a process is followed from another program, by several at once", async (t) => {
  const manager = await testManager(t);
  await manager.run("for i in 1 2 3 4 5; do echo $i; sleep 0.1; done", { name: "shared" });
  const follower = `import { ProcessManager } from "thence/process";
    for await (const line of new ProcessManager(process.argv[1]).follow("shared")) console.log(line);`;
  const texts = await Promise.all([elsewhere(follower, manager.dir), elsewhere(follower, manager.dir)]);
  assert.deepEqual(texts, ["1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\n"]);
  assert.deepEqual(await linesOf(manager, "shared"), ["1", "2", "3", "4", "5"]);
});

test("following stops at break and at an abort, and the process goes on", async (t) => {
  const manager = await testManager(t);
  await manager.run("echo one; echo two; sleep 60", { name: "on" });
  for await (const line of manager.follow("on")) {
    assert.equal(line, "one");
    break;
  }
  const controller = new AbortController();
  const lines = manager.follow("on", { signal: controller.signal });
  assert.equal((await lines.next()).value, "one");
  assert.equal((await lines.next()).value, "two");
  const reason = new Error("enough");
  const next = lines.next();
  controller.abort(reason);
  await assert.rejects(next, reason);
  assert.ok((await becomes(manager, "on", "running")).alive);
});

test("a program that has lost interest in the lines is not kept alive", async (t) => {
  const manager = await testManager(t);
  await manager.run("echo one; sleep 60", { name: "left" });
  const follower = `import { ProcessManager } from "thence/process";
    console.log((await new ProcessManager(process.argv[1]).follow("left").next()).value);`;
  assert.equal(await elsewhere(follower, manager.dir), "one\n");
});

test("following ends when the process is removed, also if its name is used again", async (t) => {
  const manager = await testManager(t);
  await manager.run("echo old; sleep 60", { name: "name" });
  const lines = manager.follow("name");
  assert.equal((await lines.next()).value, "old");
  await manager.remove("name", { force: true });
  await manager.run("echo new; sleep 60", { name: "name" });
  assert.deepEqual(await lines.next(), { done: true, value: undefined });
});

test("what is written after somebody emptied the output arrives", async (t) => {
  const manager = await testManager(t);
  await manager.run('echo a long first line; until [ -s "$GO" ]; do sleep 0.02; done; echo 2', {
    name: "cut",
    env: { GO: goFile(manager) },
  });
  const { output } = await becomes(manager, "cut", "running");
  const lines = manager.follow("cut");
  assert.equal((await lines.next()).value, "a long first line");
  const second = lines.next();
  await truncate(output ?? "");
  // Long enough for the follower to look once; what is written before it has looked cannot be told from what was there.
  await eventually(
    async () => (await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 300))])) === undefined,
  );
  await writeFile(goFile(manager), "\n");
  assert.equal((await second).value, "2");
  await lines.return();
});

/** A file that commands wait for. */
function goFile(manager: ProcessManager): string {
  return join(manager.dir, "..", "go");
}
