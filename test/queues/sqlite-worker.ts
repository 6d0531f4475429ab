// A worker in a process of its own: `sqlite-worker.ts FILE MODULE CONCURRENCY OPTIONS`. It says "ready" once it takes jobs.

import { sqlite, type SqliteOptions } from "thence/sqlite";
import { worker } from "thence/worker";

const [file, module, concurrency, options] = process.argv.slice(2) as [string, string, string, string];
const queue = sqlite(file, JSON.parse(options) as SqliteOptions);
const work = worker(queue, new URL(module), { concurrency: Number(concurrency) });
process.on("SIGTERM", () => void work.stop());
console.log("ready");
await work;
await queue.close();
