// What one listener of a run's transitions costs: `listener.ts none | one`.

import { make } from "thence";
import { CONCURRENCY } from "../contenders/contender.ts";
import { createTasks } from "../contenders/ours.ts";
import { createFunctions } from "../functions.ts";
import { createGraph } from "../shapes.ts";

const graph = createGraph("layered", 100_000);
const functions = createFunctions("async", graph.n);
globalThis.gc?.();

const start = performance.now();
const tasks = createTasks(graph, functions);
const built = performance.now();
const run = make(
  graph.ends.map((i) => tasks[i]!),
  { concurrency: CONCURRENCY },
);
let heard = 0;
if (process.argv[2] === "one") run.on("transition", () => heard++);
for await (const _ of run);
const end = performance.now();

functions.check(graph);
if (process.argv[2] === "one" && heard !== 2 * graph.n) throw new Error(`${heard} transitions of ${2 * graph.n}`);
console.log(JSON.stringify({ total: end - start, run: end - built }));
