// Graphs as DOT text, written by graphlib-dot. Its writer drops a node called `__proto__` and leaves keywords unquoted, so
// nodes are numbered and names appear only inside labels and tooltips, as text that `dotText` has made harmless.

import { Graph } from "@dagrejs/graphlib";
import graphlibDot from "@dagrejs/graphlib-dot";
import { pictureOf, type Direction, type Drawable, type Picture, type PictureOptions } from "./picture.ts";
import { dotText, graphemesOf, labelLines } from "./text.ts";
import { EDGE_COLOR, EMPTY_NOTE, FONT, LOOKS, type Look } from "./theme.ts";
import { edgeTitle, taskTitle } from "./words.ts";

const NARROW = /^[\0-\u10FF]*$/;
const WIDE =
  /^[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]/u;
const EMOJI = /^(\p{Emoji_Presentation}|\p{Emoji}\uFE0F)/u;
const FONT_SIZE = 12;
const PAGE = {
  bgcolor: "transparent",
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

/**
 * The tasks given and the edges among them as text for Graphviz, prerequisite → dependent.
 *
 * Nodes are called `t0 t1 …` in the order given and coloured by state; a label holds the state's sign and the name, a
 * tooltip the whole name, attempts, duration and error. Soft edges are dashed. In labels, a name of over 60 characters loses
 * its middle, and characters that cannot be drawn have stand-ins (`␉` for a tab). The same graph gives the same text.
 * Throws a TypeError for what is no task, and for an unknown option.
 *
 * @example
 * ```ts
 * import { task } from "thence";
 * import { toDOT } from "thence/render";
 *
 * const sources = task("sources", () => ["a.ts"]);
 * const bundle = task("bundle", { require: sources, run: (files) => files.join() });
 * console.log(toDOT([sources, bundle], { direction: "LR" }));
 * ```
 */
export function toDOT(tasks: Drawable, options?: PictureOptions): string {
  return pictureDOT(pictureOf("toDOT", tasks, options), true);
}

/** A picture as DOT text; tooltips are left out where titles are put into the drawing later. */
export function pictureDOT({ tasks, edges, direction }: Picture, tooltips: boolean): string {
  const graph = new Graph();
  for (const [index, task] of tasks.entries()) {
    const node = boxOf(task.name, LOOKS[task.state], task.state);
    graph.setNode(`t${index}`, tooltips ? { ...node, tooltip: dotText(taskTitle(task)) } : node);
  }
  for (const { from, to, soft } of edges) {
    const tooltip = tooltips ? { tooltip: dotText(edgeTitle(tasks[from]!, tasks[to]!)) } : {};
    graph.setEdge(`t${from}`, `t${to}`, { ...(soft ? { style: "dashed", class: "soft" } : {}), ...tooltip });
  }
  return writeDOT(graph, direction, tasks.length === 0 ? { label: EMPTY_NOTE } : {});
}

/** The attributes of a node that looks like `look`; its class in an SVG is `kind`. */
export function boxOf(name: string, look: Look, kind: string): Record<string, string | number> {
  const lines = labelLines(name);
  const margin = 0.18 + Math.max(...lines.map(extraWidth)) / 2;
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

// Without the fonts at hand, Graphviz takes every letter beyond Latin to be 3/4 em wide. What is wider gets a wider box.
function extraWidth(line: string): number {
  if (NARROW.test(line)) return 0;
  let ems = 0;
  for (const grapheme of graphemesOf(line)) {
    const width = EMOJI.test(grapheme) ? 1.4 : WIDE.test(grapheme) ? 1.05 : 0;
    if (width > 0) ems += Math.max(0, width - 0.75 * Array.from(grapheme).length);
  }
  return (ems * FONT_SIZE) / 72;
}

/** A graph as DOT text, with what all our pictures have in common: the page, the fonts, the shape of boxes and arrows. */
export function writeDOT(graph: Graph, direction: Direction, attributes: Record<string, string> = {}): string {
  graph.setGraph({ rankdir: direction, ...PAGE, ...attributes });
  return graphlibDot.write(graph).replace("{\n", `{\n${DEFAULTS}`);
}
