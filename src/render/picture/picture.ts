// What every format draws: boxes, each a task or several, the arrows among them, and frames around groups. All that DOT, SVG and
// Mermaid could disagree about is settled here.

import type { Task } from "../../core/task.ts";
import { levelsOf, type Arc } from "../digraph/digraph.ts";
import { reduced } from "../digraph/reduction.ts";
import { startOf, tasksOf, type Drawable } from "../drawable.ts";
import { choicesOf, type Choices, type PictureOptions } from "../options.ts";
import { amount } from "../words.ts";
import { boxesOf, collapseFor, LEVELS_ONLY, NO_COLLAPSE, type Box, type Collapse } from "./collapse.ts";
import { graphOf, type Graph, type Known, type Path } from "./task-graph.ts";

/** An arrow from a prerequisite's box to a dependent's, both places in `boxes`. */
export interface Arrow extends Arc {
  /** How many edges it stands for. */
  readonly count: number;
  /** All of these are soft. */
  readonly isSoft: boolean;
  /** One of these is part of a cycle of tasks. */
  readonly isInCycle: boolean;
  /** One of these is part of the longest path, which is to be marked. */
  readonly isOnPath: boolean;
}

/** A frame around the boxes of a group. */
export interface Frame {
  readonly id: string;
  readonly name: string;
  readonly boxes: readonly Box[];
}

/** What to draw. */
export interface Picture {
  readonly choices: Choices;
  /** The tasks that are told of, each in one box. */
  readonly tasks: readonly Task[];
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly frames: readonly Frame[];
  /** The longest path, if it is to be marked. */
  readonly path: Path;
  /** What was simplified, each a line. */
  readonly notes: readonly string[];
}

/** The size above which a picture is simplified unless its options say otherwise. */
export interface Limits {
  readonly boxes: number;
  readonly arrows: number;
  /** Whether a picture within these is small enough in other ways too. */
  readonly fits?: (picture: Picture) => boolean;
}

/** To how many boxes groups are collapsed: to fewer only if that is still too much to draw. */
const MOST_BOXES = [300, 100] as const;

/** Checks the arguments of the drawing function `owner` and says what to draw. A task given twice is drawn once. */
export function pictureOf(
  owner: string,
  drawable: Drawable,
  options: PictureOptions = {},
  limits: Limits = { boxes: Infinity, arrows: Infinity },
  known: Known = { since: startOf(drawable) },
): Picture {
  const choices = choicesOf(owner, options);
  const graph = graphOf(owner, tasksOf(owner, drawable), choices, known);
  const { collapse = Infinity } = choices;
  const picture = draw(graph, { ...NO_COLLAPSE, above: collapse }, limits);
  if (choices.collapse === Infinity || fits(picture, limits)) return picture;
  for (const most of MOST_BOXES) {
    const smaller = withSizeNote(draw(graph, collapseFor(graph.tasks, collapse, most), limits));
    if (fits(smaller, limits)) return smaller;
  }
  return withSizeNote(draw(graph, LEVELS_ONLY, limits));
}

/** The picture without the arrows that longer ways imply, and a note if there were any. */
export function reducedPicture(picture: Picture): Picture {
  const arrows = reduced(picture.boxes.length, picture.arrows);
  const left = picture.arrows.length - arrows.length;
  if (left === 0) return picture;
  const note = `${amount(left, "edge")} implied by longer ways left out`;
  return { ...picture, arrows, notes: [...picture.notes, note] };
}

function fits(picture: Picture, { boxes, arrows, fits: alsoFits }: Limits): boolean {
  return picture.boxes.length <= boxes && picture.arrows.length <= arrows && (alsoFits?.(picture) ?? true);
}

function draw(graph: Graph, collapse: Collapse, limits: Limits): Picture {
  const { choices, tasks, component } = graph;
  const level = collapse.levels === 0 ? undefined : levelsOf(tasks.length, graph.edges, component);
  const places = new Map(tasks.map((task, place) => [task, place]));
  const levelOf = (task: Task): number => level?.[places.get(task) as number] ?? 0;
  const boxes = boxesOf(tasks, collapse, graph.indexOf, levelOf);
  const boxAt = new Int32Array(tasks.length);
  for (const [box, { tasks: members }] of boxes.entries()) {
    for (const member of members) boxAt[places.get(member) as number] = box;
  }
  const arrows = arrowsOf(graph, boxAt);
  const picture = { choices, tasks, boxes, arrows, frames: framesOf(choices, boxes), path: graph.path, notes: [] };
  const mayReduce = choices.reduce ?? (arrows.length > limits.arrows && boxes.length <= limits.boxes);
  return mayReduce ? reducedPicture(picture) : picture;
}

function withSizeNote(picture: Picture): Picture {
  const { tasks, boxes, notes } = picture;
  const size = `${amount(tasks.length, "task")} in ${amount(boxes.length, "box", "boxes")}`;
  return { ...picture, notes: [`${size}, since there are too many to draw each`, ...notes] };
}

function arrowsOf({ tasks, edges, component, path }: Graph, boxAt: Int32Array): Arrow[] {
  const after = new Map(path.tasks.map((task, step) => [task, path.tasks[step + 1]]));
  const arrows = new Map<number, Arrow>();
  for (const { from, to, isSoft: soft } of edges) {
    const [start, end] = [boxAt[from] as number, boxAt[to] as number];
    if (start === end) continue;
    const key = start * tasks.length + end;
    const known = arrows.get(key);
    const isOnPath = after.get(tasks[from] as Task) === tasks[to];
    arrows.set(key, {
      from: start,
      to: end,
      count: (known?.count ?? 0) + 1,
      isSoft: soft && (known?.isSoft ?? true),
      isInCycle: component[from] === component[to] || known?.isInCycle === true,
      isOnPath: isOnPath || known?.isOnPath === true,
    });
  }
  return [...arrows.values()];
}

function framesOf({ cluster }: Choices, boxes: readonly Box[]): Frame[] {
  if (!cluster) return [];
  const frames = new Map<string, Box[]>();
  for (const box of boxes) {
    if (box.kind !== "task" || box.group === undefined) continue;
    const others = frames.get(box.group);
    if (others === undefined) frames.set(box.group, [box]);
    else others.push(box);
  }
  return Array.from(frames, ([name, members], number) => ({ id: `cluster${number}`, name, boxes: members }));
}
