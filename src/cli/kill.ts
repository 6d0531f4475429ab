// `thence kill NAME…`: a signal to background processes and all that they have started; SIGTERM unless told otherwise, as kill does.

import { constants } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { ProcessManager } from "../process/index.ts";
import type { Host } from "./host.ts";
import { dirOption } from "./options.ts";

/** The command `kill`. */
export function killCommand(host: Host): Command {
  return new Command("kill")
    .description("send a signal to background processes and all that they have started")
    .argument("<names...>", "the names of the processes")
    .addOption(dirOption())
    .option("-s, --signal <signal>", "its name or number", signalOf, "SIGTERM")
    .action(async (names: string[], { dir, signal }: { dir: string; signal: NodeJS.Signals }) => {
      const manager = new ProcessManager(dir);
      for (const name of names) {
        if (await manager.signal(name, signal)) continue;
        host.remark(`${name}: has ended already`);
        host.exitWith(1);
      }
    });
}

function signalOf(text: string): NodeJS.Signals {
  const upper = text.toUpperCase();
  for (const [name, number] of Object.entries(constants.signals)) {
    if (name === upper || name === `SIG${upper}` || String(number) === text) return name as NodeJS.Signals;
  }
  throw new InvalidArgumentError("Expected the name or number of a signal, like TERM, SIGKILL or 9.");
}
