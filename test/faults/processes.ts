// Processes that tests start and kill, and what they leave in a file.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../repository/workspace.ts";

/** The full measure of faults, which takes minutes; otherwise a short form. */
export const IS_FULL: boolean = process.env["THENCE_FAULTS"] === "full";

/** Starts a program of the tests. What it says on standard error is ours to see. */
export function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const inherited = { ...process.env };
  // What the test runner sets for its own processes would make this one report to it, in its way.
  for (const name of ["NODE_TEST_CONTEXT", "NODE_V8_COVERAGE", "NODE_OPTIONS"]) delete inherited[name];
  return spawn(process.execPath, ["--conditions=thence-source", path.join(ROOT, program), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...inherited, ...env },
  });
}

/** Waits until a process has ended; its exit code, or the signal that has killed it. */
export async function ending(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? child.signalCode;
}

/** Kills a process for certain. */
export async function murder(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await ending(child);
}

/** The lines of a file of JSON that have been written so far. */
export function linesOf<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as T);
}
