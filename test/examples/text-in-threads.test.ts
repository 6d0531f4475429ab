// The example of threads, run as a reader runs it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const example = path.join(import.meta.dirname, "..", "..", "examples", "05-text-in-threads.ts");

test("every text is written and counted in threads, each before what needs it, and the sum is of all words", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--conditions=thence-source", example]);
  assert.equal(stderr, "");
  const lines = stdout.trimEnd().split("\n");
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const [text, count] = [lines.indexOf(`Task:text ${seed}:DONE`), lines.indexOf(`Task:count ${seed}:DONE`)];
    assert.ok(text >= 0 && text < count, stdout);
  }
  assert.deepEqual(lines.slice(12), ["Task:sum:DONE", '300000 words; the most frequent is "ada", 23 % of them']);
});
