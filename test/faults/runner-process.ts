// A run that hands its tasks to a queue, as a process of its own, to be killed and started again: `runner-process.ts <database>`.

import { makeNow, task, type Task } from "thence";
import { sqlite } from "thence/sqlite";
import { work } from "./workload.ts";

const LAYERS = 6;
const WIDTH = 4;

let layer: Task<unknown>[] = [];
for (let depth = 1; depth <= LAYERS; depth++) {
  const require = layer;
  layer = Array.from({ length: WIDTH }, (_, index) =>
    work.task(`layer ${depth}, ${index}`, { require, input: { ms: 20 } }),
  );
}
const sum = task("sum", { require: layer, run: (results) => results.length });

const [file = ""] = process.argv.slice(2);
const queue = sqlite(file);
await makeNow(sum, { queue, runId: "nightly" });
await queue.close();
console.log(`${LAYERS * WIDTH} jobs, ${sum.result} in the last layer`);
