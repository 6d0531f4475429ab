// The small program above a managed process: it starts the command, outlives whoever asked for it, and records how it ended.
// Its arguments are the manager's folder, the name and the id; the rest is in the record, the environment and the open output.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { GONE, send, startOf } from "./identity.ts";
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

async function supervise(asked: StoredRecord): Promise<void> {
  let child: ChildProcess;
  try {
    child = start(asked);
  } catch (error) {
    return noteEnd(refusal(error as NodeJS.ErrnoException, asked.cwd));
  }
  const startedAt = Date.now();
  const ended = endOf(child, asked.cwd);
  const { pid } = child;
  if (pid === undefined) return noteEnd(await ended);

  forwardSignals(child, pid);
  const leader = { pid, start: (await startOf(pid)) ?? GONE };
  await writeWhole(files.pid, `${pid}\n${leader.start}\n`, false).catch(() => {});
  await update({ status: "running", startedAt, leader });
  await noteEnd({ startedAt, leader, ...(await ended) });
}

function start({ command, cwd }: StoredRecord): ChildProcess {
  const { [OPTIONS_ASIDE]: options, ...rest } = process.env;
  const env = options === undefined ? rest : { ...rest, NODE_OPTIONS: options };
  const [program = "", ...args] = typeof command === "string" ? ["/bin/sh", "-c", command] : command;
  return spawn(program, args, { detached: true, cwd, env, stdio: ["ignore", "inherit", "inherit"] });
}

type Patch = Partial<StoredRecord>;

function endOf(child: ChildProcess, cwd: string): Promise<Patch> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(refusal(error, cwd)));
    child.once("exit", (exitCode, signal) => {
      const how: Patch = signal === null ? { status: "exited", exitCode: exitCode ?? 0 } : { status: "killed", signal };
      resolve({ ...how, endedAt: Date.now() });
    });
  });
}

/** The end of a command that cannot be started, with the exit code that a shell gives: 127 if not found, else 126. */
function refusal({ message, code }: NodeJS.ErrnoException, cwd: string): Patch {
  // The system says of a missing folder that the command is missing.
  const isAstray = code === "ENOENT" && !existsSync(cwd);
  const error = isAstray ? `the folder ${cwd} does not exist` : message;
  return { status: "exited", exitCode: code === "ENOENT" && !isAstray ? 127 : 126, error, endedAt: Date.now() };
}

async function noteEnd(end: Patch): Promise<void> {
  if (end.error !== undefined) console.error(`thence: ${end.error}`);
  await rm(files.pid, { force: true });
  for (let tries = 1; !(await update(end)) && tries < TRIES; tries++) await sleep(PAUSE);
}

/** Whoever ends us, ends the command: a shutdown of the system, say. We stay to record how. */
function forwardSignals(child: ChildProcess, pid: number): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // Once it has ended, its number may be another's.
      if (child.exitCode === null && child.signalCode === null) send(-pid, signal);
    });
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
