// Which layout a picture gets. Graphviz's `dot` draws best and takes longest: what counts is boxes, edges and the levels that
// edges cross. So the size decides, and the same graph gives the same bytes; the time is only the safety net.

import { componentsOf, levelsOf } from "../digraph/digraph.ts";
import { pictureDOT, type LayoutHints } from "../dot.ts";
import { paint } from "../paint.ts";
import { reducedPicture, type Picture } from "../picture.ts";
import { layOutApart } from "./apart.ts";
import { layOutHere } from "./engine.ts";
import { positionsOf } from "./shelves.ts";

/** A picture as it was drawn in the end, and Graphviz's SVG of it. */
export interface Layout {
  readonly picture: Picture;
  readonly svg: string;
}

// Measured: 40 ms at most in this thread; 1.5 s; 2 s in the quick way.
const MOST_HERE = 150;
const MOST_FULL = 5_500;
const MOST_QUICK = 9_000;
// A reduction takes some 30 ms for each thousand million.
const MOST_REDUCIBLE = 4e9;
const DOT_MS = 4_500;
const SHELVES_MS = 30_000;
// Straight edges cross boxes, whose names are to be read all the same.
const STRAIGHT = { splines: "line", outputorder: "edgesfirst" };
const QUICK = { nslimit: 2, nslimit1: 2, mclimit: 0.5, ...STRAIGHT };

/** Lays a picture out, in a simpler way if it is large, which a note then says. */
export async function layOut(picture: Picture): Promise<Layout> {
  if (costOf(picture) <= MOST_HERE) {
    const svg = await layOutHere(pictureDOT(picture, false), "dot").catch(() => undefined);
    return svg === undefined ? onShelves(picture) : { picture, svg };
  }
  const isOver = costOf(picture) > MOST_FULL;
  const isReducible = picture.boxes.length * picture.arrows.length <= MOST_REDUCIBLE;
  const light = isOver && isReducible && picture.choices.reduce !== false ? reducedPicture(picture) : picture;
  const cost = costOf(light);
  if (cost > MOST_QUICK) return onShelves(light);
  const isQuick = cost > MOST_FULL;
  const drawn = isQuick ? withNote(light, "large graph: laid out roughly, with straight edges") : light;
  const svg = await layOutApart(pictureDOT(drawn, false, isQuick ? { graph: QUICK } : {}), "dot", DOT_MS);
  return svg === undefined ? onShelves(light) : { picture: drawn, svg };
}

async function onShelves(picture: Picture): Promise<Layout> {
  const note =
    picture.frames.length > 0
      ? "large graph: laid out in rows, groups without frames"
      : "large graph: laid out in rows";
  const drawn = withNote(picture, note);
  const labels = paint(picture).map(({ lines }) => lines);
  const positions = positionsOf(picture.boxes, labels, picture.arrows, picture.choices.direction);
  const hints: LayoutHints = {
    graph: STRAIGHT,
    node: (place) => ({ pos: positions[place] as string }),
    frames: false,
  };
  const dot = pictureDOT(drawn, false, hints);
  return { picture: drawn, svg: (await layOutApart(dot, "nop", SHELVES_MS)) ?? (await layOutHere(dot, "nop")) };
}

function withNote(picture: Picture, note: string): Picture {
  return { ...picture, notes: [...picture.notes, note] };
}

function costOf({ boxes, arrows, frames }: Picture): number {
  const component = componentsOf(boxes.length, arrows);
  const level = levelsOf(boxes.length, arrows, component);
  let cost = boxes.length + frames.length + arrows.length / 2;
  for (const { from, to } of arrows) {
    cost += Math.max(0, Math.abs((level[to] as number) - (level[from] as number)) - 1);
  }
  return cost;
}
