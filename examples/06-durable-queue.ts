// A queue in a file, on which a worker is killed in the midst of its jobs. The jobs outlive it: the next worker takes up where it was
// torn away, and what was done stays done.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JobState } from "thence";
import { sqlite } from "thence/sqlite";
import { render } from "./lib/pages.ts";

const folder = await mkdtemp(join(tmpdir(), "thence-durable-"));
const file = join(folder, "jobs.db");
const queue = sqlite(file);

const pages = [];
for (let page = 1; page <= 8; page++) pages.push(await queue.submit(render.request({ page }, { id: `page-${page}` })));
console.log(`${pages.length} jobs are queued`);

const first = startWorker("first");
await pages[3]?.join();
first.kill("SIGKILL");
await once(first, "exit");
const before = await states();
console.log(`the first worker is killed: ${before.done} done, ${before.running} under way, ${before.queued} queued`);

const second = startWorker("second");
await once(second, "exit");

for (const page of pages) {
  const history = await queue.attempts(page.id);
  const attempts = history.map(({ worker, outcome }) => `${outcome} by ${worker}`);
  console.log(`${String(await page.result())} (${attempts.join(", ")})`);
}

await queue.close();
await rm(folder, { recursive: true });

function startWorker(name: string): ChildProcess {
  const program = fileURLToPath(new URL("lib/pages-worker.ts", import.meta.url));
  return spawn(process.execPath, [...process.execArgv, program, file, name], { stdio: "inherit" });
}

async function states(): Promise<Record<JobState, number>> {
  const counts = { queued: 0, running: 0, done: 0, failed: 0, cancelled: 0 };
  for await (const { state } of queue.jobs()) counts[state]++;
  return counts;
}
