// `thence clean`: forgets jobs that have ended.

import { Command } from "commander";
import type { Host } from "./host.ts";
import { durationOf, queueOption } from "./options.ts";
import { keptQueue, withQueue } from "./queue.ts";

interface CleanOptions {
  readonly queue: string;
  readonly olderThan?: number;
}

/** The command `clean`. */
export function cleanCommand(host: Host): Command {
  return new Command("clean")
    .description("delete jobs that ended long ago, with their logs")
    .addOption(queueOption())
    .option("--older-than <time>", "those that ended so long ago: 0, 10s, 5m, 2h (default: 7d)", durationOf)
    .action(async ({ queue: url, olderThan }: CleanOptions) => {
      await withQueue(url, async (queue) => {
        const count = await keptQueue(queue, url).clean(olderThan === undefined ? {} : { olderThan });
        await host.output.line(`${count} ${count === 1 ? "job" : "jobs"} deleted`);
      });
    });
}
