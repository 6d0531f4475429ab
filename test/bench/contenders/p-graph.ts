// p-graph: a map of named functions and a list of edges.

import { PGraph, type DependencyList, type PGraphNodeMap } from "p-graph";
import type { Functions } from "../functions.ts";
import type { Graph } from "../shapes.ts";
import { CONCURRENCY, type Built } from "./contender.ts";

export function build({ n, prerequisites: { starts, list: edges } }: Graph, { list }: Functions): Built {
  const nodes: PGraphNodeMap = new Map();
  const dependencies: DependencyList = [];
  for (let i = 0; i < n; i++) {
    nodes.set(`t${i}`, { run: list[i]! });
    for (let k = starts[i]!; k < starts[i + 1]!; k++) dependencies.push([`t${edges[k]}`, `t${i}`]);
  }
  const graph = new PGraph(nodes, dependencies);
  return { keep: graph, run: () => graph.run({ concurrency: CONCURRENCY }) };
}
