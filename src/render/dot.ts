// Task graphs as DOT text. The writer drops a node called `__proto__` and leaves keywords unquoted, so nodes are numbered,
// and names appear only inside labels and tooltips, as text that `dotText` has made harmless.

import type { Drawable } from "./drawable.ts";
import type { PictureOptions } from "./options.ts";
import { captionOf } from "./picture/caption.ts";
import { boxOf, newGraph, roomBehind, writeDOT } from "./picture/graph.ts";
import { paint, type Paint } from "./picture/paint.ts";
import { pictureOf, type Arrow, type Picture } from "./picture/picture.ts";
import { arrowTitle, boxTitle } from "./picture/titles.ts";
import { dotText, oneLine } from "./text.ts";
import { CYCLE_COLOR, EDGE_COLOR, EMPTY_NOTE, PATH_COLOR } from "./theme.ts";
import { groupTitle } from "./words.ts";

const FRAME_LENGTH = 60;
const MOST_LABELS = 40;

/** What a layout adds to a picture: attributes of the whole, of nodes and frames by their places. */
export interface LayoutHints {
  readonly graph?: Readonly<Record<string, string | number>>;
  readonly node?: (place: number) => Readonly<Record<string, string>>;
  readonly frame?: (place: number) => Readonly<Record<string, string>>;
}

/**
 * The tasks given and the edges among them as text for Graphviz, prerequisite → dependent.
 *
 * Nodes are called `t0 t1 …` in the order given and coloured by state; a label holds the state's sign and the name, a
 * tooltip the whole name, attempts, duration and error. Soft edges are dashed, edges of cycles marked. In labels, a name of over
 * 60 characters loses its middle, and characters that cannot be drawn have stand-ins (`␉` for a tab). The same graph gives the
 * same text, and unlike the other formats this one draws everything, whatever the size, unless `collapse` or `reduce` is given.
 * Throws a TypeError for what is no task, and a TypeError or RangeError for wrong options.
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
export function pictureDOT(picture: Picture, tooltips: boolean, hints: LayoutHints = {}): string {
  const { boxes, arrows, frames, choices } = picture;
  const graph = newGraph();
  const looks = paint(picture);
  for (const [place, box] of boxes.entries()) {
    const tooltip = tooltips ? { tooltip: dotText(boxTitle(box)) } : {};
    graph.setNode(box.id, {
      ...nodeOf(looks[place] as Paint, box.kind !== "task"),
      ...tooltip,
      ...hints.node?.(place),
    });
  }
  for (const [place, frame] of frames.entries()) {
    const tooltip = tooltips
      ? {
          tooltip: dotText(
            groupTitle(
              frame.name,
              frame.boxes.flatMap(({ tasks }) => tasks),
            ),
          ),
        }
      : {};
    // Ended by Graphviz's mark for a line that begins at the left, and so in quotes: a bare `node` would be a keyword.
    const name = oneLine(frame.name, FRAME_LENGTH);
    const label = `${dotText(name)}${roomBehind(name)}\\l`;
    graph.setNode(frame.id, { ...FRAME, label, ...tooltip, ...hints.frame?.(place) });
    for (const { id } of frame.boxes) graph.setParent(id, frame.id);
  }
  const marked = arrows.filter(({ isInCycle }) => isInCycle).length;
  for (const arrow of arrows) {
    const [from, to] = [boxes[arrow.from], boxes[arrow.to]];
    if (from === undefined || to === undefined) continue;
    const tooltip = tooltips ? { tooltip: dotText(arrowTitle(from, to, arrow)) } : {};
    graph.setEdge(from.id, to.id, { ...edgeOf(arrow, marked <= MOST_LABELS), ...tooltip });
  }
  const caption = captionOf(picture);
  const attributes = {
    ...(boxes.length === 0 ? { label: EMPTY_NOTE } : {}),
    ...(caption === undefined ? {} : CAPTION),
    ...(frames.length === 0 ? {} : FRAMED),
    ...hints.graph,
  };
  return writeDOT(graph, choices.direction, attributes, caption);
}

const CAPTION = { labelloc: "t", labeljust: "l" };
// Levels of the whole graph, not of each frame: else frames whose tasks are mixed lie side by side, a hundred metres wide.
const FRAMED = { newrank: "true" };
const FRAME = {
  style: "rounded,filled",
  color: EDGE_COLOR,
  fillcolor: `${EDGE_COLOR}1a`,
  fontcolor: EDGE_COLOR,
  labeljust: "l",
  labelloc: "t",
  margin: 10,
};

function nodeOf({ look, lines, state, stripes }: Paint, isShared: boolean): Record<string, string | number> {
  const node = boxOf(lines, look, isShared ? `shared ${state}` : state);
  if (!isShared) return node;
  if (stripes.length === 0) return { ...node, style: "filled", peripheries: 2 };
  // The last one takes what is left, however the others were rounded.
  const parts = stripes.map(({ fill, part }, place) =>
    place === stripes.length - 1 ? fill : `${fill};${part.toFixed(3)}`,
  );
  const fillcolor = parts.join(":");
  return { ...node, style: "striped", peripheries: 2, fillcolor };
}

function edgeOf({ count, isSoft, isInCycle, isOnPath }: Arrow, labelled: boolean): Record<string, string | number> {
  const kinds = [isSoft && "soft", isInCycle && "cycle", isOnPath && "longest"].filter((kind) => kind !== false);
  const color = isInCycle ? CYCLE_COLOR : isOnPath ? PATH_COLOR : undefined;
  const width = isOnPath ? 3 : isInCycle ? 2 : count > 1 ? Math.min(3, 1.2 + 0.5 * Math.log10(count)) : undefined;
  return {
    ...(isSoft ? { style: "dashed" } : {}),
    ...(kinds.length > 0 ? { class: kinds.join(" ") } : {}),
    ...(color === undefined ? {} : { color }),
    ...(width === undefined ? {} : { penwidth: Number(width.toFixed(2)) }),
    ...(isInCycle && labelled ? { label: " ↻ ", fontcolor: CYCLE_COLOR } : {}),
  };
}
