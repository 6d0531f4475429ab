// The example of the live page, as a reader runs it who has no terminal, and with its page looked at while it runs.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { test } from "node:test";

const root = path.join(import.meta.dirname, "..", "..");

test("it prints the URL, runs, and ends by itself with the failure told", async () => {
  const program = ["--conditions=thence-source", "examples/09-live-page.ts", "--once"];
  const child = spawn(process.execPath, program, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  let seen: Promise<string> | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    const [url] = /http:\/\/127\.0\.0\.1:\d+\/[\w-]+\//.exec(output) ?? [];
    if (url !== undefined) seen ??= fetch(url).then((response) => response.text());
  });
  await once(child, "close");
  assert.deepEqual([child.exitCode, errors], [0, ""]);
  assert.match((await seen) ?? "", /<title>thence<\/title>/);
  assert.match(output, /^DONE release$/m);
  assert.match(output, /^FAILED announce$/m);
  assert.match(output, /^34 done, 3 failed after \d+\.\d s$/m);
});
