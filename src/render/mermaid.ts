// Graphs as Mermaid text, for pages that draw it themselves (GitHub, GitLab, many wikis). It has no tooltips, so it tells
// less than DOT and SVG; and Mermaid reads much in a label as markup, so `mermaidText` writes most signs as numbers.

import type { State } from "../core/machine.ts";
import { STATES } from "../core/machine.ts";
import { pictureOf, type Drawable, type PictureOptions } from "./picture.ts";
import { labelLines, mermaidText } from "./text.ts";
import { EDGE_COLOR, EMPTY_NOTE, LOOKS } from "./theme.ts";

/**
 * The tasks given and the edges among them as a Mermaid flowchart, prerequisite → dependent, coloured by state.
 *
 * Nodes are called `t0 t1 …` in the order given; soft edges are dotted; long names are shortened as by {@link toDOT}.
 * The same graph gives the same text. Mermaid itself refuses more than 500 edges unless it is told otherwise.
 * Throws a TypeError for what is no task, and for an unknown option.
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
  const picture = pictureOf("toMermaid", tasks, options);
  const states = new Set(picture.tasks.map(({ state }) => state));
  const lines = [`flowchart ${picture.direction}`];
  for (const [index, { name, state }] of picture.tasks.entries()) {
    const label = `${LOOKS[state].glyph} ${mermaidText(labelLines(name).join("\n"))}`;
    lines.push(`  t${index}("${label}"):::${state}`);
  }
  for (const { from, to, soft } of picture.edges) lines.push(`  t${from} ${soft ? "-.->" : "-->"} t${to}`);
  for (const state of STATES) if (states.has(state)) lines.push(`  ${mermaidClass(state)}`);
  if (states.size === 0)
    lines.push(`  empty["${EMPTY_NOTE}"]`, `  style empty fill:none,stroke:none,color:${EDGE_COLOR}`);
  return `${lines.join("\n")}\n`;
}

/** The statement that gives a state its colours in a Mermaid diagram. */
export function mermaidClass(state: State): string {
  const { fill, line, text, dashed, width } = LOOKS[state];
  const styles = [`fill:${fill}`, `stroke:${line}`, `color:${text}`];
  if (width !== 1) styles.push(`stroke-width:${width}px`);
  if (dashed) styles.push("stroke-dasharray:4 3");
  return `classDef ${state} ${styles.join(",")}`;
}
