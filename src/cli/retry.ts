// `thence retry ID…`: queues jobs again that have failed or were cancelled.

import { Command } from "commander";
import type { Host } from "./host.ts";
import { queueOption } from "./options.ts";
import { findJob, keptQueue, withQueue } from "./queue.ts";
import { printable } from "./text.ts";

/** The command `retry`. */
export function retryCommand(host: Host): Command {
  return new Command("retry")
    .description("queue jobs again that have failed or were cancelled")
    .argument("<ids...>", "the ids of the jobs")
    .addOption(queueOption())
    .action(async (ids: string[], { queue: url }: { queue: string }) => {
      await withQueue(url, async (opened) => {
        const queue = keptQueue(opened, url);
        const handles = await Promise.all(ids.map((id) => findJob(queue, id)));
        for (const handle of handles) {
          if (await queue.retry(handle.id)) {
            await host.output.line(`${printable(handle.id)}: queued again`);
          } else {
            host.remark(`${handle.id}: is ${(await handle.info()).state}, neither failed nor cancelled`);
            host.exitWith(1);
          }
        }
      });
    });
}
