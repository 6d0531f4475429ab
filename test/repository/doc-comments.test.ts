// Runs the examples in the doc comments of the sources: what a reader copies from a tooltip must work.

import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { printsAs, programsInDocs, shelve, tooNew } from "./programs.ts";
import { ROOT } from "./workspace.ts";

const sources = globSync("src/**/*.ts", { cwd: ROOT }).toSorted();
const programs = sources.flatMap((file) => programsInDocs(file, readFileSync(path.join(ROOT, file), "utf8")));
const shelf = await shelve(programs);
after(() => shelf[Symbol.asyncDispose]());

test("the examples in doc comments use nothing that the oldest Node lacks", () => {
  assert.deepEqual(tooNew(programs), []);
});

test("the examples in doc comments compile", async () => {
  assert.ok(programs.length > 0);
  const { stdout, stderr } = await shelf.check();
  assert.equal(stdout + stderr, "");
});

for (const program of programs) {
  test(`the example at ${program.where} runs and prints what it shows`, async () => {
    const { code, stdout, stderr } = await shelf.run(program);
    assert.equal(code, 0, stderr);
    if (program.output !== undefined && !printsAs(program.output, stdout)) assert.equal(stdout, program.output);
  });
}
