// The small program above a managed process: it starts the command, outlives whoever asked for it, and records how it ended.
// Its arguments are the manager's folder, the name and the id; the rest is in the record, the environment and the open output.

import { spawn, type ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { GONE, send, startOf, type Identity } from "./identity.ts";
import {
  DamagedRecord,
  filesOf,
  OPTIONS_ASIDE,
  readRecord,
  writeRecord,
  writeWhole,
  type StoredRecord,
} from "./record.ts";

const [dir = "", name = "", id = ""] = process.argv.slice(2);
const files = filesOf(dir, name);

/** How long the folder may take to get its name after we were started: the starter has only to write a file meanwhile. */
const PATIENCE = 10_000;
/** How often and at what interval an end is recorded that cannot be, because the disk is full. */
const TRIES = 300;
const PAUSE = 1_000;

let record = await awaitRecord();
if (record !== undefined) await supervise(record);

async function supervise({ command, cwd }: StoredRecord): Promise<void> {
  const { [OPTIONS_ASIDE]: options, ...env } = process.env;
  const [program = "", ...args] = typeof command === "string" ? ["/bin/sh", "-c", command] : command;
  const child = spawn(program, args, {
    detached: true,
    cwd,
    env: options === undefined ? env : { ...env, NODE_OPTIONS: options },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = endOf(child);
  if (child.pid !== undefined) {
    forwardSignals(child.pid);
    await noteStart({ pid: child.pid, start: (await startOf(child.pid)) ?? GONE });
  }
  const end = await ended;
  if (end.error !== undefined) console.error(`thence: ${end.error}`);
  await rm(files.pid, { force: true });
  for (let tries = 1; !(await update(end)) && tries < TRIES; tries++) await sleep(PAUSE);
}

async function noteStart(leader: Identity): Promise<void> {
  await writeWhole(files.pid, `${leader.pid}\n${leader.start}\n`).catch(() => {});
  await update({ status: "running", startedAt: Date.now(), leader });
}

type Patch = Partial<StoredRecord>;

/** How a command ended. One that cannot be started ends with the exit code that a shell gives: 127 if not found, else 126. */
function endOf(child: ChildProcess): Promise<Patch> {
  return new Promise((resolve) => {
    child.once("error", ({ message, code }: NodeJS.ErrnoException) => {
      resolve({ status: "exited", exitCode: code === "ENOENT" ? 127 : 126, error: message, endedAt: Date.now() });
    });
    child.once("exit", (exitCode, signal) => {
      const how: Patch = signal === null ? { status: "exited", exitCode: exitCode ?? 0 } : { status: "killed", signal };
      resolve({ ...how, endedAt: Date.now() });
    });
  });
}

/** Whoever ends us, ends the command: a shutdown of the system, say. We stay to record how. */
function forwardSignals(pid: number): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => send(-pid, signal));
  }
}

/** The record, as soon as the folder has its name; undefined if that does not happen, or the name is another's. */
async function awaitRecord(): Promise<StoredRecord | undefined> {
  for (let waited = 0; waited < PATIENCE; waited += 5) {
    const found = await readRecord(files.record);
    if (found !== undefined) return found.id === id ? found : undefined;
    await sleep(5);
  }
  return undefined;
}

/** Changes what is on disk, on top of what is there now. False if it cannot be written at present. */
async function update(patch: Patch): Promise<boolean> {
  try {
    const found = await readRecord(files.record).catch((error: unknown) => {
      // What we know is better than what cannot be read.
      if (error instanceof DamagedRecord) return record;
      throw error;
    });
    // Removed, and perhaps another has its name by now.
    if (found?.id !== id) return true;
    record = { ...found, ...patch };
    await writeRecord(files.record, record);
    return true;
  } catch {
    return false;
  }
}
