// Progress in the terminal: what runs and for how long, what is left, failures as they happen, and a summary at the end. What a task
// prints appears above it. In a pipe and on a build server the same program writes plain lines.
//
//   node examples/08-progress.ts             as it suits where it runs
//   node examples/08-progress.ts --json      one JSON object a line, for programs

import { setTimeout as sleep } from "node:timers/promises";
import { make } from "thence";
import { progress } from "thence/report";
import { photoTasks } from "./lib/photos.ts";

const run = make(photoTasks(sleep), { concurrency: 3 });
progress(run, { mode: process.argv.includes("--json") ? "json" : "auto" });

for await (const done of run) console.log(`${done.name}: ${done.state}`);
