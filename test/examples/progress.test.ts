// The example of progress, run as a reader runs it: through a pipe, as JSON, and in a terminal; and its picture.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { DOMParser } from "@xmldom/xmldom";
import { progressPicture } from "../../examples/lib/progress-picture.ts";
import { visit, withoutTerminal } from "../report/terminal.ts";

const example = join(import.meta.dirname, "..", "..", "examples", "08-progress.ts");

function run(...args: string[]): { status: number | null; stdout: string; lines: string[] } {
  const env = { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=thence-source", example, ...args], {
    encoding: "utf8",
    env,
  });
  return { status, stdout, lines: stderr.trimEnd().split("\n") };
}

test("through a pipe it writes a line for each of its 13 tasks, a retry, and the failure with its cause", () => {
  const { status, stdout, lines } = run();
  assert.equal(status, 0);
  const printed = stdout.trimEnd().split("\n").toSorted();
  assert.deepEqual(printed, ["market.raw is a bit dark", "order prints: FAILED", "tell the family: DONE"]);
  const ends = lines.filter((line) => /^\[ ?\d+\/13\] [✓✗⊘]/.test(line));
  assert.equal(ends.length, 13, lines.join("\n"));
  assert.ok(lines.some((line) => line.endsWith("↻ upload album attempt 1 failed: the connection was reset")));
  assert.match(lines.join("\n"), /^✗ 11 of 13 tasks done, 1 failed, 1 blocked in \d\.\d s$/m);
  assert.deepEqual(lines.slice(-3), [
    "  ✗ develop cliffs: cliffs.raw ends early",
    "      caused by the card was pulled out",
    "      blocks order prints",
  ]);
});

test("as JSON every line is an object, the last one the summary", () => {
  const { lines } = run("--json");
  const objects = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const { type, total, done, failed, blocked } = objects.at(-1) ?? {};
  assert.deepEqual(
    { type, total, done, failed, blocked },
    { type: "summary", total: 13, done: 11, failed: 1, blocked: 1 },
  );
});

test("in a terminal only what matters stays on the screen", { skip: withoutTerminal }, async () => {
  const { screens, exitCode, isCursorShown } = await visit(example, [], { columns: 120 });
  const lines = screens.get("end")?.map((line) => line.replaceAll(/\d+\.\d s/g, "T"));
  assert.deepEqual(lines?.toSorted(), [
    "      blocks order prints",
    "      caused by the card was pulled out",
    "  the longest path took T: read the camera → develop lighthouse → lay out album → cut slide show → tell the family",
    "  ✗ develop cliffs: cliffs.raw ends early",
    "market.raw is a bit dark",
    "order prints: FAILED",
    "tell the family: DONE",
    "↻ upload album attempt 1 failed: the connection was reset",
    "✗ 11 of 13 tasks done, 1 failed, 1 blocked in T",
    "✗ develop cliffs T: cliffs.raw ends early",
  ]);
  assert.deepEqual([exitCode, isCursorShown], [0, true]);
});

test("its picture is well-formed, tells what the terminal shows, and is always the same", async () => {
  const [picture, again] = [await progressPicture(), await progressPicture()];
  assert.equal(picture, again);
  const { documentElement } = new DOMParser({
    onError: (level, message) => assert.fail(`${level}: ${message}`),
  }).parseFromString(picture, "image/svg+xml");
  const told = documentElement?.textContent ?? "";
  for (const text of ["develop cliffs", "cliffs.raw ends early", "upload album", "draw map", "running"]) {
    assert.ok(told.includes(text), `${text} is not in ${told}`);
  }
});
