// A layout of our own, in linear time, for graphs that are too much for Graphviz: each level is a shelf, long ones are broken, and
// the boxes of a shelf are sorted by the middle of what they hang on, so that most edges are short. Edges are straight lines.

import type { Direction } from "../options.ts";
import type { Picture } from "../picture/picture.ts";
import { FONT_SIZE, NARROW, textWidth } from "../widths.ts";
import { levelsInOrder } from "./order.ts";

/** Where everything is, as Graphviz takes it. */
export interface Positions {
  /** The middle of each box. */
  readonly boxes: readonly string[];
  /** The corners of each frame. */
  readonly frames: readonly string[];
}

const POINTS_PER_LETTER = 7;
const POINTS_PER_CAPITAL = 9;
const SPREAD = 1.1;
const MARGIN = 44;
const GAP = 22;
const LINE_HEIGHT = 15;
const ROW_GAP = 46;
const BROKEN_ROW_GAP = 18;
const LEAST_ROW = 4;
const FRAME_MARGIN = 26;
const FRAME_GAP = 30;
/** The width of a whole, or of a block, for its height. */
const ASPECT = 1.6;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Boxes that stay together, and their places in a rectangle of their own. */
interface Block extends Size {
  /** The place of its frame, -1 for none. */
  readonly frame: number;
  readonly spots: readonly { readonly box: number; readonly x: number; readonly y: number }[];
}

/** Whether arrows lead to the left or the right. */
export function isSideways(direction: Direction): boolean {
  return direction === "LR" || direction === "RL";
}

/** The positions of boxes and frames. `labels` are the lines in each box. */
export function positionsOf(picture: Picture, labels: readonly (readonly string[])[]): Positions {
  const { direction } = picture.choices;
  const sizes = labels.map((lines) => sizeOf(lines, isSideways(direction)));
  const aspect = isSideways(direction) ? 1 / ASPECT : ASPECT;
  const blocks = blocksOf(picture).map(({ frame, levels }) => shelve(frame, levels, sizes, aspect));
  const area = blocks.reduce((sum, { width, height }) => sum + (width + FRAME_GAP) * (height + FRAME_GAP), 0);
  const limit = blocks.reduce((most, { width }) => Math.max(most, width), Math.sqrt(area * aspect));
  const boxes: string[] = [];
  const frames: string[] = [];
  for (let start = 0, top = 0; start < blocks.length;) {
    let [end, width, height] = [start, 0, 0];
    for (let block = blocks[end]; block !== undefined; block = blocks[++end]) {
      if (end > start && width + block.width > limit) break;
      width += block.width + FRAME_GAP;
      height = Math.max(height, block.height);
    }
    let left = -width / 2;
    for (const block of blocks.slice(start, end)) {
      for (const { box, x, y } of block.spots) boxes[box] = turned(left + x, top + y, direction).join(",");
      if (block.frame >= 0) frames[block.frame] = corners(left, top, block, direction);
      left += block.width + FRAME_GAP;
    }
    top += height + FRAME_GAP;
    start = end;
  }
  return { boxes, frames };
}

// Without frames, everything is one block; with frames, each is one, and so is what of a level has none.
function blocksOf({ boxes, arrows, frames }: Picture): { frame: number; levels: number[][] }[] {
  const levels = levelsInOrder(boxes.length, arrows);
  if (frames.length === 0) return [{ frame: -1, levels }];
  const places = new Map(boxes.map((box, place) => [box, place]));
  const frameOf = new Int32Array(boxes.length).fill(-1);
  for (const [frame, { boxes: members }] of frames.entries()) {
    for (const member of members) frameOf[places.get(member) as number] = frame;
  }
  const blocks = new Map<string, { frame: number; levels: number[][] }>();
  for (const [level, nodes] of levels.entries()) {
    for (const node of nodes) {
      const frame = frameOf[node] as number;
      const key = frame === -1 ? `level ${level}` : `${frame}`;
      const block = blocks.get(key) ?? { frame, levels: [] };
      (block.levels[level] ??= []).push(node);
      blocks.set(key, block);
    }
  }
  return [...blocks.values()];
}

function shelve(frame: number, levels: readonly number[][], sizes: readonly Size[], aspect: number): Block {
  const nodes = levels.flat();
  const pitch = (side: keyof Size): number => nodes.reduce((sum, node) => sum + (sizes[node]?.[side] ?? 0) + GAP, 0);
  const longest = Math.max(LEAST_ROW, Math.ceil(Math.sqrt((nodes.length * aspect * pitch("height")) / pitch("width"))));
  const margin = frame === -1 ? 0 : FRAME_MARGIN;
  const rows: { nodes: readonly number[]; width: number; height: number; gap: number }[] = [];
  for (const level of levels.filter((each) => each !== undefined)) {
    for (let at = 0; at < level.length; at += longest) {
      const row = level.slice(at, at + longest);
      const width = row.reduce((sum, node) => sum + (sizes[node]?.width ?? 0) + GAP, -GAP);
      const height = row.reduce((most, node) => Math.max(most, sizes[node]?.height ?? 0), 0);
      rows.push({ nodes: row, width, height, gap: at + longest < level.length ? BROKEN_ROW_GAP : ROW_GAP });
    }
  }
  const width = rows.reduce((most, row) => Math.max(most, row.width), 0) + 2 * margin;
  const spots: { box: number; x: number; y: number }[] = [];
  let y = margin;
  for (const [place, row] of rows.entries()) {
    let x = (width - row.width) / 2;
    for (const box of row.nodes) {
      const own = sizes[box]?.width ?? 0;
      spots.push({ box, x: x + own / 2, y: y + row.height / 2 });
      x += own + GAP;
    }
    y += row.height + (place === rows.length - 1 ? margin : row.gap);
  }
  return { frame, width, height: y, spots };
}

// Along a shelf, and across.
function sizeOf(lines: readonly string[], sideways: boolean): Size {
  const width = MARGIN + lines.reduce((most, line) => Math.max(most, widthOf(line)), 0);
  const height = LINE_HEIGHT * (lines.length + 1);
  return sideways ? { width: height, height: width } : { width, height };
}

function widthOf(line: string): number {
  if (!NARROW.test(line)) return SPREAD * textWidth(line, FONT_SIZE);
  let width = 0;
  for (const letter of line) width += /[a-z0-9 ._/:-]/.test(letter) ? POINTS_PER_LETTER : POINTS_PER_CAPITAL;
  return width;
}

function corners(left: number, top: number, { width, height }: Size, direction: Direction): string {
  const [a, b] = [turned(left, top, direction), turned(left + width, top + height, direction)];
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])].join(",");
}

// Graphviz's y grows upwards.
function turned(x: number, y: number, direction: Direction): [number, number] {
  const [across, along] = [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
  if (direction === "TB") return [across, -along];
  if (direction === "BT") return [across, along];
  return [direction === "LR" ? along : -along, -across];
}
