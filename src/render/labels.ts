// Labels that fit. Nobody here can measure text, so widths are estimated on the large side, a label that is too long loses its
// end, and what is still too wide in the reader's font is clipped by a small drawing of its own around it.

import { graphemesOf, oneLine, xmlText } from "./text.ts";
import { FONT } from "./theme.ts";

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

/** The text on one line, its end replaced by `…` if it would be wider than `width` pixels; empty if not even that fits. */
export function fitted(text: string, width: number, size: number): string {
  const graphemes = graphemesOf(oneLine(text, LONGEST));
  let used = 0;
  let fits = 0;
  for (const [place, grapheme] of graphemes.entries()) {
    used += emsOf(grapheme) * size;
    if (used > width) return fits === 0 ? "" : `${graphemes.slice(0, fits).join("").trimEnd()}…`;
    if (used + size <= width) fits = place + 1;
  }
  return graphemes.join("");
}

/** A text element. `style` is attributes. */
export function textAt(x: number, y: number, text: string, style: string): string {
  return `<text x="${px(x)}" y="${px(y)}" ${style}>${xmlText(text)}</text>`;
}

/** A number of pixels, to the hundredth. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100);
}
