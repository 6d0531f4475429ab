// The example of a report, run as a reader runs it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempDisposable, readFile, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const example = path.join(import.meta.dirname, "..", "..", "examples", "10-report.ts");

test("a report, a timeline and a trace are written of a run with retries, a short resource and a failure", async () => {
  await using folder = await mkdtempDisposable(path.join(tmpdir(), "thence-report-"));
  const options = { cwd: folder.path };
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--conditions=thence-source", example],
    options,
  );
  assert.equal(stderr, "");
  assert.match(stdout, /^Task:mail suppliers:FAILED$/m);
  assert.match(stdout, /^wrote out\/report\.html, out\/timeline\.svg and out\/trace\.json$/m);
  assert.deepEqual((await readdir(path.join(folder.path, "out"))).toSorted(), [
    "report.html",
    "timeline.svg",
    "trace.json",
  ]);

  const read = (file: string): Promise<string> => readFile(path.join(folder.path, "out", file), "utf8");
  const report = await read("report.html");
  assert.match(report, /<h1>Nightly import<\/h1>/);
  assert.match(report, /11 of 14 tasks are done; 3 failed\./);
  assert.match(report, /was waiting for <code>db<\/code>/);
  assert.match(report, /went into attempts that failed/);
  assert.match(report, /caused by RangeError: no sales on 29 February/);
  assert.match(report, /2 tasks could not run because of it/);
  const timeline = await read("timeline.svg");
  for (const words of ["failed, tried again", "waits for a resource", "waits for a retry", "longest path"]) {
    assert.ok(timeline.includes(words), words);
  }
  const { traceEvents } = JSON.parse(await read("trace.json")) as { traceEvents: { ph: string; name: string }[] };
  assert.equal(traceEvents.filter(({ ph, name }) => ph === "X" && name === "download exports").length, 3);
});
