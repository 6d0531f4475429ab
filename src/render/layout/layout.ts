// Which layout a picture gets. Graphviz's `dot` draws best and takes longest: what counts is boxes, edges and the levels that
// edges cross. So the size decides, and the same graph gives the same bytes; the time is only the safety net.

import { componentsOf, levelsOf } from "../digraph/digraph.ts";
import { pictureDOT, type LayoutHints } from "../dot.ts";
import { paint } from "../picture/paint.ts";
import { reducedPicture, type Picture } from "../picture/picture.ts";
import { layOutApart } from "./apart.ts";
import { layOutHere } from "./engine.ts";
import { isSideways, positionsOf } from "./shelves.ts";

/** A picture as it was drawn in the end, and Graphviz's SVG of it. */
export interface Layout {
  readonly picture: Picture;
  readonly svg: string;
}

// Measured on random graphs, which take longest: 40 ms at most in this thread; 1.5 s; 2 s in the quick way. The safety net is far
// enough from that for a machine that has other things to do as well.
const MOST_HERE = 150;
const MOST_FULL = 5_000;
const MOST_QUICK = 9_000;
// What a level may hold before it is broken into rows, where dot would make one line of any length; sideways twice as much.
const MOST_ABREAST = 110;
const MOST_ASPECT = 8;
// A reduction takes some 30 ms for each thousand million.
const MOST_REDUCIBLE = 4e9;
const DOT_MS = 4_500;
const SHELVES_MS = 30_000;
const STRAIGHT = { splines: "line" };
// Above these limits it takes as long as without any.
const QUICK = { nslimit: 0.2, nslimit1: 0.2, mclimit: 0.05, ...STRAIGHT };

/** Lays a picture out, in a simpler way if it is large, which a note then says. */
export async function layOut(picture: Picture): Promise<Layout> {
  const { cost, width, depth } = sizeOf(picture);
  const most = isSideways(picture.choices.direction) ? 2 * MOST_ABREAST : MOST_ABREAST;
  if (width > most || (width > most / 2 && width > MOST_ASPECT * depth)) return onShelves(picture, "wide");
  if (cost <= MOST_HERE) {
    const svg = await layOutHere(pictureDOT(picture, false), "dot").catch(() => undefined);
    return svg === undefined ? onShelves(picture) : { picture, svg };
  }
  const isReducible = picture.boxes.length * picture.arrows.length <= MOST_REDUCIBLE;
  const mayReduce = cost > MOST_FULL && isReducible && picture.choices.reduce !== false;
  const light = mayReduce ? reducedPicture(picture) : picture;
  const left = light === picture ? cost : sizeOf(light).cost;
  if (left > MOST_QUICK) return onShelves(light);
  const isQuick = left > MOST_FULL;
  const drawn = isQuick ? withNote(light, "large graph: laid out roughly, with straight edges") : light;
  const svg = await layOutApart(pictureDOT(drawn, false, isQuick ? { graph: QUICK } : {}), "dot", DOT_MS);
  return svg === undefined ? onShelves(light) : { picture: drawn, svg };
}

async function onShelves(picture: Picture, why: "large" | "wide" = "large"): Promise<Layout> {
  const drawn = withNote(picture, `${why} graph: laid out in rows`);
  const labels = paint(picture).map(({ lines }) => lines);
  const { boxes, frames } = positionsOf(picture, labels);
  const hints: LayoutHints = {
    graph: STRAIGHT,
    node: (place) => ({ pos: boxes[place] as string }),
    frame: (place) => ({ bb: frames[place] as string }),
  };
  const dot = pictureDOT(drawn, false, hints);
  return { picture: drawn, svg: (await layOutApart(dot, "nop", SHELVES_MS)) ?? (await layOutHere(dot, "nop")) };
}

function withNote(picture: Picture, note: string): Picture {
  return { ...picture, notes: [...picture.notes, note] };
}

interface Size {
  /** What a layout costs. */
  readonly cost: number;
  /** How many boxes there are in the largest level. */
  readonly width: number;
  /** How many levels there are. */
  readonly depth: number;
}

function sizeOf({ boxes, arrows, frames }: Picture): Size {
  const level = levelsOf(boxes.length, arrows, componentsOf(boxes.length, arrows));
  let cost = boxes.length + frames.length + arrows.length / 2;
  for (const { from, to } of arrows) {
    cost += Math.max(0, Math.abs((level[to] as number) - (level[from] as number)) - 1);
  }
  const widths = new Int32Array(boxes.length);
  for (const each of level) widths[each] = (widths[each] as number) + 1;
  const width = widths.reduce((most, each) => Math.max(most, each), 0);
  return { cost, width, depth: widths.filter((each) => each > 0).length };
}
