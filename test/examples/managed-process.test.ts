// The example of a managed process, run as a reader runs it: what it prints is what happened, live, and nothing is left.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

const example = join(import.meta.dirname, "..", "..", "examples", "07-managed-process.ts");
const lines: { text: string; at: number }[] = [];
let temporary: string;
let exitCode: number | null;
let errors = "";

before(async () => {
  temporary = await mkdtemp(join(tmpdir(), "thence-example-"));
  const child = spawn(process.execPath, ["--conditions=thence-source", example], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  createInterface({ input: child.stdout }).on("line", (text) => lines.push({ text, at: performance.now() }));
  await once(child, "close");
  exitCode = child.exitCode;
});
after(() => rm(temporary, { recursive: true }));

test("it ends with exit code 0, writes no errors, and leaves no files", async () => {
  assert.deepEqual([exitCode, errors, await readdir(temporary)], [0, "", []]);
});

test("it prints each line of the process, also the last one, which has no end", () => {
  const epochs = [1, 2, 3, 4, 5, 6].map((epoch) => `training | epoch ${epoch} of 6 with 4 threads`);
  assert.deepEqual(texts().slice(0, 9), [
    ...epochs,
    "training | model saved",
    "check    | checking the data",
    "check    | row 17 has no label",
  ]);
});

test("it prints lines while the process runs, not at its end", () => {
  const [first, , , , , sixth] = lines;
  assert.ok(sixth!.at - first!.at > 500, `${sixth!.at - first!.at} ms between the first epoch and the last`);
});

test("it says how each process ended, and removes them all", () => {
  const [terminated, training = "", forgotten = "", check = "", removed, ...rest] = texts().slice(9);
  assert.equal(terminated, "terminated: true");
  assert.match(training, /^training {2}exited 0 after \d+\.\d s$/);
  assert.match(forgotten, /^forgotten killed SIGTERM after \d+\.\d s$/);
  assert.match(check, /^check {5}exited 2 after \d+\.\d s$/);
  assert.deepEqual([removed, rest], ["removed: training, forgotten, check", []]);
});

function texts(): string[] {
  return lines.map(({ text }) => text);
}
