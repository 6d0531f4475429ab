// Ticks and labels of timelines.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ticksOf } from "../../../src/render/time/axis.ts";
import { fitted } from "../../../src/render/timeline/labels.ts";
import { textWidth } from "../../../src/render/widths.ts";
import { HOSTILE_NAMES } from "../names.ts";

function labels(length: number, most: number): string[] {
  return ticksOf(length, most).map(({ label }) => label);
}

test("ticks are at round times, in the unit that suits", () => {
  assert.deepEqual(labels(9, 4), ["0", "5 ms"]);
  assert.deepEqual(labels(1000, 6), ["0", "200 ms", "400 ms", "600 ms", "800 ms", "1 s"]);
  assert.deepEqual(labels(1700, 5), ["0", "500 ms", "1 s", "1.5 s"]);
  assert.deepEqual(labels(150_000, 6), ["0", "30 s", "1 min", "1 min 30 s", "2 min", "2 min 30 s"]);
  assert.deepEqual(labels(3 * 3_600_000, 5), ["0", "1 h", "2 h", "3 h"]);
  assert.deepEqual(labels(36 * 3_600_000, 4), ["0", "12 h", "1 d", "1 d 12 h"]);
});

test("there are no more ticks than asked for and always one, however long or short the time is", () => {
  for (const length of [0, 1e-6, 0.5, 1, 999, 60_001, 86_400_000, 3e10, 1e13]) {
    for (const most of [2, 5, 11]) {
      const ticks = ticksOf(length, most);
      assert.ok(ticks.length >= 1 && ticks.length <= most, `${length} ms in ${most}: ${ticks.length}`);
      assert.ok(ticks.every(({ at }) => at <= length));
    }
  }
});

test("a label that fits stays, and a longer one loses its middle", () => {
  assert.equal(fitted("import customers", 200, 11), "import customers");
  const short = fitted("import customers number 17", 100, 11);
  assert.match(short, /^import.*….*17$/);
  assert.ok(textWidth(short, 11) <= 100 + 11);
  assert.equal(fitted("import customers", 8, 11), "");
});

test("no name whatever makes a label wider than its room", () => {
  for (const name of HOSTILE_NAMES) {
    for (const width of [12, 40, 200]) {
      const label = fitted(name, width, 11);
      assert.doesNotMatch(label, /[\n\0]/u);
      assert.ok(
        label === "" || textWidth(label, 11) <= width + 11 * 0.5,
        `${JSON.stringify(name.slice(0, 40))} in ${width}`,
      );
    }
  }
});
