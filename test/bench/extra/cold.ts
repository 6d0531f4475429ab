// What a process pays that uses the package for the first time: `cold.ts sync | async`.

import type { Kind } from "../functions.ts";

const start = performance.now();
await import("thence");
const imported = performance.now();

const { build } = await import("../contenders/ours.ts");
const { createFunctions } = await import("../functions.ts");
const { createGraph } = await import("../shapes.ts");
const graph = createGraph("layered", 1_000);
const functions = createFunctions(process.argv[2] as Kind, graph.n);

const begin = performance.now();
await build(graph, functions).run();
const end = performance.now();
functions.check(graph);
console.log(JSON.stringify({ import: imported - start, tasks: end - begin }));
