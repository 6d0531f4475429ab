// How a state looks, the same in every picture. A glyph and an outline stand beside each colour, so that nothing is told
// by colour alone; fills are light and texts dark, edges a gray between, so that one picture suits light and dark pages.

import type { State } from "../core/machine.ts";
import { GLYPHS } from "../core/signs.ts";

/** How tasks in one state are drawn. Colours are `#rrggbb`. */
export interface Look {
  /** Stands before the name: a text character, never an emoji. */
  readonly glyph: string;
  readonly fill: string;
  readonly line: string;
  readonly text: string;
  readonly dashed?: boolean;
  /** The width of the outline, in points. */
  readonly width: number;
}

/** The look of each state: RUNNING yellow, DONE green, FAILED red, CANCELLED gray, the others white or nearly so. */
export const LOOKS: Readonly<Record<State, Look>> = {
  PREPARE: { glyph: GLYPHS.PREPARE, fill: "#ffffff", line: "#6e7781", text: "#57606a", dashed: true, width: 1 },
  PENDING: { glyph: GLYPHS.PENDING, fill: "#ffffff", line: "#6e7781", text: "#1f2328", width: 1 },
  QUEUED: { glyph: GLYPHS.QUEUED, fill: "#eaf3ff", line: "#0969da", text: "#0a3069", width: 1 },
  RUNNING: { glyph: GLYPHS.RUNNING, fill: "#ffe678", line: "#9a6700", text: "#3b2300", width: 1.5 },
  DONE: { glyph: GLYPHS.DONE, fill: "#b4e9bf", line: "#1a7f37", text: "#033a16", width: 1 },
  FAILED: { glyph: GLYPHS.FAILED, fill: "#ffbdb8", line: "#cf222e", text: "#5c0711", width: 2 },
  CANCELLED: { glyph: GLYPHS.CANCELLED, fill: "#d0d7de", line: "#57606a", text: "#24292f", dashed: true, width: 1 },
};

/** The colour of edges and of text outside a box: legible on white and on black. */
export const EDGE_COLOR = "#7a838d";

/** The colour of the longest path, of its edges and outlines: legible on white and on black, and no state's. */
export const PATH_COLOR = "#8250df";

/** The colour of edges that are part of a cycle. */
export const CYCLE_COLOR = "#cf222e";

/** Stands in place of a state's sign where a box is drawn for several tasks. */
export const SHARED_GLYPH = "⊞";

/** The font of all text. Graphviz knows its widths by this name only, not in a list, and itself adds sans-serif in SVG. */
export const FONT = "Helvetica";

/** What a picture of no tasks says. */
export const EMPTY_NOTE = "No tasks";
