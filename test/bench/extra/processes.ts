// Jobs that do nothing, through processes().

import { processes } from "thence/processes";
import { nothing } from "../jobs.ts";

const COUNT = 50_000;
const queue = processes(new URL("../jobs.ts", import.meta.url), { concurrency: 2 });
const request = nothing.request(undefined);

await submitted(1_000);
const start = performance.now();
await submitted(COUNT);
const total = performance.now() - start;
console.log(JSON.stringify({ total, "jobs a second": (COUNT / total) * 1_000 }));
await queue.close();

async function submitted(count: number): Promise<void> {
  const handles = [];
  for (let i = 0; i < count; i++) handles.push(await queue.submit(request));
  await Promise.all(handles.map((handle) => handle.result()));
}
