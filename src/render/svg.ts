// Graphs as SVG, laid out by Graphviz compiled to WebAssembly: no Graphviz need be installed, and the fonts of the machine
// make no difference. It is loaded by the first drawing, so that programs which draw nothing do not pay for it.

import type { Graphviz } from "@hpcc-js/wasm-graphviz";
import { pictureDOT } from "./dot.ts";
import { pictureOf, type Drawable, type Picture, type PictureOptions } from "./picture.ts";
import { xmlText } from "./text.ts";
import { EMPTY_NOTE } from "./theme.ts";
import { edgeTitle, pictureTitle, taskTitle } from "./words.ts";

let engine: Promise<Graphviz> | undefined;

/**
 * The picture of {@link toDOT} as SVG text, which stands alone as a file and may be put into an HTML page as it is.
 *
 * The background is transparent and the colours suit light and dark pages. Each node, edge and the whole have a `<title>`,
 * which browsers show as a tooltip; no text of a task can become markup. Rejects with a TypeError for what is no task,
 * and for an unknown option.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { task } from "thence";
 * import { toSVG } from "thence/render";
 *
 * const bundle = task("bundle", { require: task("sources", () => ["a.ts"]), run: (files) => files.join() });
 * await writeFile("graph.svg", await toSVG([...bundle.prerequisites, bundle]));
 * ```
 */
export async function toSVG(tasks: Drawable, options?: PictureOptions): Promise<string> {
  const picture = pictureOf("toSVG", tasks, options);
  const graphviz = await load();
  return titled(graphviz.layout(pictureDOT(picture, false), "svg", "dot"), picture);
}

async function load(): Promise<Graphviz> {
  engine ??= import("@hpcc-js/wasm-graphviz").then((module) => module.Graphviz.load());
  try {
    return await engine;
  } catch (error) {
    engine = undefined;
    throw error;
  }
}

// Graphviz titles nodes and edges by their ids. Its comments and document type would be in the way inside HTML. A name
// cannot be mistaken for any of them: its `<` has become `&lt;`.
function titled(svg: string, { tasks }: Picture): string {
  const taskAt = (place: string | undefined) => tasks[Number(place)]!;
  return svg
    .slice(svg.indexOf("<svg"))
    .replaceAll(/<!--.*?-->\n?/gs, "")
    .replace(/<svg[^>]*>/, (root) => `${root}\n${title(tasks.length === 0 ? EMPTY_NOTE : pictureTitle(tasks))}`)
    .replaceAll(/<title>t(\d+)<\/title>/g, (_, place: string) => title(taskTitle(taskAt(place))))
    .replaceAll(/<title>t(\d+)&#45;&gt;t(\d+)<\/title>/g, (_, from: string, to: string) =>
      title(edgeTitle(taskAt(from), taskAt(to))),
    );
}

function title(text: string): string {
  return `<title>${xmlText(text)}</title>`;
}
