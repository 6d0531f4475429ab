// The looks of the states, measured: contrast as WCAG 2 defines it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { STATES } from "../../src/core/machine.ts";
import { BLANK, DURATION_TINTS, GROUP_TINTS } from "../../src/render/picture/palette.ts";
import { CYCLE_COLOR, EDGE_COLOR, LOOKS, PATH_COLOR } from "../../src/render/theme.ts";

const LIGHT_PAGE = "#ffffff";
const DARK_PAGE = "#0d1117";

function rgb(color: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
}

function luminance(color: string): number {
  const [r, g, b] = rgb(color).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

test("text in a box has a contrast of at least 6", () => {
  for (const state of STATES) assert.ok(contrast(LOOKS[state].text, LOOKS[state].fill) >= 6, state);
});

test("edges and boxes stand out from a white page and from a dark one, with a contrast of at least 3", () => {
  for (const page of [LIGHT_PAGE, DARK_PAGE]) {
    assert.ok(contrast(EDGE_COLOR, page) >= 3, `edges on ${page}`);
    for (const state of STATES) {
      const { fill, line } = LOOKS[state];
      assert.ok(Math.max(contrast(fill, page), contrast(line, page)) >= 3, `${state} on ${page}`);
    }
  }
});

test("the colours of groups and durations are as legible", () => {
  for (const { fill, line, text } of [...GROUP_TINTS, ...DURATION_TINTS, BLANK]) {
    assert.ok(contrast(text, fill) >= 6, `${text} on ${fill}`);
    assert.ok(contrast(line, LIGHT_PAGE) >= 3 && contrast(fill, DARK_PAGE) >= 3, fill);
  }
  for (const { fill } of Object.values(LOOKS)) assert.ok(contrast(BLANK.text, fill) >= 6, `stripes of ${fill}`);
});

test("the longest path and cycles stand out from a white page and from a dark one", () => {
  for (const page of [LIGHT_PAGE, DARK_PAGE]) {
    for (const color of [PATH_COLOR, CYCLE_COLOR]) assert.ok(contrast(color, page) >= 3, `${color} on ${page}`);
  }
});

test("durations grow darker, and no two groups in a row have the same colour", () => {
  const shades = DURATION_TINTS.map(({ fill }) => luminance(fill));
  assert.deepEqual(
    shades,
    shades.toSorted((a, b) => b - a),
  );
  assert.equal(new Set(GROUP_TINTS.map(({ fill }) => fill)).size, GROUP_TINTS.length);
});

test("running is yellow, done green, failed red, cancelled gray, and the others white or nearly so", () => {
  const [r, g, b] = [0, 1, 2];
  const parts = (state: keyof typeof LOOKS): number[] => rgb(LOOKS[state].fill);
  const spread = (state: keyof typeof LOOKS): number => Math.max(...parts(state)) - Math.min(...parts(state));
  assert.ok(parts("RUNNING")[r]! > 0.9 && parts("RUNNING")[g]! > 0.85 && parts("RUNNING")[b]! < 0.6);
  assert.ok(parts("DONE")[g]! > parts("DONE")[r]! + 0.1 && parts("DONE")[g]! > parts("DONE")[b]! + 0.1);
  assert.ok(parts("FAILED")[r]! > parts("FAILED")[g]! + 0.2 && parts("FAILED")[r]! > parts("FAILED")[b]! + 0.2);
  assert.ok(spread("CANCELLED") < 0.06 && luminance(LOOKS.CANCELLED.fill) < 0.75);
  for (const state of ["PREPARE", "PENDING", "QUEUED"] as const) assert.ok(luminance(LOOKS[state].fill) > 0.85, state);
});

test("no two states look alike to somebody who sees no colour", () => {
  assert.equal(new Set(STATES.map((state) => LOOKS[state].glyph)).size, STATES.length);
});

test("the signs are single text characters, never emoji", () => {
  for (const state of STATES) {
    assert.match(LOOKS[state].glyph, /^\P{Emoji}$/u);
    assert.equal(LOOKS[state].glyph.length, 1);
  }
});
