// Texts of tasks as text in HTML, and nothing else.

import type { State } from "../../core/machine.ts";
import { oneLine, printable, xmlText } from "../text.ts";
import { LOOKS } from "../theme.ts";

const NAME_LENGTH = 300;

/** Any text as HTML text. */
export function htmlText(text: string): string {
  return xmlText(printable(text));
}

/** A sentence of ours as HTML, with what stands between backticks as code. */
export function codeText(sentence: string): string {
  return htmlText(sentence).replaceAll(/`([^`]*)`/g, "<code>$1</code>");
}

/** A task's name on one line; beyond 300 characters it loses its middle. Each name has a direction of its own. */
export function nameText(name: string): string {
  return `<bdi>${xmlText(oneLine(name, NAME_LENGTH))}</bdi>`;
}

/** A state as a sign and a word. */
export function stateText(state: State): string {
  return `<span class="state ${state}"><span aria-hidden="true">${LOOKS[state].glyph}</span> ${state}</span>`;
}
