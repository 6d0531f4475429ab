// Names, log lines and messages as a terminal may show them. They come from users and from other programs, so nothing in them may
// move the cursor, colour the screen, or be wider than it is counted.

import { stripVTControlCharacters } from "node:util";
import { standIn } from "../../core/signs.ts";

/** How much of any text is looked at; a screen shows less. In UTF-16 units. */
const MOST = 2_000;
const NEWLINE = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u;
// Control characters, halves of surrogate pairs, and what turns round the direction of all that follows on the line.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u202A-\u202E\u2066-\u2069]/gu;
// Joiners and skin tones make one sign of several: in one terminal, and several signs in the next, which then wraps the line.
const JOINED = /(?<=[\p{Extended_Pictographic}\uFE0F])(?:\u200D|\p{Emoji_Modifier})/gu;
// Any number of marks on one letter has no width, and overruns the lines above and below.
const MARKS = /(\p{M}{4})\p{M}+/gu;

/** A name on one line. Of what cannot be shown a visible stand-in is left: `␛`, `␊`, U+FFFD for the rest. */
export function nameText(name: string): string {
  return shown(name.slice(0, MOST));
}

/** What a program has written, line by line: its colours and cursor movements are dropped, tabs are spaces. */
export function plainLines(text: string): string[] {
  const plain = stripVTControlCharacters(text.slice(0, MOST * 10)).replaceAll("\t", "  ");
  return plain.split(NEWLINE).map((line) => shown(line.slice(0, MOST)));
}

/** The first line of what a program has written that is not empty. */
export function firstLine(text: string): string {
  return plainLines(text).find((line) => line.trim() !== "") ?? "";
}

function shown(text: string): string {
  return text.replace(UNPRINTABLE, standIn).replace(JOINED, "").replace(MARKS, "$1");
}
