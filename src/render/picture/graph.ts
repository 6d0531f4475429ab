// What all our Graphviz pictures have in common: the page, the fonts, the boxes and arrows, and the writing by graphlib-dot.
// It stands apart from what is exported, so that the types of graphlib do not reach the users of this package.

import { createRequire } from "node:module";
import type { Graph } from "@dagrejs/graphlib";
import type { Direction } from "../options.ts";
import { dotText, graphemesOf } from "../text.ts";
import { EDGE_COLOR, FONT, type Look } from "../theme.ts";
import { emsOf, FONT_SIZE, NARROW } from "../widths.ts";

/** An empty graph of graphlib's, in which nodes may lie in others. */
export function newGraph(): Graph {
  const graphlib = load("@dagrejs/graphlib", () => require("@dagrejs/graphlib")) as {
    Graph: new (options: object) => Graph;
  };
  return new graphlib.Graph({ compound: true });
}

// Loaded when something is drawn, so that programs which draw nothing start sooner. In a bundle there may be no such package, but
// bundlers put what they have taken in for a call of `require` that is written out.
function load(name: string, bundled: () => unknown): unknown {
  try {
    return createRequire(import.meta.url)(name);
  } catch (error) {
    if (typeof require !== "function") throw error;
    return bundled();
  }
}

/** By how many ems a letter of a wide font, as DejaVu Sans is, is wider than one of Helvetica; and the width of a space. */
const SPREAD = 0.1;
const SPACE = 0.278;
const PAGE = {
  bgcolor: "transparent",
  // Names are to be read, also where an arrow runs behind them.
  outputorder: "edgesfirst",
  nodesep: 0.3,
  ranksep: 0.45,
  fontname: FONT,
  fontsize: FONT_SIZE,
  fontcolor: EDGE_COLOR,
};

// The writer knows no statements that set defaults, and without them every node would repeat all this.
const DEFAULTS = `\
  node [shape=box,style="rounded,filled",height=0.4,margin="0.18,0.09",fontname="${FONT}",fontsize=${FONT_SIZE}]
  edge [color="${EDGE_COLOR}",fontcolor="${EDGE_COLOR}",arrowsize=0.7,penwidth=1.2,fontname="${FONT}",fontsize=11]
`;

/** The attributes of a node with these lines in it that looks like `look`; its class in an SVG is `kind`. */
export function boxOf(lines: readonly string[], look: Look, kind: string): Record<string, string | number> {
  const margin = 0.18 + Math.max(...lines.map((line) => extraWidth(line, 20))) / 2;
  return {
    label: dotText(`${look.glyph} ${lines.join("\n")}`),
    ...(margin > 0.18 ? { margin: `${margin.toFixed(2)},0.09` } : {}),
    ...(look.dashed ? { style: "rounded,filled,dashed" } : {}),
    fillcolor: look.fill,
    color: look.line,
    fontcolor: look.text,
    ...(look.width === 1 ? {} : { penwidth: look.width }),
    class: kind,
  };
}

/** Spaces that a label of one line needs behind it where a wider font stands in: about a frame's name there is little margin. */
export function roomBehind(line: string): string {
  return " ".repeat(Math.ceil((extraWidth(line, 8) * 72) / (FONT_SIZE * SPACE)));
}

// How many inches Graphviz may fall short, if `spare` points are to be had beside the text. It knows Helvetica, in whose place a
// reader may have a wider font, and without fonts at hand it takes every letter beyond Latin to be 3/4 em wide.
function extraWidth(line: string, spare: number): number {
  let ems = Math.max(0, SPREAD * line.length - spare / FONT_SIZE);
  if (NARROW.test(line)) return (ems * FONT_SIZE) / 72;
  for (const grapheme of graphemesOf(line)) {
    if (!NARROW.test(grapheme)) ems += Math.max(0, emsOf(grapheme) - 0.75 * Array.from(grapheme).length);
  }
  return (ems * FONT_SIZE) / 72;
}

/**
 * A graph as DOT text, laid out in `direction`. `attributes` are those of the graph itself, and `caption` its label in Graphviz's
 * HTML, which the writer would take for text.
 */
export function writeDOT(
  graph: Graph,
  direction: Direction,
  attributes: Record<string, string | number> = {},
  caption?: string,
): string {
  graph.setGraph({ rankdir: direction, ...PAGE, ...attributes });
  const { write } = load("@dagrejs/graphlib-dot", () => require("@dagrejs/graphlib-dot")) as {
    write: (graph: Graph) => string;
  };
  const head = caption === undefined ? DEFAULTS : `  label=<${caption}>\n${DEFAULTS}`;
  return write(graph).replace("{\n", () => `{\n${head}`);
}
