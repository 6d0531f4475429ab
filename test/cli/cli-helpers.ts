// The command as a user runs it: a process of its own, in a folder of its own.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { sqlite, type SqliteQueue } from "thence/sqlite";
import { ROOT, workspace, type Folder } from "../repository/workspace.ts";

/** What a command has come to. */
export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with a jobs module and a queue, and the command run in it. */
export interface Bench extends AsyncDisposable {
  readonly folder: string;
  readonly queue: SqliteQueue;
  /** Starts the command with these arguments, with `THENCE_QUEUE` set to the queue. */
  start(...args: string[]): ChildProcess;
  /** Runs the command to its end. */
  run(...args: string[]): Promise<Said>;
}

const JOBS = `
import { setTimeout as sleep } from "node:timers/promises";
import { job, type JobContext } from "thence";

export const greet = job("greet", (name: string, { log }: JobContext) => (log(\`hello \${name}\`), \`hello \${name}\`));
export const fail = job("fail", (name: string): string => {
  throw Object.assign(new RangeError(name), { code: "E_FAIL" });
});
export const wait = job("wait", async (ms: number, { signal, log }: JobContext) => {
  log("waits");
  await sleep(ms, undefined, { signal });
  return ms;
});
export const deaf = job("deaf", async (ms: number) => sleep(ms));
`;

/** A bench with an empty queue. */
export async function bench(): Promise<Bench> {
  const folder: Folder = await workspace();
  await writeFile(path.join(folder.path, "jobs.ts"), JOBS);
  const queue = sqlite(path.join(folder.path, "jobs.db"));
  const children = new Set<ChildProcess>();
  const start = (...args: string[]): ChildProcess => {
    const child = command(folder.path, args);
    children.add(child);
    child.once("exit", () => children.delete(child));
    return child;
  };
  return {
    folder: folder.path,
    queue,
    start,
    run: (...args) => outcomeOf(start(...args)),
    [Symbol.asyncDispose]: async () => {
      for (const child of children) child.kill("SIGKILL");
      await queue.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What a command comes to. */
export async function outcomeOf(child: ChildProcess): Promise<Said> {
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!), ended(child)]);
  return { code: child.exitCode, stdout, stderr };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

/** Waits until standard error says something that fits; whatever else it says is read on. */
export async function heard(child: ChildProcess, pattern: RegExp): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr!.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (pattern.test(said)) resolve();
    });
    child.once("exit", () => reject(new Error(`expected ${String(pattern)} before the end, heard: ${said}`)));
  });
}

function command(cwd: string, args: readonly string[]): ChildProcess {
  const env: NodeJS.ProcessEnv = { ...process.env, THENCE_QUEUE: "sqlite:jobs.db", NO_COLOR: "1", COLUMNS: "200" };
  for (const name of ["NODE_TEST_CONTEXT", "NODE_V8_COVERAGE", "NODE_OPTIONS", "FORCE_COLOR", "THENCE_DIR"])
    delete env[name];
  const main = path.join(ROOT, "src/cli/main.ts");
  return spawn(process.execPath, ["--conditions=thence-source", main, ...args], { cwd, env });
}
