// The process that a command is about.

import type { ProcessManager, ProcessRecord } from "../process/index.ts";
import { CommandError } from "./host.ts";

/** The process of a name. @throws CommandError. */
export async function findProcess(manager: ProcessManager, name: string): Promise<ProcessRecord> {
  const found = await manager.get(name);
  if (found === undefined) throw new CommandError(`there is no process ${JSON.stringify(name)} in ${manager.dir}`);
  return found;
}
