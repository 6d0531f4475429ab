// A page in the browser that shows a run while it goes on: the graph changing colour, a timeline, each task with its log and error, and
// buttons to cancel and to retry. Here it is a release of some forty tasks, one of which fails the first time that it is tried.
// It ends by itself where nobody can have opened the page; in a terminal it stays until Ctrl-C, so that you can look around.

import { parseArgs } from "node:util";
import { make } from "thence";
import { serve } from "thence/server";
import { releaseTasks } from "./lib/release.ts";

const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
const staysOpen = process.stdout.isTTY && !values.once;

// A second of the story takes a second only where somebody may be looking.
const run = make(releaseTasks(staysOpen ? 1_000 : 20), { concurrency: 5, resources: { database: 1 } });
await using page = await serve(run);
console.log(`Follow the run at ${page.url}`);

for await (const { name, state } of run) console.log(`${state} ${name}`);
const { done, failed, wallMs } = await run.finished;
console.log(`${done.length} done, ${failed.length} failed after ${(wallMs / 1_000).toFixed(1)} s`);
if (staysOpen) {
  console.log("The page stays until Ctrl-C: retry what failed from there.");
  await new Promise((resolve) => process.once("SIGINT", resolve));
}
