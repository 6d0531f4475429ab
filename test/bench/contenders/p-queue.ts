// p-queue with a counter of open prerequisites for each task, as one adds by hand.

import PQueue from "p-queue";
import type { Functions } from "../functions.ts";
import type { Graph } from "../shapes.ts";
import { CONCURRENCY, mapPrerequisites, type Built } from "./contender.ts";

interface Node {
  readonly run: () => unknown;
  open: number;
  readonly dependents: Node[];
}

export function build(graph: Graph, { list }: Functions): Built {
  const nodes = list.map((run): Node => ({ run, open: 0, dependents: [] }));
  for (const [i, node] of nodes.entries()) {
    for (const prerequisite of mapPrerequisites(graph, i, (p) => nodes[p]!)) {
      prerequisite.dependents.push(node);
      node.open++;
    }
  }
  const queue = new PQueue({ concurrency: CONCURRENCY });
  const add = (node: Node): void => {
    void queue.add(async () => {
      await node.run();
      for (const dependent of node.dependents) if (--dependent.open === 0) add(dependent);
    });
  };
  return {
    keep: nodes,
    run() {
      for (const node of nodes.filter(({ open }) => open === 0)) add(node);
      return queue.onIdle();
    },
  };
}
