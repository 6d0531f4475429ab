// Where the time of 100,000 tasks goes: `phases.ts <shape> cold | warm`. Warm means that five such graphs have been made before, so
// that the engine has compiled everything; the difference is what a fresh process pays.

import { make } from "thence";
import { CONCURRENCY } from "../contenders/contender.ts";
import { createTasks } from "../contenders/ours.ts";
import { createGraph, type Graph, type Shape } from "../shapes.ts";

interface Phases {
  readonly build: number;
  readonly plan: number;
  readonly execute: number;
  readonly finish: number;
}

const graph = createGraph(process.argv[2] as Shape, 100_000);
for (let k = process.argv[3] === "warm" ? 5 : 0; k > 0; k--) await play(graph);
console.log(JSON.stringify(await play(graph)));

async function play({ n, ends }: Graph): Promise<Phases> {
  let calls = 0;
  let first = 0;
  let last = 0;
  const call = async (): Promise<void> => {
    if (calls === 0) first = performance.now();
    if (++calls === n) last = performance.now();
  };
  const list = Array.from({ length: n }, () => () => call());
  globalThis.gc?.();
  const start = performance.now();
  const tasks = createTasks(graph, { kind: "async", list, check: () => {} });
  const built = performance.now();
  for await (const _ of make(
    ends.map((i) => tasks[i]!),
    { concurrency: CONCURRENCY },
  ));
  const end = performance.now();
  return { build: built - start, plan: first - built, execute: last - first, finish: end - last };
}
