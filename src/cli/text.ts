// Values as lines of text. What others have chosen (names, inputs, errors, output) must not be able to steer a terminal, so every
// control character is shown instead of sent.

import { causesOf } from "../core/causes.ts";
import { describe } from "../core/check.ts";

const MOST_CAUSES = 4;

// Controls, the marks that reverse the direction of text, and the separators that some terminals take for line ends.
const CONTROLS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const ESCAPE = String.fromCharCode(27);
const COLOURS = new RegExp(String.raw`(${ESCAPE}\[[\d;]{0,30}m)`);
const RESET = `${ESCAPE}[0m`;

/** A text in which control characters are written as escapes: `\n`, `\x1b`, `\u202e`. */
export function printable(text: string): string {
  return text.replace(CONTROLS, escape);
}

/** A line of output: tabs and colours stay, and colours end with the line. */
export function printableLine(line: string): string {
  const parts = line.split(COLOURS);
  if (parts.length === 1)
    return line.replace(CONTROLS, (character) => (character === "\t" ? character : escape(character)));
  const shown = parts.map((part, index) => (index % 2 === 1 ? part : printableLine(part)));
  return shown.join("") + RESET;
}

/** A value as one line of JSON that cannot steer a terminal either. */
export function printableJSON(value: unknown): string {
  return (JSON.stringify(value) ?? "null").replace(CONTROLS, codeOf);
}

function codeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function escape(character: string): string {
  const known = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
  if (known !== undefined) return known;
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u${code}`;
}

const GRAPHEMES = new Intl.Segmenter();
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|.\ufe0f)/u;

/** How many columns of a terminal a text without control characters takes. */
export function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += WIDE.test(segment) ? 2 : /^\p{M}/u.test(segment) ? 0 : 1;
  return width;
}

/** The beginning of a text that fits into `width` columns, with an ellipsis if that is not all. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let [kept, used] = ["", 0];
  for (const { segment } of GRAPHEMES.segment(text)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return width > 0 ? `${kept}…` : "";
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** A length of time in its two greatest units: `2d 3h`, `1m 5s`, `12s`, `350ms`. */
export function durationText(ms: number): string {
  const index = UNITS.findIndex(([, size]) => ms >= size);
  const greatest = UNITS[index];
  if (greatest === undefined) return `${Math.max(0, Math.round(ms))}ms`;
  const [name, size] = greatest;
  const next = UNITS[index + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % size) / next[1]);
  return `${Math.floor(ms / size)}${name}${rest > 0 ? ` ${rest}${next?.[0]}` : ""}`;
}

/** Milliseconds since the epoch as local date and time: `2025-11-22 03:26:15`. */
export function timeText(at: number): string {
  // The format of Sweden is the international one.
  return new Date(at).toLocaleString("sv-SE");
}

/** The message of whatever was thrown, with those of its causes, on one line. */
export function errorText(error: unknown): string {
  const parts: string[] = [];
  for (const link of [error, ...causesOf(error, MOST_CAUSES)]) {
    const message = messageOf(link);
    if (!parts.some((part) => part.includes(message))) parts.push(message);
  }
  return printable(parts.join(": ").replaceAll(/\s*\n\s*/g, " "));
}

function messageOf(error: unknown): string {
  try {
    if (!(error instanceof Error)) return describe(error);
    const { message, name } = error as Record<"message" | "name", unknown>;
    return typeof message === "string" && message !== "" ? message : String(name);
  } catch {
    return "an error that cannot be shown";
  }
}
