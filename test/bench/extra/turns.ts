// When timers fire during a million functions that never leave the microtask queue: `turns.ts <contender> sync | async`.
// `still` is ours under a clock that stands still: it never sees that its turn is over, so the difference is at least what turns cost.

import { performance } from "node:perf_hooks";
import { setTimeout as rest } from "node:timers/promises";
import { CONTENDERS, type ContenderName } from "../contenders/contender.ts";
import { createFunctions, type Kind } from "../functions.ts";
import { createGraph } from "../shapes.ts";

const [who, kind] = process.argv.slice(2) as [ContenderName | "still", Kind];
const now = performance.now.bind(performance);
if (who === "still") performance.now = () => 1_000;
const build = await CONTENDERS[who === "still" ? "ours" : who]();
const graph = createGraph("layered", 1_000_000);
const functions = createFunctions(kind, graph.n);
const built = build(graph, functions);
// What the collection leaves to other threads takes the time of one of two cores: it is none of the run's.
globalThis.gc?.();
await rest(300);

const fired: number[] = [];
const start = now();
let set = start;
const wait = (): NodeJS.Timeout =>
  setTimeout(() => {
    fired.push(now() - set);
    set = now();
    timer = wait();
  }, 10);
let timer = wait();
await built?.run();
const run = now() - start;
if (fired.length === 0) fired.push(run);
clearTimeout(timer);

functions.check(graph);
const last = fired.length;
console.log(JSON.stringify({ run, first: fired[0], latest: Math.max(...fired, now() - set), fired: last }));
