// Runs every example, on a copy, so that what it writes stays out of the repository.

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { cp } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { execute, ROOT, workspace } from "./workspace.ts";

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
    await using folder = await workspace();
    await cp(path.join(ROOT, "examples"), path.join(folder.path, "examples"), { recursive: true });
    const { code, stderr } = await execute(
      process.execPath,
      ["--conditions=thence-source", path.join("examples", name)],
      folder.path,
    );
    assert.equal(code, 0, stderr);
  });
}
