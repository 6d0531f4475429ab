// What a progress display is told, and what it reads off the stream and the environment instead.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { make, task } from "thence";
import { progress, type ProgressOptions } from "thence/report";
import { paper } from "./progress-helpers.ts";

const run = () => make(task("a", () => {}));
const ESCAPE = "\u001B";

/** What the program writes to stderr when that is a pipe. */
async function piped(env: NodeJS.ProcessEnv): Promise<string> {
  const program = join(import.meta.dirname, "progress-process.ts");
  const clean = { PATH: process.env["PATH"], TERM: "xterm-256color" };
  const child = spawn(process.execPath, ["--conditions=thence-source", program, "whole"], {
    env: { ...clean, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  return text(child.stderr);
}

for (const [wrong, kind, message] of [
  [{ mode: "loud" }, TypeError, /progress: mode: expected one of auto, live, lines, json, got "loud"/],
  [{ stream: {} }, TypeError, /progress: stream: expected a stream to write to, got an object/],
  [
    { stream: { isTTY: true, write() {} } },
    TypeError,
    /progress: stream: expected a stream to write to, got an object/,
  ],
  [{ interval: 0 }, RangeError, /progress: interval: expected a number of milliseconds, 1 or more, got 0/],
  [{ heartbeat: "1" }, TypeError, /progress: heartbeat: expected a number of milliseconds/],
  [{ captureConsole: 1 }, TypeError, /progress: captureConsole: expected a boolean, got 1/],
  [{ color: "red" }, TypeError, /progress: color: expected a boolean/],
  [{ logs: "all" }, TypeError, /progress: logs: expected a boolean/],
  [{ durations: {} }, TypeError, /progress: durations: expected a Map from names to milliseconds/],
  [{ clock: {} }, TypeError, /progress: clock: expected an object with now, setTimeout, clearTimeout/],
  [{ colour: true }, TypeError, /progress: unknown option "colour", did you mean "color"\?/],
] as const) {
  test(`${JSON.stringify(wrong)} is refused`, () => {
    assert.throws(
      () => progress(run(), wrong as unknown as ProgressOptions),
      (error: Error) => {
        assert.ok(error instanceof kind);
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test("an interval of Infinity is no timer of 1 millisecond, which Node takes it for", async () => {
  const { clock, options } = paper();
  const asked: number[] = [];
  const setTimeout = (callback: () => void, ms: number): unknown => (asked.push(ms), clock.setTimeout(callback, ms));
  const some = run();
  progress(some, { ...options, interval: Infinity, clock: { ...clock, now: () => clock.now(), setTimeout } });
  for await (const _ of some);
  assert.deepEqual(asked, [2 ** 31 - 1]);
});

test("what is no run is refused", () => {
  for (const wrong of [undefined, {}, task("a", () => {})]) {
    assert.throws(() => progress(wrong as never), /^TypeError: progress: expected a run or a TaskQueue, got/);
  }
});

test("colours are as the option says, whatever the stream is", async () => {
  for (const color of [true, false]) {
    const { options, lines } = paper({ isTTY: !color });
    const some = run();
    progress(some, { ...options, color });
    for await (const _ of some);
    assert.equal(lines().join("").includes(ESCAPE), color);
  }
});

test("a pipe gets plain lines without colours or anything else but text", async () => {
  const lines = (await piped({})).trimEnd().split("\n");
  assert.match(lines[1]!, /^\[1\/5\] ✓ read sources \d+ ms$/);
  assert.ok(lines.every((line) => !line.includes(ESCAPE) && !line.includes("\r")));
});

test("a pipe gets colours under FORCE_COLOR, unless that says no", async () => {
  assert.ok((await piped({ FORCE_COLOR: "1" })).includes(`${ESCAPE}[32m✓`));
  assert.ok(!(await piped({ FORCE_COLOR: "0" })).includes(ESCAPE));
  assert.ok((await piped({ FORCE_COLOR: "1", NO_COLOR: "1" })).includes(ESCAPE), "as in Node");
});

test("a reader who goes away does not end the program", async () => {
  const program = join(import.meta.dirname, "progress-process.ts");
  const child = spawn(process.execPath, ["--conditions=thence-source", program, "whole"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] },
  });
  child.stderr.once("data", () => child.stderr.destroy());
  const printed = await text(child.stdout);
  assert.match(printed, /the program goes on\n$/);
  assert.equal(child.exitCode ?? (await once(child, "close"))[0], 0);
});

test("a stream that is a terminal without a size gets lines", async () => {
  const { options, lines } = paper({ isTTY: true, columns: 0, rows: 0 });
  const some = run();
  progress(some, { ...options, mode: "auto" });
  for await (const _ of some);
  assert.match(lines()[0]!, /✓ .*a/);
});
