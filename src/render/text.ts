// Names and messages as pictures can show them. They come from users, so each format has one function here that makes any
// text harmless, and all formats share one answer to what cannot be drawn: a visible stand-in, never silence.

import { standIn } from "../core/signs.ts";

const LABEL_LENGTH = 60;
const LABEL_LINES = 4;
const NEWLINE = /\r\n|[\n\u0085\u2028\u2029]/u;
// Control characters but the newline; what UTF-8 or XML cannot hold: halves of surrogate pairs, U+FFFE and U+FFFF.
const UNPRINTABLE = /(?!\n)\p{Cc}|[\p{Cs}\uFFFE\uFFFF]/gu;
const DIRECTED =
  /[\u0590-\u08FF\u200E\u200F\u202A-\u202E\u2066-\u2069\uFB1D-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

// Made when first used: it takes as long as loading the rest of the package.
let segmenter: Intl.Segmenter | undefined;

function segmentsOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** What a reader takes for one character each. */
export function graphemesOf(text: string): string[] {
  return Array.from(segmentsOf(text), ({ segment }) => segment);
}

/**
 * The text with a visible stand-in for each character that cannot be drawn: Unicode's control pictures for control
 * characters (`␀`, `␉`), U+FFFD for the rest. Newlines of every kind become `\n`.
 */
export function printable(text: string): string {
  return text.split(NEWLINE).join("\n").replace(UNPRINTABLE, standIn);
}

/** The text if it has at most `limit` UTF-16 units; else its beginning and end with `…` between, no character cut apart. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = Math.floor(limit / 3);
  const start = text.slice(0, limit * 2);
  const end = text.slice(-limit * 2);
  return `${start.slice(0, border(start, limit - tail - 1, 0))}…${end.slice(border(end, end.length - tail, 1))}`;
}

// The nearest border between characters, before (0) or after (1) the place, unless the place is at one.
function border(text: string, place: number, side: 0 | 1): number {
  const { index, segment } = segmentsOf(text).containing(place)!;
  if (index === place) return place;
  if (segment.length <= 16) return index + side * segment.length;
  // One letter under a heap of accents: cut the heap, but no surrogate pair.
  return text.codePointAt(place - 1)! > 0xffff ? place - 1 + 2 * side : place;
}

/** A name as a label shows it: printable, at most 60 UTF-16 units on at most four lines; `␊` for newlines that break none. */
export function labelLines(name: string): string[] {
  const lines = printable(shorten(name, LABEL_LENGTH))
    .replace(/\n+$/u, (end) => "␊".repeat(end.length))
    .split("\n");
  return lines.length <= LABEL_LINES
    ? lines
    : [...lines.slice(0, LABEL_LINES - 1), lines.slice(LABEL_LINES - 1).join("␊")];
}

/** A text on one line of at most `limit` UTF-16 units, its newlines shown as `␊`. */
export function oneLine(text: string, limit: number): string {
  return printable(shorten(text, limit)).replaceAll("\n", "␊");
}

/** The text, wrapped in Unicode isolates if its writing direction could otherwise reorder what stands beside it. */
export function isolated(text: string): string {
  if (!DIRECTED.test(text)) return text;
  // Its own isolates must not end ours, nor outlast it.
  let open = 0;
  const own = text.replaceAll(/[\u2066-\u2069]/g, (mark) => {
    if (mark !== "\u2069") open++;
    else if (open === 0) return "";
    else open--;
    return mark;
  });
  return `\u2068${own}${"\u2069".repeat(open)}\u2069`;
}

/**
 * Printable text as the value of a label or tooltip in DOT, where Graphviz reads escapes and entities. Quotes are left to
 * graphlib-dot, which escapes them and nothing else.
 */
export function dotText(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("&", "&amp;").replaceAll("\n", "\\n");
}

/** Printable text as XML character data or the value of an attribute in double quotes. */
export function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

// What Mermaid reads as markup: most punctuation; `_` unless inside a word; `www.`; a line that starts with no letter (it may
// be a list or code); spaces that would be dropped. Its own escapes become `ﬂ°` and `¶ß`, which it decodes more than once.
const MERMAID_MARKUP =
  /[!-'*+:-@[-^`{-~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|(?<=[wW]{3})\.|(?<=\n)[^\p{L}\n]|^ | (?= |\n|$)/gu;

/** Printable text as a quoted label in Mermaid, which reads Markdown, HTML, links and directives there: written as numbers. */
export function mermaidText(text: string): string {
  return text
    .replace(MERMAID_MARKUP, (character) => (character === " " ? "#160;" : `#${character.codePointAt(0)};`))
    .replaceAll(/ﬂ(?=°)|¶(?=ß)/g, "$&\u2060")
    .replaceAll("\n", "<br/>");
}
