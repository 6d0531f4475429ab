// Task graphs as DOT text. The writer drops a node called `__proto__` and leaves keywords unquoted, so nodes are numbered,
// and names appear only inside labels and tooltips, as text that `dotText` has made harmless.

import { boxOf, newGraph, writeDOT } from "./graph.ts";
import { pictureOf, type Drawable, type Picture, type PictureOptions } from "./picture.ts";
import { dotText } from "./text.ts";
import { EMPTY_NOTE, LOOKS } from "./theme.ts";
import { edgeTitle, taskTitle } from "./words.ts";

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
  const graph = newGraph();
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
