// Runs every example, on a copy, so that what it writes stays out of the repository.

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { cp, readFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { execute, manifest, ROOT, workspace, type Folder } from "./workspace.ts";

const examples = globSync("examples/[0-9][0-9]-*.ts", { cwd: ROOT })
  .map((file) => path.basename(file))
  .toSorted();

test("examples are numbered from 01 without a gap", () => {
  const numbers = examples.map((name) => name.slice(0, 2));
  assert.ok(numbers.length > 0);
  assert.deepEqual(
    numbers,
    examples.map((_, index) => String(index + 1).padStart(2, "0")),
  );
});

for (const name of examples) {
  // This one builds the package itself and has tests of its own, in test/examples.
  if (name.startsWith("01-")) continue;
  test(`the example ${name} runs to its end`, async () => {
    await using copy = await copyOfExamples();
    await runExample(copy.path, name);
  });
}

test("the picture in the README is the one that its program draws", async () => {
  await using copy = await copyOfExamples();
  await cp(path.join(ROOT, "README.md"), path.join(copy.path, "README.md"));
  await runExample(copy.path, "redraw.ts");
  const picture = ".github/readme-graph.svg";
  assert.equal(
    await readText(ROOT, picture),
    await readText(copy.path, picture),
    "run `npm run examples` and commit it",
  );
});

async function copyOfExamples(): Promise<Folder> {
  const folder = await workspace(Object.keys({ ...manifest.devDependencies, ...manifest.peerDependencies }));
  await cp(path.join(ROOT, "examples"), path.join(folder.path, "examples"), { recursive: true });
  return folder;
}

async function runExample(folder: string, name: string): Promise<void> {
  const program = path.join("examples", name);
  const { code, stderr } = await execute(process.execPath, ["--conditions=thence-source", program], folder);
  assert.equal(code, 0, stderr);
}

function readText(folder: string, file: string): Promise<string> {
  return readFile(path.join(folder, file), "utf8");
}
