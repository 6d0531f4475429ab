// The signs by which states and what cannot be shown are told, the same in pictures, on pages and in terminals. It imports nothing that
// runs, since the live page loads it in the browser.

import type { State } from "./machine.ts";

/** What stands before a task's name: a text character for each state, never an emoji. */
export const GLYPHS: Readonly<Record<State, string>> = {
  PREPARE: "◌",
  PENDING: "○",
  QUEUED: "◔",
  RUNNING: "►",
  DONE: "✓",
  FAILED: "✗",
  CANCELLED: "⊘",
};

/** What is shown for a character that cannot be: `␛` for an escape, U+FFFD for what has no picture of its own. */
export function standIn(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\uFFFD";
}
