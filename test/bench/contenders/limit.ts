// The least that a runner can do in JavaScript: Kahn's algorithm over typed arrays, 16 slots, and an await for each function.

import type { Functions } from "../functions.ts";
import { dependentsOf, type Graph } from "../shapes.ts";
import { CONCURRENCY, type Built } from "./contender.ts";

export function build(graph: Graph, { list }: Functions): Built {
  const { n, prerequisites } = graph;
  const dependents = dependentsOf(graph);
  const unmet = new Int32Array(n);
  const ready = new Int32Array(n);
  let head = 0;
  let tail = 0;
  for (let i = 0; i < n; i++) {
    unmet[i] = prerequisites.starts[i + 1]! - prerequisites.starts[i]!;
    if (unmet[i] === 0) ready[tail++] = i;
  }
  return {
    keep: [dependents, unmet, ready],
    async run() {
      let slots = 0;
      const { promise, resolve } = Promise.withResolvers<void>();
      const work = async (): Promise<void> => {
        slots++;
        while (head < tail) {
          const i = ready[head++]!;
          await list[i]!();
          for (let k = dependents.starts[i]!; k < dependents.starts[i + 1]!; k++) {
            const dependent = dependents.list[k]!;
            unmet[dependent]! -= 1;
            if (unmet[dependent] === 0) ready[tail++] = dependent;
          }
          start(tail - head - 1);
        }
        slots--;
        if (slots === 0) resolve();
      };
      // Each slot takes a task before it first waits.
      const start = (ready: number): void => {
        for (let more = Math.min(ready, CONCURRENCY - slots); more > 0; more--) void work();
      };
      start(tail - head);
      await promise;
    },
  };
}
