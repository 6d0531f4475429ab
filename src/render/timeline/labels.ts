// Labels that fit. Nobody here can measure text, so widths are estimated on the large side, a label that is too long loses its
// middle, and what is still too wide in the reader's font is clipped by a small drawing of its own around it.

import { graphemesOf, oneLine, xmlText } from "../text.ts";
import { FONT } from "../theme.ts";

/** The fonts of all text in a drawing of ours. */
export const FONTS: string = `${FONT},Arial,sans-serif`;

const LONGEST = 200;
const THIN = /^[ !',./:;I[\\\]ft()`|ijl·]$/;
const SLIM = /^["r*cksvxyzJ{}-]$/;
const CAPITAL = /^[A-Z&+<=>~]$/;
const BROAD = /^[MWmw@%]$/;
const WIDE =
  /^(\p{Emoji_Presentation}|\p{Emoji}\uFE0F|[\u1100-\u115F\u2E80-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFFE6\u{20000}-\u{3FFFD}])/u;

/** How wide a text is at most, in pixels, in letters of `size` pixels. */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const grapheme of graphemesOf(text)) ems += emsOf(grapheme);
  return ems * size;
}

function emsOf(grapheme: string): number {
  if (THIN.test(grapheme)) return 0.29;
  if (SLIM.test(grapheme)) return 0.5;
  if (BROAD.test(grapheme)) return 0.9;
  if (CAPITAL.test(grapheme)) return 0.7;
  if (WIDE.test(grapheme)) return 1.35;
  return grapheme.codePointAt(0)! < 0x80 ? 0.57 : 0.85;
}

/**
 * The text on one line, with `…` for its middle if it would be wider than `width` pixels: names of many tasks often differ at the end.
 * Empty if next to nothing would be left.
 */
export function fitted(text: string, width: number, size: number): string {
  const graphemes = graphemesOf(oneLine(text, LONGEST));
  // Not to lose what fits exactly to a rounding.
  const room = width / size + 1e-6;
  if (graphemes.reduce((sum, each) => sum + emsOf(each), 0) <= room) return graphemes.join("");
  const tail = countFitting(graphemes.toReversed(), (room - 1) / 3);
  const ends = graphemes.slice(graphemes.length - tail);
  const head = countFitting(graphemes, room - 1 - ends.reduce((sum, each) => sum + emsOf(each), 0));
  return head === 0 ? "" : `${graphemes.slice(0, head).join("").trimEnd()}…${ends.join("").trimStart()}`;
}

// How many of the first fit into so many ems.
function countFitting(graphemes: readonly string[], ems: number): number {
  let used = 0;
  const count = graphemes.findIndex((each) => (used += emsOf(each)) > ems);
  return count === -1 ? graphemes.length : count;
}

/** A text element. `style` is attributes. */
export function textAt(x: number, y: number, text: string, style: string): string {
  return `<text x="${px(x)}" y="${px(y)}" ${style}>${xmlText(text)}</text>`;
}

/** A number of pixels, to the hundredth. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}
