// The tasks' functions, the same for every contender: each notes when it was called, so that the order can be checked afterwards.

import type { Graph } from "./shapes.ts";

export type Kind = "sync" | "async";

export interface Functions {
  readonly kind: Kind;
  readonly list: readonly (() => unknown)[];
  /** Throws unless every function was called once, and after those of all prerequisites. */
  check(graph: Graph): void;
}

/** Functions that do nothing; an async one returns a promise that is resolved already. */
export function createFunctions(kind: Kind, n: number): Functions {
  const called = new Int32Array(n);
  let calls = 0;
  const list = Array.from({ length: n }, (_, task) =>
    kind === "sync"
      ? () => {
          calls++;
          called[task] = calls;
        }
      : async () => {
          calls++;
          called[task] = calls;
        },
  );
  return {
    kind,
    list,
    check({ prerequisites: { starts, list: edges } }) {
      if (calls !== n) throw new Error(`${calls} calls of ${n} functions`);
      for (let task = 0; task < n; task++) {
        if (called[task] === 0) throw new Error(`task ${task} was not called`);
        for (let k = starts[task]!; k < starts[task + 1]!; k++) {
          if (called[edges[k]!]! > called[task]!) throw new Error(`task ${task} was called before ${edges[k]}`);
        }
      }
    },
  };
}
