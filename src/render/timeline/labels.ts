// Labels that fit. Widths are estimates, so that a label that is too long loses its middle, and what is still too wide in the
// reader's font is clipped by a small drawing of its own around it.

import { graphemesOf, oneLine, xmlText } from "../text.ts";
import { FONT } from "../theme.ts";
import { emsOf } from "../widths.ts";

/** The fonts of all text in a drawing of ours. */
export const FONTS: string = `${FONT},Arial,sans-serif`;

const LONGEST = 200;

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
