// A manager on a folder of its own; at the end of the test whatever still runs is killed, and the folder removed.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ProcessManager, type ProcessRecord } from "thence/process";

const LIMIT = 30_000;

export async function testManager(t: TestContext): Promise<ProcessManager> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "thence-process-")));
  const manager = new ProcessManager(join(root, "processes"));
  t.after(async () => {
    for (const { name, supervisorPid } of await manager.processes()) {
      // A stopped supervisor would let everybody wait.
      if (supervisorPid !== undefined) kill(supervisorPid, "SIGCONT");
      await manager.remove(name, { force: true });
    }
    await rm(root, { recursive: true });
  });
  return manager;
}

/** Waits until a value is there and true, and returns it. */
export async function eventually<T>(look: () => Promise<T> | T): Promise<NonNullable<T>> {
  for (const end = Date.now() + LIMIT; ; await sleep(10)) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() > end) assert.fail(`not within ${LIMIT} ms: ${String(look)}`);
  }
}

/** Waits until the process has this status. */
export function becomes(
  manager: ProcessManager,
  name: string,
  status: ProcessRecord["status"],
): Promise<ProcessRecord & { pid: number }> {
  return eventually(async () => {
    const found = await manager.get(name);
    return found?.status === status ? (found as ProcessRecord & { pid: number }) : undefined;
  });
}

/** A program of Node's as a command. */
export function program(text: string): string[] {
  return [process.execPath, "--input-type=module", "-e", text];
}

/** Runs a program that may import the package, to its end; what it prints. */
export async function elsewhere(text: string, ...args: string[]): Promise<string> {
  const argv = ["--conditions=thence-source", "--no-warnings", "--input-type=module", "-e", text, ...args];
  const child = spawn(process.execPath, argv, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  await once(child, "close");
  assert.equal(errors, "");
  return output;
}

export async function linesOf(manager: ProcessManager, name: string): Promise<string[]> {
  return Array.fromAsync(manager.follow(name));
}

/** Whether there is a process of this number that is more than a remnant. */
export async function exists(pid: number): Promise<boolean> {
  if (process.platform !== "linux") return kill(pid, 0);
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => undefined);
  return stat !== undefined && !/^.*\) [ZX]/s.test(stat);
}

export function kill(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

export function recordFile(manager: ProcessManager, name: string): string {
  return join(manager.dir, name, `${name}.json`);
}

export async function readJson(file: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
}

/** Changes a record behind the back of its supervisor. */
export async function editRecord(manager: ProcessManager, name: string, patch: object): Promise<void> {
  const file = recordFile(manager, name);
  await writeFile(file, JSON.stringify({ ...(await readJson(file)), ...patch }));
}
