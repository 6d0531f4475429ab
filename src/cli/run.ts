// `thence run -- command…`: starts a background process and returns at once.

import { Command } from "commander";
import { ProcessManager } from "../process/index.ts";
import type { Host } from "./host.ts";
import { dirOption, jsonOption } from "./options.ts";

interface RunOptions {
  readonly dir: string;
  readonly name?: string;
  readonly cwd?: string;
  readonly json?: true;
}

/** The command `run`. */
export function runCommand(host: Host): Command {
  return new Command("run")
    .description("start a command in the background and print its name; it outlives this program")
    .usage("[options] -- <command...>")
    .argument("<command...>", "the program and its arguments, started without a shell")
    .passThroughOptions()
    .addOption(dirOption())
    .option("--name <name>", "its name (default: a generated one)")
    .option("--cwd <folder>", "the folder to run in (default: this one)")
    .addOption(jsonOption("its record, as one object"))
    .action(async (command: string[], { dir, json, ...options }: RunOptions) => {
      const started = await new ProcessManager(dir).run(command, options);
      if (json === true) await host.output.json(started);
      else await host.output.line(started.name);
    });
}
