// How wide text is. Nobody here can measure it, since nobody knows the reader's fonts: estimates, on the large side.

import { graphemesOf } from "./text.ts";

/** The height of names in boxes, in points. */
export const FONT_SIZE = 12;

/** A text of letters no wider than those of Latin, which Graphviz knows or comes close to. */
export const NARROW: RegExp = /^[\0-\u10FF]*$/;

const THIN = /^[ !',./:;I[\\\]ft()`|ijl·]$/;
const SLIM = /^["r*cksvxyzJ{}-]$/;
const CAPITAL = /^[A-Z&+<=>~]$/;
const BROAD = /^[MWmw@%]$/;
const EMOJI = /^(\p{Emoji_Presentation}|\p{Emoji}\uFE0F)/u;
const FULL =
  /^[\u2014\u2015\u2025\u2026\u1100-\u115F\u2E80-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFFE6\u{20000}-\u{3FFFD}]/u;

/** How wide a text is at most, in pixels, in letters of `size` pixels. */
export function textWidth(text: string, size: number): number {
  let ems = 0;
  for (const grapheme of graphemesOf(text)) ems += emsOf(grapheme);
  return ems * size;
}

/** How wide what a reader takes for one character is at most, in parts of the height of its font. */
export function emsOf(grapheme: string): number {
  if (THIN.test(grapheme)) return 0.29;
  if (SLIM.test(grapheme)) return 0.5;
  if (BROAD.test(grapheme)) return 0.9;
  if (CAPITAL.test(grapheme)) return 0.7;
  if (EMOJI.test(grapheme)) return 1.4;
  if (FULL.test(grapheme)) return 1.05;
  return grapheme.codePointAt(0)! < 0x80 ? 0.57 : 0.85;
}
