// What people write by hand: one promise a task, made of those of its prerequisites. Nothing limits how many functions are under way.

import type { Functions } from "../functions.ts";
import type { Graph } from "../shapes.ts";
import { mapPrerequisites, type Built } from "./contender.ts";

export function build(graph: Graph, { list }: Functions): Built {
  const nodes = list.map((run, i) => ({ run, require: mapPrerequisites(graph, i, (p) => p) }));
  const promises: Promise<unknown>[] = [];
  return {
    keep: [nodes, promises],
    run() {
      for (const { run, require } of nodes) {
        promises.push(Promise.all(require.map((p) => promises[p])).then(run));
      }
      return Promise.all(promises);
    },
  };
}
