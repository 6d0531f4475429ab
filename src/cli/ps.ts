// `thence ps`: the background processes of a folder.

import { Command } from "commander";
import { ProcessManager, type ProcessRecord } from "../process/index.ts";
import type { Host } from "./host.ts";
import { dirOption, jsonOption } from "./options.ts";
import { writeTable, type Colour, type Column } from "./table.ts";
import { durationText } from "./text.ts";

const COLOURS: Readonly<Record<ProcessRecord["status"], Colour | undefined>> = {
  starting: "blue",
  running: "yellow",
  exited: undefined,
  killed: "red",
  lost: "red",
  damaged: "red",
};

/** The command `ps`. */
export function psCommand(host: Host): Command {
  return new Command("ps")
    .description("list the background processes, oldest first")
    .addOption(dirOption())
    .addOption(jsonOption("one process a line"))
    .action(async ({ dir, json }: { dir: string; json?: true }) => {
      const found = await new ProcessManager(dir).processes();
      if (json !== true) await writeTable(host.output, found, columnsAt(Date.now()));
      else for (const process of found) await host.output.json(process);
    });
}

function columnsAt(now: number): Column<ProcessRecord>[] {
  return [
    { title: "NAME", value: ({ name }) => name },
    { title: "STATUS", value: statusText, colour: (process) => (process.exitCode ? "red" : COLOURS[process.status]) },
    { title: "PID", value: ({ pid, alive }) => (alive ? pid : undefined), align: "right" },
    { title: "AGE", value: ({ createdAt }) => createdAt && durationText(now - createdAt), align: "right" },
    {
      title: "TOOK",
      value: ({ startedAt, endedAt }) => startedAt && durationText((endedAt ?? now) - startedAt),
      align: "right",
    },
    {
      title: "COMMAND",
      value: ({ command, error }) => error ?? (typeof command === "string" ? command : command?.join(" ")),
    },
  ];
}

function statusText({ status, exitCode, signal }: ProcessRecord): string {
  if (status === "exited") return `exited ${exitCode}`;
  return status === "killed" && signal !== undefined ? `killed ${signal}` : status;
}
