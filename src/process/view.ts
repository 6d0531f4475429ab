// A process as its users see it: what is on disk, held against the processes that there are. Reading never writes.

import { lstat } from "node:fs/promises";
import { isAlive, type Identity } from "./identity.ts";
import {
  DamagedRecord,
  filesOf,
  readPid,
  readRecord,
  type Command,
  type ProcessStatus,
  type StoredRecord,
} from "./record.ts";

/** A process at one moment; plain data. Times are milliseconds since the epoch. */
export interface ManagedProcess {
  readonly name: string;
  readonly status: Exclude<ProcessStatus, "damaged">;
  /** Whether the command's own process exists. A lost one may still be alive: signals reach it, `cleanup()` leaves it. */
  readonly alive: boolean;
  readonly command: Command;
  readonly cwd: string;
  /** The file that the command's output and errors go to, in the order of writing. */
  readonly output: string;
  readonly createdAt: number;
  readonly startedAt?: number;
  /** When the command's own process ended. */
  readonly endedAt?: number;
  /** The number of the command's process and of its group; undefined until it is started. */
  readonly pid?: number;
  readonly supervisorPid: number;
  /** Of an exited one. 127 for a command that was not found and 126 for one that cannot be started, with `error`. */
  readonly exitCode?: number;
  /** What killed a killed one: `"SIGKILL"`. */
  readonly signal?: string;
  /** Why the command could not be started. */
  readonly error?: string;
}

/** A process whose record cannot be read: `error` says why. Signals reach it as long as its `.pid` file can be read. */
export interface DamagedProcess extends Partial<Omit<ManagedProcess, "status">> {
  readonly name: string;
  readonly status: "damaged";
  readonly alive: boolean;
  readonly output: string;
  readonly error: string;
}

/** A process, as far as its record can be read; told apart by `status`. */
export type ProcessRecord = ManagedProcess | DamagedProcess;

/** A process with what is needed to act on it. */
export interface Inspected {
  readonly process: ProcessRecord;
  readonly id: string | undefined;
  readonly leader: Identity | undefined;
  readonly supervisor: Identity | undefined;
}

/** Looks at one process; undefined if there is none. */
export async function inspect(dir: string, name: string): Promise<Inspected | undefined> {
  const files = filesOf(dir, name);
  if (!(await isFolder(files.folder))) return undefined;
  try {
    let found = await readRecord(files.record);
    if (found !== undefined && (hasEnded(found) || (await isAlive(found.supervisor)))) {
      return await look(dir, name, found, found.status);
    }
    // The supervisor's last act may have been to record the end, after our first look.
    found = await readRecord(files.record);
    if (found !== undefined) return await look(dir, name, found, hasEnded(found) ? found.status : "lost");
    // It may have been removed meanwhile.
    if (!(await isFolder(files.folder))) return undefined;
    throw new DamagedRecord(`${files.record} is missing`);
  } catch (error) {
    if (!(error instanceof DamagedRecord)) throw error;
    const leader = await readPid(files.pid);
    const process: DamagedProcess = {
      name,
      status: "damaged",
      output: files.output,
      error: error.message,
      ...(leader === undefined ? { alive: false } : { alive: await isAlive(leader), pid: leader.pid }),
    };
    return { process, id: undefined, leader, supervisor: undefined };
  }
}

/** Whether nothing more is to come of a process: it has ended, or nobody is there to say so. */
export function isOver({ status, alive }: ProcessRecord): boolean {
  return status === "damaged" ? !alive : status !== "starting" && status !== "running";
}

/** A record as users see it. */
export function show(
  dir: string,
  name: string,
  stored: StoredRecord,
  status: ManagedProcess["status"],
  alive: boolean,
): ManagedProcess {
  const { command, cwd, createdAt, leader, supervisor } = stored;
  const details = OPTIONAL.filter((key) => stored[key] !== undefined).map((key) => [key, stored[key]] as const);
  return {
    name,
    status,
    alive,
    command,
    cwd,
    output: filesOf(dir, name).output,
    createdAt,
    supervisorPid: supervisor.pid,
    ...(leader === undefined ? {} : { pid: leader.pid }),
    ...(Object.fromEntries(details) as Pick<StoredRecord, (typeof OPTIONAL)[number]>),
  };
}

const OPTIONAL = ["startedAt", "endedAt", "exitCode", "signal", "error"] as const;

async function look(
  dir: string,
  name: string,
  stored: StoredRecord,
  status: ManagedProcess["status"],
): Promise<Inspected> {
  const { id, leader, supervisor } = stored;
  const alive = !hasEnded(stored) && leader !== undefined && (await isAlive(leader));
  return { process: show(dir, name, stored, status, alive), id, leader, supervisor };
}

function hasEnded({ status }: StoredRecord): boolean {
  return status === "exited" || status === "killed";
}

async function isFolder(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
