// Planning 100,000 layered tasks: `plan.ts thence` or `plan.ts graphlib`, which builds the same graph and sorts it.

import graphlib from "@dagrejs/graphlib";
import { plan } from "thence";
import { createTasks } from "../contenders/ours.ts";
import { createFunctions } from "../functions.ts";
import { createGraph } from "../shapes.ts";

const graph = createGraph("layered", 100_000);
const functions = createFunctions("sync", graph.n);
globalThis.gc?.();

const start = performance.now();
let built = start;
let planned = 0;
if (process.argv[2] === "thence") {
  const tasks = createTasks(graph, functions);
  built = performance.now();
  planned = plan(graph.ends.map((i) => tasks[i]!)).order.length;
} else {
  const { starts, list } = graph.prerequisites;
  const other = new graphlib.Graph();
  for (let i = 0; i < graph.n; i++) {
    other.setNode(`t${i}`);
    for (let k = starts[i]!; k < starts[i + 1]!; k++) other.setEdge(`t${list[k]}`, `t${i}`);
  }
  built = performance.now();
  planned = graphlib.alg.topsort(other).length;
}
const end = performance.now();
if (planned > graph.n) throw new Error(`${planned} of ${graph.n} tasks`);
console.log(JSON.stringify({ total: end - start, build: built - start, plan: end - built, tasks: planned }));
