// `thence rm NAME…`: forgets background processes, so that their names are free again.

import { Command } from "commander";
import { ProcessManager, ProcessRunningError } from "../process/index.ts";
import { CommandError } from "./host.ts";
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
      for (const name of names) await manager.remove(name, { force }).catch(tell);
    });
}

// The error itself speaks to programs.
function tell(error: unknown): never {
  if (!(error instanceof ProcessRunningError)) throw error;
  const { process: name } = error;
  throw new CommandError(`process ${JSON.stringify(name)} is running; wait for its end, kill it, or use --force`);
}
