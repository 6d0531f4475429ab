// A temporary worker: it ends when the queue has been empty for half a second. `thence worker --idle 500` is the same as a command.

import { sqlite } from "thence/sqlite";
import { worker } from "thence/worker";

const [file = "", name = ""] = process.argv.slice(2);
// A worker that has been silent for so long is taken for dead, and its jobs are given to others.
await using queue = sqlite(file, { lease: 500 });
const { done, ended } = await worker(queue, new URL("pages.ts", import.meta.url), { name, concurrency: 2, idle: 500 });
console.log(`${name} has ended (${ended}): ${done} done`);
