// The levels of a graph, each in an order that makes for short edges: every node tends to the middle of what it hangs on.

import { componentsOf, levelsOf, type Arc } from "../digraph/digraph.ts";

const SWEEPS = 4;

/** The nodes of each level, in order. */
export function levelsInOrder(size: number, arcs: readonly Arc[]): number[][] {
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
