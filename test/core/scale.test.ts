// Graphs of a million tasks, each in a process of its own with the heap that Node gives it: nothing recurses, nothing is quadratic.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const CHILD = fileURLToPath(new URL("./scale-child.ts", import.meta.url));

// One after the other: side by side they would compete for memory. Measuring coverage would cost more than the work itself.
const { NODE_V8_COVERAGE: _coverage, ...env } = process.env;

for (const shape of ["chain", "star of dependents", "star of prerequisites", "layers"]) {
  test(`a million tasks build, plan and make, with sync and async functions: ${shape}`, async () => {
    const args = ["--conditions=thence-source", CHILD, shape];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env,
      timeout: 240_000,
      killSignal: "SIGKILL",
    });
    assert.equal(stdout, "1000000 tasks are DONE\n");
  });
}
