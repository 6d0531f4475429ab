// The `thence` command: its parts, and how it ends. 0 when all is well, 1 for a failure, 2 for wrong usage; a failure is one line.

import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { cancelCommand } from "./cancel.ts";
import { cleanCommand } from "./clean.ts";
import type { Host } from "./host.ts";
import { jobCommand } from "./job.ts";
import { jobsCommand } from "./jobs.ts";
import { killCommand } from "./kill.ts";
import { logsCommand } from "./logs.ts";
import { Output } from "./output.ts";
import { psCommand } from "./ps.ts";
import { retryCommand } from "./retry.ts";
import { rmCommand } from "./rm.ts";
import { runCommand } from "./run.ts";
import { errorText, printable } from "./text.ts";
import { workerCommand } from "./worker.ts";

/** Carries out a command line and ends the process when all is written. */
export async function runProgram(args: readonly string[]): Promise<void> {
  let exitCode = 0;
  const output = new Output(process.stdout, () => {
    // `thence jobs | head` has what it wanted.
    if (!host.outlivesReader) process.exit(0);
  });
  const host: Host = {
    output,
    remark: (text) => void process.stderr.write(`${printable(text)}\n`),
    exitWith: (code) => void (exitCode = code),
    outlivesReader: false,
  };
  process.stderr.on("error", () => {});
  try {
    await programOf(host).parseAsync(args, { from: "user" });
  } catch (error) {
    exitCode = codeOf(error);
    // What commander has to say it has said.
    if (!(error instanceof CommanderError)) host.remark(`error: ${errorText(error)}`);
  }
  await output.flush();
  // A job that ignores its signal may still be there, and would keep the process alive.
  process.exit(exitCode);
}

function programOf(host: Host): Command {
  const program = new Command("thence")
    .description("Queues, workers and background processes of the task runner thence.")
    .version(versionOfPackage(), "-V, --version", "print the version")
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .helpCommand(false);
  const queues = [
    workerCommand(host),
    jobsCommand(host),
    jobCommand(host),
    cancelCommand(host),
    retryCommand(host),
    cleanCommand(host),
  ];
  const processes = [psCommand(host), runCommand(host), logsCommand(host), killCommand(host), rmCommand()];
  program.commandsGroup("Queues:");
  for (const command of queues) program.addCommand(command);
  program.commandsGroup("Background processes:");
  for (const command of processes) program.addCommand(command);
  for (const command of [program, ...program.commands]) command.exitOverride();
  return program;
}

function versionOfPackage(): string {
  // As far above this file in the sources as in what is built of them.
  return (createRequire(import.meta.url)("../../package.json") as { version: string }).version;
}

function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return (error as { code?: unknown } | undefined)?.code === "ERR_THENCE_ARGUMENT" ? 2 : 1;
}
