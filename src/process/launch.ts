// Starts a process: everything is put together in a folder of a temporary name, which then gets its true name in one step. So
// nobody sees a half-made process, and of two that want the same name one fails: a folder never replaces one that holds files.

import { spawn, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ProcessExistsError } from "./errors.ts";
import { GONE, startOf } from "./identity.ts";
import { filesIn, OPTIONS_ASIDE, writeRecord, type Command, type StoredRecord } from "./record.ts";
import { show, type ManagedProcess } from "./view.ts";

/** What `run()` may be told about a process. */
export interface RunOptions {
  /** Its name; a generated one that is unique unless given. */
  readonly name?: string;
  /** Environment variables besides those of this process; `undefined` leaves one out. They are not stored. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The folder to run in; that of this process unless given. */
  readonly cwd?: string;
}

/** How the names of folders begin that are not yet, or no longer, a process. */
export const DRAFT = ".draft-";

/** The program beside this one, in the language that this one is in. */
const SUPERVISOR = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./supervisor.ts" : "./supervisor.js", import.meta.url),
);

/** Starts a process and returns its record. Throws `ProcessExistsError` if the name is taken. */
export async function launch(
  dir: string,
  name: string,
  command: Command,
  cwd: string,
  env: NonNullable<RunOptions["env"]>,
): Promise<ManagedProcess> {
  await mkdir(dir, { recursive: true });
  await checkFree(dir, name);
  const id = randomUUID();
  const folder = join(dir, DRAFT + id);
  const files = filesIn(folder, name);
  await mkdir(folder);
  let supervisor: ChildProcess | undefined;
  try {
    const output = await open(files.output, "a");
    try {
      supervisor = spawnSupervisor([dir, name, id], env, output.fd);
      const pid = await pidOf(supervisor);
      const start = (await startOf(pid)) ?? GONE;
      const record: StoredRecord = {
        id,
        name,
        command: typeof command === "string" ? command : [...command],
        cwd,
        status: "starting",
        createdAt: Date.now(),
        supervisor: { pid, start },
      };
      await writeRecord(files.record, record);
      await rename(folder, join(dir, name));
      return show(dir, name, record, "starting", false);
    } finally {
      await output.close();
    }
  } catch (error) {
    supervisor?.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    const { code, syscall } = error as NodeJS.ErrnoException;
    const isTaken = syscall === "rename" && /^(EEXIST|ENOTEMPTY|ENOTDIR)$/.test(code ?? "");
    throw isTaken ? new ProcessExistsError(name) : error;
  }
}

async function checkFree(dir: string, name: string): Promise<void> {
  const found = await lstat(join(dir, name)).catch(() => undefined);
  if (found !== undefined) throw new ProcessExistsError(name, found.isDirectory() ? undefined : join(dir, name));
}

function spawnSupervisor(args: string[], env: NonNullable<RunOptions["env"]>, output: number): ChildProcess {
  const { NODE_OPTIONS: aside, ...rest } = { ...process.env, ...env };
  const supervisor = spawn(process.execPath, ["--no-warnings", SUPERVISOR, ...args], {
    // Its own session, away from any terminal, and in no folder that somebody may want to remove or unmount.
    detached: true,
    cwd: "/",
    env: { ...rest, [OPTIONS_ASIDE]: aside },
    stdio: ["ignore", output, output],
  });
  supervisor.unref();
  return supervisor;
}

function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    if (child.pid !== undefined) resolve(child.pid);
  });
}
