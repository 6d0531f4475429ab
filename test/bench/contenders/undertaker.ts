// undertaker composes series and parallels, so it can express four of the shapes: those in which every task is in one place only.

import Undertaker from "undertaker";
import type { Functions } from "../functions.ts";
import type { Graph } from "../shapes.ts";
import type { Built } from "./contender.ts";

type Part = Undertaker.TaskFunction;

export function build(graph: Graph, { kind, list }: Functions): Built | undefined {
  const taker = new Undertaker();
  const parts = list.map((run): Part => {
    if (kind === "async") return run as () => Promise<unknown>;
    return (done) => {
      run();
      done();
    };
  });
  const all = compose(taker, graph, parts);
  if (all === undefined) return undefined;
  return {
    keep: all,
    run() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      void all((error) => (error ? reject(error) : resolve()));
      return promise;
    },
  };
}

function compose(
  taker: Undertaker,
  { n, prerequisites: { starts, list }, ends }: Graph,
  parts: Part[],
): Part | undefined {
  const degree = (i: number): number => starts[i + 1]! - starts[i]!;
  const first = (i: number): number => list[starts[i]!]!;
  if (ends.length === n) return taker.parallel(parts);
  if (parts.every((_, i) => i === 0 || (degree(i) === 1 && first(i) === i - 1))) return taker.series(parts);
  return isTree() ? composeTree() : composeFans();

  function isTree(): boolean {
    return list.length === n - 1 && ends.length === 1 && new Set(list).size === n - 1;
  }

  function composeTree(): Part {
    const composed: Part[] = [];
    for (const [i, part] of parts.entries()) {
      const before = Array.from({ length: degree(i) }, (_, k) => composed[list[starts[i]! + k]!]!);
      composed.push(before.length === 0 ? part : taker.series(taker.parallel(before), part));
    }
    return composed.at(-1)!;
  }

  function composeFans(): Part | undefined {
    const steps: Part[] = [];
    for (let i = 0; i < n;) {
      const hub = i++;
      steps.push(parts[hub]!);
      const fan: Part[] = [];
      for (; i < n && degree(i) === 1 && first(i) === hub; i++) fan.push(parts[i]!);
      if (i < n && degree(i) !== fan.length) return undefined;
      if (fan.length > 0) steps.push(taker.parallel(fan));
    }
    return taker.series(steps);
  }
}
