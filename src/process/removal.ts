// Taking processes out of the folder. A folder first loses its name, in one step, and then its files, so that nobody sees one
// that is half gone, and the name is free at once.

import { randomUUID } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { ProcessNotFoundError, ProcessTimeoutError } from "./errors.ts";
import { isAlive, send } from "./identity.ts";
import { DRAFT } from "./launch.ts";
import { find, until } from "./until.ts";
import { isOver, type ProcessRecord } from "./view.ts";

/** How long a killed process may take to be gone before its supervisor is killed as well, in milliseconds. */
const GRACE = 5_000;
/** The age at which a folder that is being made or removed has been left behind, in milliseconds. */
const ABANDONED = 60_000;

/** Whether a process can be removed without losing sight of anything that runs. */
export function isGone(process: ProcessRecord): boolean {
  return isOver(process) && !process.alive;
}

/** Removes the folder of a process. Throws `ProcessNotFoundError` if somebody else has done so. */
export async function discard(dir: string, name: string): Promise<void> {
  const trash = join(dir, DRAFT + randomUUID());
  await rename(join(dir, name), trash).catch((error: NodeJS.ErrnoException) => {
    throw error.code === "ENOENT" ? new ProcessNotFoundError(name, dir) : error;
  });
  await rm(trash, { recursive: true, force: true });
}

/** Kills a process and waits until its end is recorded; a supervisor that does not do that in time is killed, too. */
export async function end(dir: string, name: string): Promise<void> {
  try {
    const { leader } = await until(dir, name, ({ status }) => status !== "starting", GRACE);
    if (leader !== undefined && (await isAlive(leader))) send(-leader.pid, "SIGKILL");
    await until(dir, name, isGone, GRACE);
  } catch (error) {
    if (!(error instanceof ProcessTimeoutError)) throw error;
    const { leader, supervisor } = await find(dir, name);
    if (supervisor !== undefined && (await isAlive(supervisor))) send(supervisor.pid, "SIGKILL");
    if (leader !== undefined && (await isAlive(leader))) send(-leader.pid, "SIGKILL");
  }
}

/** Deletes what was left behind by programs that ended while they made or removed a process. */
export async function sweep(dir: string): Promise<void> {
  for (const name of await folders(dir, (entry) => entry.startsWith(DRAFT))) {
    const { mtimeMs } = await stat(join(dir, name)).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < Date.now() - ABANDONED) await rm(join(dir, name), { recursive: true, force: true });
  }
}

/** The names of folders in `dir` that are wanted; none if there is no such folder. */
export async function folders(dir: string, isWanted: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory() && isWanted(entry.name)).map(({ name }) => name);
}
