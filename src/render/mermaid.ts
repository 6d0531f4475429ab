// Graphs as Mermaid text, for pages that draw it themselves (GitHub, GitLab, many wikis). It has no tooltips, so it tells
// less than DOT and SVG; and Mermaid reads much in a label as markup, so `mermaidText` writes most signs as numbers.

import { STATES, type State } from "../core/machine.ts";
import type { Drawable } from "./drawable.ts";
import type { PictureOptions } from "./options.ts";
import { legendOf, type Legend } from "./picture/legend.ts";
import { paint, type Paint } from "./picture/paint.ts";
import { pictureOf, type Arrow, type Limits, type Picture } from "./picture/picture.ts";
import { mermaidText, oneLine } from "./text.ts";
import { CYCLE_COLOR, EDGE_COLOR, EMPTY_NOTE, LOOKS, PATH_COLOR, type Look } from "./theme.ts";

const FRAME_LENGTH = 60;
// Mermaid draws at most 500 edges and 50,000 characters unless it is told otherwise.
const LIMITS: Limits = { boxes: 400, arrows: 500, fits: (picture) => textOf(picture).length <= 50_000 };

/**
 * The tasks given and the edges among them as a Mermaid flowchart, prerequisite → dependent, coloured by state.
 *
 * Nodes are called `t0 t1 …` in the order given; soft edges are dotted; long names are shortened as by {@link toDOT}. All options
 * work; there are no tooltips and no stripes, notes and the legend are nodes, and a legend says nothing of edges.
 * The same graph gives the same text. Mermaid refuses more than 500 edges or 50,000 characters unless it is told otherwise, so that
 * graphs of more than 400 tasks or 500 edges, and those of a longer text, are collapsed unless `collapse` is `Infinity`.
 * Throws a TypeError for what is no task, and a TypeError or RangeError for wrong options.
 *
 * @example
 * ```ts
 * import { task } from "thence";
 * import { toMermaid } from "thence/render";
 *
 * const sources = task("sources", () => ["a.ts"]);
 * console.log(toMermaid([sources, sources.andThen("count", (files) => files.length)]));
 * ```
 */
export function toMermaid(tasks: Drawable, options?: PictureOptions): string {
  return textOf(pictureOf("toMermaid", tasks, options, LIMITS));
}

function textOf(picture: Picture): string {
  const { boxes, arrows, choices } = picture;
  const looks = paint(picture);
  const lines = [`flowchart ${choices.direction}`, ...nodes(picture, looks)];
  for (const { from, to, isSoft, isInCycle } of arrows) {
    lines.push(`  ${boxes[from]?.id} ${isSoft ? "-.->" : "-->"}${isInCycle ? "|↻|" : ""} ${boxes[to]?.id}`);
  }
  lines.push(...legend(legendOf(picture)));
  for (const [line, note] of picture.notes.entries()) lines.push(...noteNode(`note${line}`, note));
  if (boxes.length === 0) lines.push(...noteNode("empty", EMPTY_NOTE));
  const states = new Set(looks.map(({ state }) => state));
  for (const state of STATES) if (states.has(state)) lines.push(`  ${mermaidClass(state)}`);
  lines.push(...ownStyles(picture, looks), ...linkStyles(arrows));
  return `${lines.join("\n")}\n`;
}

/** The statement that gives a state its colours in a Mermaid diagram. */
export function mermaidClass(state: State): string {
  return `classDef ${state} ${styleOf(LOOKS[state])}`;
}

function styleOf({ fill, line, text, dashed, width }: Pick<Look, "fill" | "line" | "text"> & Partial<Look>): string {
  const styles = [`fill:${fill}`, `stroke:${line}`, `color:${text}`];
  if (width !== undefined && width !== 1) styles.push(`stroke-width:${width}px`);
  if (dashed === true) styles.push("stroke-dasharray:4 3");
  return styles.join(",");
}

function nodes({ boxes, frames }: Picture, looks: readonly Paint[]): string[] {
  const written = new Map(boxes.map((box, place) => [box, nodeOf(box.id, box.kind, looks[place] as Paint)]));
  const lines: string[] = [];
  for (const { id, name, boxes: members } of frames) {
    lines.push(`  subgraph ${id}["${mermaidText(oneLine(name, FRAME_LENGTH))}"]`);
    for (const box of members) {
      lines.push(`  ${written.get(box)}`);
      written.delete(box);
    }
    lines.push("  end");
  }
  return [...lines, ...written.values()];
}

function nodeOf(id: string, kind: string, { look, lines, state }: Paint): string {
  const label = `${look.glyph} ${mermaidText(lines.join("\n"))}`;
  return kind === "task" ? `  ${id}("${label}"):::${state}` : `  ${id}[["${label}"]]:::${state}`;
}

// A box that looks otherwise than others in its state.
function ownStyles({ boxes, frames }: Picture, looks: readonly Paint[]): string[] {
  const lines: string[] = [];
  for (const [place, { look, state }] of looks.entries()) {
    const { fill, line, width } = LOOKS[state];
    if (look.fill === fill && look.line === line && look.width === width) continue;
    lines.push(`  style ${boxes[place]?.id} ${styleOf(look)}`);
  }
  for (const { id } of frames) lines.push(`  style ${id} fill:none,stroke:${EDGE_COLOR},color:${EDGE_COLOR}`);
  return lines;
}

function linkStyles(arrows: readonly Arrow[]): string[] {
  const styled = (which: (arrow: Arrow) => boolean, style: string): string[] => {
    const places = arrows.keys().filter((place) => which(arrows[place] as Arrow));
    const list = [...places].join(",");
    return list === "" ? [] : [`  linkStyle ${list} ${style}`];
  };
  return [
    ...styled(({ isOnPath, isInCycle }) => isOnPath && !isInCycle, `stroke:${PATH_COLOR},stroke-width:3px`),
    ...styled(({ isInCycle }) => isInCycle, `stroke:${CYCLE_COLOR},stroke-width:2px`),
  ];
}

function legend({ swatches }: Legend): string[] {
  if (swatches.length === 0) return [];
  return [
    '  subgraph legend["Legend"]',
    ...swatches.map(({ text }, place) => `    legend${place}["${mermaidText(text)}"]`),
    "  end",
    `  style legend fill:none,stroke:${EDGE_COLOR},color:${EDGE_COLOR}`,
    ...swatches.map(({ tint }, place) => `  style legend${place} ${styleOf(tint)}`),
  ];
}

function noteNode(id: string, note: string): string[] {
  return [`  ${id}["${mermaidText(note)}"]`, `  style ${id} fill:none,stroke:none,color:${EDGE_COLOR}`];
}
