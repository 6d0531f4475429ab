// The example of the durable queue, run as a reader runs it: what it says happened must be what a queue promises.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";

const example = path.join(import.meta.dirname, "..", "..", "examples", "06-durable-queue.ts");
let temporary: string;
let exitCode: number | null;
let errors: string;
let lines: string[];

before(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), "thence-example-"));
  const child = spawn(process.execPath, ["--conditions=thence-source", example], {
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [output, said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  lines = output.trimEnd().split("\n");
  errors = said;
  exitCode = child.exitCode;
});
after(() => rm(temporary, { recursive: true }));

test("it ends with exit code 0, writes no errors, and leaves no files", async () => {
  assert.deepEqual([exitCode, errors, await readdir(temporary)], [0, "", []]);
});

test("the worker that is killed leaves jobs under way, and the second one ends by itself", () => {
  assert.equal(lines[0], "8 jobs are queued");
  const [, done, running, queued] = (lines[1]?.match(/killed: (\d) done, (\d) under way, (\d) queued$/) ?? []).map(
    Number,
  );
  assert.ok(done !== undefined && done >= 4 && running !== undefined && running >= 1, lines[1]);
  assert.equal(done + running + (queued ?? 0), 8);
  assert.equal(lines[2], `second has ended (idle): ${8 - done} done`);
});

test("every page is rendered once to its end, and those that were under way were lost before that", () => {
  const pages = lines.slice(3);
  assert.equal(pages.length, 8);
  for (const [index, line] of pages.entries()) {
    const lost = `page ${index + 1}, rendered at attempt 2 (lost by first, done by second)`;
    const direct = new RegExp(`^page ${index + 1}, rendered at attempt 1 \\(done by (first|second)\\)$`);
    assert.ok(line === lost || direct.test(line), line);
  }
  const underWay = Number(lines[1]?.match(/(\d) under way/)?.[1]);
  assert.equal(pages.filter((line) => line.includes("lost by first")).length, underWay);
});
