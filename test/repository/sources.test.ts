// Loads every source. Coverage counts only files that some test has loaded, so without this a forgotten file would not lower it.

import assert from "node:assert/strict";
import { globSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { ROOT } from "./workspace.ts";

// To load these is to run the command, to be a thread of piscina's, to be the script of a page.
const RUN_BY_THEMSELVES = ["src/cli/main.ts", "src/queues/local/thread.ts", "src/server/page/browser/*"];

for (const file of globSync("src/**/*.ts", { cwd: ROOT, exclude: RUN_BY_THEMSELVES }).toSorted()) {
  test(`${file} can be loaded by itself`, async () => {
    assert.ok(await import(pathToFileURL(path.join(ROOT, file)).href));
  });
}
