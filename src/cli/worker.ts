// `thence worker`: a process that executes jobs. The first signal asks it to finish, the second one stops what it executes, the
// third ends it at once.

import { constants } from "node:os";
import { Command } from "commander";
import type { WorkableQueue } from "../core/consume.ts";
import type { Queue } from "../core/job-queue.ts";
import { loadJobs, moduleAddress } from "../queues/load-jobs.ts";
import { worker, type Worker, type WorkerOptions, type WorkerSummary } from "../worker/index.ts";
import type { Host } from "./host.ts";
import { bytesOf, countOf, durationOf, jsonOption, queueOption } from "./options.ts";
import { withQueue } from "./queue.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** Within so many milliseconds, a signal that comes again is the same one. */
const SAME = 250;

interface Options extends WorkerOptions {
  readonly queue: string;
  readonly json?: true;
}

/** The command `worker`. */
export function workerCommand(host: Host): Command {
  return new Command("worker")
    .description("execute the jobs of a queue; Ctrl-C or SIGTERM once to finish and end, twice to stop at once")
    .argument("<modules...>", "the modules that export the jobs; TypeScript is loaded directly")
    .addOption(queueOption())
    .option("-c, --concurrency <count>", "how many jobs at once (default: the cores of the machine)", countOf)
    .option("--idle <time>", "end when the queue has been empty so long: 500 (ms), 10s, 5m", durationOf)
    .option("--max-jobs <count>", "end after so many attempts", countOf)
    .option("--max-memory <bytes>", "end, between two jobs, above this memory: 512M", bytesOf)
    .option("--grace <time>", "how long a job may take to stop when it is told to (default: 5s)", durationOf)
    .option("--name <name>", "how others see this worker (default: host, process and a number)")
    .addOption(jsonOption("what it has done, as one object, when it ends"))
    .action(async (modules: string[], { queue: url, json, ...options }: Options) => {
      host.outlivesReader = true;
      const work = async (queue: Queue): Promise<void> => {
        // worker() says so itself if it is not.
        const working = worker(queue as WorkableQueue, modules, options);
        host.remark(`worker ${working.name} takes jobs from ${url}`);
        hearSignals(host, working);
        const summary = await working;
        if (json === true) await host.output.json(summary);
        else host.remark(summaryText(summary));
      };
      // What cannot be loaded is found before there is a queue, and a word of taking jobs from it.
      await Promise.all(modules.map((module) => loadJobs(moduleAddress("worker", module))));
      await withQueue(url, work, true);
    });
}

/** Obeys signals, to the end of the program. */
function hearSignals(host: Host, working: Worker): void {
  let heard = 0;
  let latest: { signal: NodeJS.Signals; at: number } | undefined;
  const hear = (signal: NodeJS.Signals): void => {
    // Ctrl-C reaches a program that npm has started twice: from the terminal, and passed on by npm.
    if (latest?.signal === signal && Date.now() - latest.at < SAME) return;
    latest = { signal, at: Date.now() };
    heard++;
    const code = 128 + constants.signals[signal];
    if (heard === 1) {
      host.remark(`${signal}: takes nothing more and finishes what runs; once more to stop at once`);
      quietly(working.stop());
    } else if (heard === 2) {
      host.remark(`${signal}: gives back what runs`);
      host.exitWith(code);
      quietly(working.abort(signal));
    } else {
      process.exit(code);
    }
  };
  for (const signal of SIGNALS) process.on(signal, hear);
}

/** How a worker ends is told to whoever awaits the worker itself. */
function quietly(ended: Promise<unknown>): void {
  ended.catch(() => {});
}

function summaryText({ name, ended, ...counts }: WorkerSummary): string {
  const parts = Object.entries(counts).filter(([what, count]) => count > 0 || what === "done");
  return `worker ${name} has ended (${ended}): ${parts.map(([what, count]) => `${count} ${what}`).join(", ")}`;
}
