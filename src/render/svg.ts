// Graphs as SVG: laid out by Graphviz, then given titles and the attributes by which a page finds tasks and groups.

import type { Drawable } from "./drawable.ts";
import { layOut } from "./layout/layout.ts";
import type { PictureOptions } from "./options.ts";
import { dressed, type Part } from "./picture/dress.ts";
import { pictureOf, type Limits, type Picture } from "./picture/picture.ts";
import type { Known } from "./picture/task-graph.ts";
import { arrowTitle, boxTitle, wholeTitle } from "./picture/titles.ts";
import { printable, xmlText } from "./text.ts";
import { groupTitle } from "./words.ts";

// What a browser opens within a second.
const LIMITS: Limits = { boxes: 2_000, arrows: 6_000 };

/**
 * The picture of {@link toDOT} as SVG text, which stands alone as a file and may be put into an HTML page as it is, also beside
 * others: it has no ids.
 *
 * The background is transparent and the colours suit light and dark pages. Each node, edge, frame and the whole have a `<title>`,
 * which browsers show as a tooltip; no text of a task can become markup. The `<g>` of a task has the class `node` and its state, and
 * `data-task`, its index among the tasks given; that of a group, a frame or one box, has `data-group`, its name.
 *
 * Above 2,000 tasks or 6,000 edges a graph is collapsed, and a layout that would take long is done in a simpler way, mostly in a
 * thread of its own and within five seconds; a note in the picture says so. The same graph gives the same text, unless a machine
 * is too slow for that. Rejects with a TypeError for what is no task, and a TypeError or RangeError for wrong options.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { task } from "thence";
 * import { toSVG } from "thence/render";
 *
 * const bundle = task("bundle", { require: task("sources", () => ["a.ts"]), run: (files) => files.join() });
 * await writeFile("graph.svg", await toSVG(bundle, { ways: "prerequisites", legend: true }));
 * ```
 */
export async function toSVG(tasks: Drawable, options?: PictureOptions): Promise<string> {
  return pictureSVG("toSVG", tasks, options);
}

/** {@link toSVG} on behalf of the function `owner`, which may know more of the tasks. */
export async function pictureSVG(
  owner: string,
  tasks: Drawable,
  options?: PictureOptions,
  known?: Known,
): Promise<string> {
  const { svg, picture } = await layOut(pictureOf(owner, tasks, options, LIMITS, known));
  return dressed(svg, wholeTitle(picture), partsOf(picture));
}

// What to say of a node, edge or frame by its id.
function partsOf({ boxes, arrows, frames }: Picture): (id: string) => Part {
  const parts = new Map<string, () => Part>();
  for (const box of boxes) {
    const attribute =
      box.kind === "task" ? ` data-task="${box.id.slice(1)}"` : box.kind === "group" ? group(box.name) : "";
    parts.set(box.id, () => ({ attribute, text: boxTitle(box) }));
  }
  for (const arrow of arrows) {
    const [from, to] = [boxes[arrow.from], boxes[arrow.to]];
    if (from === undefined || to === undefined) continue;
    parts.set(`${from.id}->${to.id}`, () => ({ attribute: "", text: arrowTitle(from, to, arrow) }));
  }
  for (const { id, name, boxes: members } of frames) {
    parts.set(id, () => ({
      attribute: group(name),
      text: groupTitle(
        name,
        members.flatMap(({ tasks }) => tasks),
      ),
    }));
  }
  return (id) => parts.get(id)?.() ?? { attribute: "", text: id };
}

function group(name: string): string {
  return ` data-group="${xmlText(printable(name)).replaceAll("\n", "&#10;")}"`;
}
