// `thence rm NAME…`: forgets background processes, so that their names are free again.

import { Command } from "commander";
import { ProcessManager } from "../process/index.ts";
import { dirOption } from "./options.ts";

/** The command `rm`. */
export function rmCommand(): Command {
  return new Command("rm")
    .description("remove background processes that have ended, with their output")
    .argument("<names...>", "the names of the processes")
    .addOption(dirOption())
    .option("--force", "kill those that run")
    .action(async (names: string[], { dir, force = false }: { dir: string; force?: boolean }) => {
      const manager = new ProcessManager(dir);
      for (const name of names) await manager.remove(name, { force });
    });
}
