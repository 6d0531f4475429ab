// `thence logs NAME`: what a background process has written, and what it goes on to write.

import { createReadStream } from "node:fs";
import path from "node:path";
import { Command } from "commander";
import { follow as linesOf } from "../process/follow.ts";
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
      if (follow === true) return writeLines(host, manager.follow(name));
      // To a person lines are shown, which cannot steer the terminal; a program gets every byte.
      if (host.output.isTerminal) {
        return writeLines(
          host,
          linesOf(output, path.dirname(output), async () => true, undefined),
        );
      }
      for await (const piece of createReadStream(output)) await host.output.bytes(piece as Buffer);
    });
}

async function writeLines({ output }: Host, lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) await output.raw(line);
}
