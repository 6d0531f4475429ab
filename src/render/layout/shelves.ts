// A layout of our own, in linear time, for graphs that are too much for Graphviz: each level is a shelf, long ones are broken, and
// the boxes of a shelf are sorted by the middle of what they hang on, so that most edges are short. Edges are straight lines.

import type { Box } from "../collapse.ts";
import { componentsOf, levelsOf, type Arc } from "../digraph/digraph.ts";
import type { Direction } from "../options.ts";

const POINTS_PER_LETTER = 7;
const POINTS_PER_CAPITAL = 9;
const MARGIN = 44;
const GAP = 22;
const LINE_HEIGHT = 15;
const ROW_GAP = 46;
const BROKEN_ROW_GAP = 18;
const LEAST_ROW = 12;
const SWEEPS = 4;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The positions of boxes as Graphviz takes them. `labels` are the lines in each box. */
export function positionsOf(
  boxes: readonly Box[],
  labels: readonly (readonly string[])[],
  arcs: readonly Arc[],
  direction: Direction,
): string[] {
  const isSideways = direction === "LR" || direction === "RL";
  const sizes = labels.map((lines) => sizeOf(lines, isSideways));
  const levels = sortedLevels(boxes.length, arcs);
  const longest = Math.max(LEAST_ROW, Math.ceil(Math.sqrt(boxes.length) * (isSideways ? 2.4 : 1.2)));
  const positions: string[] = [];
  let y = 0;
  for (const level of levels) {
    for (let at = 0; at < level.length; at += longest) {
      const row = level.slice(at, at + longest);
      const height = row.reduce((most, box) => Math.max(most, sizes[box]?.height ?? 0), 0);
      const width = row.reduce((sum, box) => sum + (sizes[box]?.width ?? 0) + GAP, 0);
      let x = -width / 2;
      y += height / 2;
      for (const box of row) {
        const half = ((sizes[box]?.width ?? 0) + GAP) / 2;
        positions[box] = turned(x + half, y, direction);
        x += 2 * half;
      }
      y += height / 2 + (at + longest < level.length ? BROKEN_ROW_GAP : ROW_GAP);
    }
  }
  return positions;
}

// Along a shelf, and across.
function sizeOf(lines: readonly string[], isSideways: boolean): Size {
  const width = MARGIN + lines.reduce((most, line) => Math.max(most, widthOf(line)), 0);
  const height = LINE_HEIGHT * (lines.length + 1);
  return isSideways ? { width: height, height: width } : { width, height };
}

function widthOf(line: string): number {
  let width = 0;
  for (const letter of line) width += /[a-z0-9 ._/:-]/.test(letter) ? POINTS_PER_LETTER : POINTS_PER_CAPITAL;
  return width;
}

function turned(x: number, y: number, direction: Direction): string {
  const [across, along] = [x.toFixed(1), y.toFixed(1)];
  if (direction === "TB") return `${across},-${along}`;
  if (direction === "BT") return `${across},${along}`;
  return direction === "LR" ? `${along},${(-x).toFixed(1)}` : `-${along},${(-x).toFixed(1)}`;
}

function sortedLevels(size: number, arcs: readonly Arc[]): number[][] {
  const level = levelsOf(size, arcs, componentsOf(size, arcs));
  const levels: number[][] = [];
  for (let node = 0; node < size; node++) (levels[level[node] as number] ??= []).push(node);
  const place = new Float64Array(size);
  const number = (nodes: readonly number[]): void => {
    for (const [at, node] of nodes.entries()) place[node] = (at + 0.5) / nodes.length;
  };
  for (const nodes of levels) number(nodes);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const isDown = sweep % 2 === 0;
    const sum = new Float64Array(size);
    const count = new Float64Array(size);
    for (const { from, to } of arcs) {
      const [fixed, moved] = isDown ? [from, to] : [to, from];
      sum[moved] = (sum[moved] as number) + (place[fixed] as number);
      count[moved] = (count[moved] as number) + 1;
    }
    for (const nodes of levels) {
      const middle = (node: number): number =>
        count[node] === 0 ? (place[node] as number) : (sum[node] as number) / (count[node] as number);
      nodes.sort((a, b) => middle(a) - middle(b) || a - b);
    }
    for (const nodes of levels) number(nodes);
  }
  return levels;
}
