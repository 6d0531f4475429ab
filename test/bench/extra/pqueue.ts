// A run through a PQueue against the same PQueue fed by hand: `pqueue.ts <shape> hand | run | slots`; with `slots` the run
// has a concurrency too, and so gives the queue no more than it has room for.

import PQueue from "p-queue";
import { make } from "thence";
import { CONCURRENCY } from "../contenders/contender.ts";
import { createTasks } from "../contenders/ours.ts";
import { build } from "../contenders/p-queue.ts";
import { createFunctions } from "../functions.ts";
import { createGraph, type Shape } from "../shapes.ts";

const graph = createGraph(process.argv[2] as Shape, 100_000);
const functions = createFunctions("async", graph.n);
globalThis.gc?.();

const start = performance.now();
if (process.argv[3] === "hand") await build(graph, functions).run();
else {
  const tasks = createTasks(graph, functions);
  const queue = new PQueue({ concurrency: CONCURRENCY });
  const run = make(
    graph.ends.map((i) => tasks[i]!),
    process.argv[3] === "slots" ? { queue, concurrency: CONCURRENCY } : { queue },
  );
  for await (const _ of run);
}
const end = performance.now();

functions.check(graph);
console.log(JSON.stringify({ total: end - start }));
