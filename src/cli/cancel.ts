// `thence cancel ID…`: stops jobs, wherever they are.

import { Command } from "commander";
import type { Host } from "./host.ts";
import { queueOption } from "./options.ts";
import { findJob, withQueue } from "./queue.ts";
import { printable } from "./text.ts";

/** The command `cancel`. */
export function cancelCommand(host: Host): Command {
  return new Command("cancel")
    .description("cancel jobs: at once while they are queued, by a signal if they run")
    .argument("<ids...>", "the ids of the jobs")
    .addOption(queueOption())
    .option("-r, --reason <text>", "why, for whoever looks at the job")
    .action(async (ids: string[], { queue: url, reason }: { queue: string; reason?: string }) => {
      await withQueue(url, async (queue) => {
        const handles = await Promise.all(ids.map((id) => findJob(queue, id)));
        for (const handle of handles) {
          if (await handle.cancel(reason)) {
            const { state } = await handle.info();
            await host.output.line(`${printable(handle.id)}: ${state === "cancelled" ? "cancelled" : "told to stop"}`);
          } else {
            host.remark(`${handle.id}: has ended already, ${(await handle.info()).state}`);
            host.exitWith(1);
          }
        }
      });
    });
}
