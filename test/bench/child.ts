// One measurement, in this process alone: `node --expose-gc child.ts '{"contender":"ours",…}'` prints one line of JSON.

import { setImmediate as turn } from "node:timers/promises";
import { CONTENDERS } from "./contenders/contender.ts";
import { createFunctions } from "./functions.ts";
import type { Measurement, Trial } from "./measure.ts";
import { createGraph } from "./shapes.ts";

const { contender, shape, kind, n } = JSON.parse(process.argv[2] ?? "") as Trial;
const collectGarbage = globalThis.gc as () => void;

const build = await CONTENDERS[contender]();
const graph = createGraph(shape, n);
const functions = createFunctions(kind, n);
await turn();
collectGarbage();
const before = process.memoryUsage();
const cpu = process.cpuUsage();

const start = performance.now();
const built = build(graph, functions);
const ready = performance.now();
await built?.run();
const end = performance.now();

const { user, system } = process.cpuUsage(cpu);
const highest = process.resourceUsage().maxRSS * 1024;
const { heapTotal } = process.memoryUsage();
await turn();
collectGarbage();
const { heapUsed } = process.memoryUsage();
if (built !== undefined) functions.check(graph);

const measurement: Measurement = {
  buildMs: ready - start,
  runMs: end - ready,
  cpuMs: (user + system) / 1000,
  peakBytes: highest - before.rss,
  peakHeapBytes: heapTotal - before.heapTotal,
  liveBytes: heapUsed - before.heapUsed,
};
// Naming what was kept keeps it from being collected before it was weighed.
console.log(JSON.stringify(built?.keep === undefined ? null : measurement));
