// Loads every source. Coverage counts only files that some test has loaded, so without this a forgotten file would not lower it.

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ROOT } from "./workspace.ts";

// To load this one is to run the command.
const COMMAND = path.join("src", "cli", "main.ts");

for (const file of globSync("src/**/*.ts", { cwd: ROOT, exclude: [COMMAND] }).toSorted()) {
  test(`${file} can be loaded by itself`, async () => {
    assert.ok(await import(pathToFileURL(path.join(ROOT, file)).href));
  });
}
