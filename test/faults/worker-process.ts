// A worker as a process of its own, to be killed: `worker-process.ts <database> <lease>`.

import { sqlite } from "thence/sqlite";
import { worker } from "thence/worker";

const [file = "", lease = ""] = process.argv.slice(2);
// A job may meet many murders here; that alone is no reason to suspect it.
const queue = sqlite(file, { lease: Number(lease), maxLost: Infinity });
const working = worker(queue, new URL("workload.ts", import.meta.url), { concurrency: 8 });
process.on("SIGTERM", () => void working.stop());
await working;
await queue.close();
