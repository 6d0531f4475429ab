// `thence logs NAME`: what a background process has written, and what it goes on to write.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Command } from "commander";
import { ProcessManager } from "../process/index.ts";
import type { Host } from "./host.ts";
import { dirOption } from "./options.ts";
import { findProcess } from "./process.ts";

/** The command `logs`. */
export function logsCommand(host: Host): Command {
  return new Command("logs")
    .description("print the output of a background process")
    .argument("<name>", "the name of the process")
    .addOption(dirOption())
    .option("-f, --follow", "go on until the process has ended")
    .action(async (name: string, { dir, follow }: { dir: string; follow?: true }) => {
      const manager = new ProcessManager(dir);
      const { output } = await findProcess(manager, name);
      const present = (): AsyncIterable<string> =>
        createInterface({ input: createReadStream(output), crlfDelay: Infinity });
      for await (const line of follow === true ? manager.follow(name) : present()) await host.output.raw(line);
    });
}
