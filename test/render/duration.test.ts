// Durations in words: those of pictures, reports and the live page, and those of the terminal, which round in their own way.

import assert from "node:assert/strict";
import { test } from "node:test";
import { duration } from "../../src/render/duration.ts";
import { duration as onTerminal } from "../../src/report/progress/words.ts";

const HOUR = 3_600_000;

test("a duration is said in two units at most, from milliseconds to days", () => {
  const said = [0, 340, 999.6, 59_949, 59_950, 125_000, 3_599_600, 63 * 60_000, 24 * HOUR - 31_000, 280.8 * HOUR];
  assert.deepEqual(said.map(duration), [
    "0 ms",
    "340 ms",
    "1.0 s",
    "59.9 s",
    "1 min 0 s",
    "2 min 5 s",
    "1 h 0 min",
    "1 h 3 min",
    "23 h 59 min",
    "11 d 17 h",
  ]);
  assert.equal(duration(24 * HOUR - 1), "1 d 0 h");
  assert.deepEqual([24 * HOUR - 1, 280.8 * HOUR, 3 * HOUR].map(onTerminal), ["1 d 0 h", "11 d 17 h", "3 h 0 min"]);
});
