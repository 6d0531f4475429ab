// What is on disk about a process, and how it is read and written. There is one writer at a time: whoever starts the process,
// until its folder has its name; from then on its supervisor. Keys that we do not know are kept: others may note things here.

import { randomUUID } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe } from "../core/check.ts";
import type { Identity } from "./identity.ts";

/** A program with its arguments, started as it is; or a line for the shell, `/bin/sh -c`. */
export type Command = string | readonly string[];

/**
 * How it stands with a process: `starting` until its command runs, `running`, `exited` with an exit code, `killed` by a signal,
 * `lost` if its supervisor is gone without having recorded an end, `damaged` if its record cannot be read.
 */
export type ProcessStatus = "starting" | "running" | "exited" | "killed" | "lost" | "damaged";

const STORED = ["starting", "running", "exited", "killed"] as const;

/** The content of `<name>.json`. Times are milliseconds since the epoch. */
export interface StoredRecord {
  /** Tells this process from a later one of the same name. */
  readonly id: string;
  readonly name: string;
  readonly command: Command;
  readonly cwd: string;
  /** The last that was recorded; whether it still holds is for the reader to find out. */
  readonly status: (typeof STORED)[number];
  readonly createdAt: number;
  readonly supervisor: Identity;
  /** The command's process, which leads its group. */
  readonly leader?: Identity;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly error?: string;
}

/**
 * Options for Node are meant for the command; a debugger or a hook must not get into the supervisor. So they pass through it as
 * this variable of the environment.
 */
export const OPTIONS_ASIDE = "THENCE_NODE_OPTIONS";

/** The record cannot be understood; the message says where and why. */
export class DamagedRecord extends Error {}

/** The files of a process. */
export interface Files {
  readonly folder: string;
  readonly record: string;
  readonly output: string;
  /** While the command runs: its number, and on the second line its start. */
  readonly pid: string;
}

/** Where the files of the process `name` are, below `dir`. */
export function filesOf(dir: string, name: string): Files {
  return filesIn(join(dir, name), name);
}

/** The same in a folder whose name is not that of the process. */
export function filesIn(folder: string, name: string): Files {
  const file = (extension: string): string => join(folder, `${name}.${extension}`);
  return { folder, record: file("json"), output: file("out"), pid: file("pid") };
}

/** Reads a record; undefined if there is none. Throws {@link DamagedRecord}. */
export async function readRecord(file: string): Promise<StoredRecord | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new DamagedRecord(`${file}: ${error.message}`);
  });
  return text === undefined ? undefined : parse(file, text);
}

/** Writes a file so that a reader sees the old content or the new, never a part; if `durable`, also after a power failure. */
export async function writeWhole(file: string, content: string, durable: boolean): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, "wx");
    try {
      await handle.writeFile(content);
      if (durable) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Writes a record; to the disk itself unless it tells of what a power failure would end anyway. */
export function writeRecord(file: string, record: StoredRecord): Promise<void> {
  return writeWhole(file, `${JSON.stringify(record, undefined, 2)}\n`, record.status !== "running");
}

/** Reads what `<name>.pid` says; undefined if it is missing or says nothing. */
export async function readPid(file: string): Promise<Identity | undefined> {
  const [pid, start] = (await readFile(file, "utf8").catch(() => "")).split("\n");
  const identity = { pid: Number(pid), start };
  return isIdentity(identity) ? identity : undefined;
}

function parse(file: string, text: string): StoredRecord {
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch (error) {
    throw new DamagedRecord(`${file}: ${(error as Error).message}`);
  }
  if (typeof record !== "object" || record === null) {
    throw new DamagedRecord(`${file}: expected an object, got ${describe(record)}`);
  }
  for (const [key, [expected, check, optional]] of Object.entries(FIELDS)) {
    const value = (record as Record<string, unknown>)[key];
    if (check(value) || (value === undefined && optional)) continue;
    throw new DamagedRecord(`${file}: expected ${key} to be ${expected}, got ${describe(value)}`);
  }
  return record as StoredRecord;
}

type Field = readonly [expected: string, check: (value: unknown) => boolean, optional?: boolean];

const FIELDS: Readonly<Record<keyof StoredRecord, Field>> = {
  id: ["a string", isString],
  name: ["a string", isString],
  command: ["a string or an array of strings", (value) => isString(value) || isStrings(value)],
  cwd: ["a string", isString],
  status: [`one of ${STORED.join(", ")}`, (value) => (STORED as readonly unknown[]).includes(value)],
  createdAt: ["a number", isNumber],
  supervisor: ["a pid and a start", isIdentity],
  leader: ["a pid and a start", isIdentity, true],
  startedAt: ["a number", isNumber, true],
  endedAt: ["a number", isNumber, true],
  exitCode: ["a number", isNumber, true],
  signal: ["a string", isString, true],
  error: ["a string", isString, true],
};

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isStrings(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isString);
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value);
}

function isIdentity(value: unknown): value is Identity {
  if (typeof value !== "object" || value === null) return false;
  const { pid, start } = value as Partial<Record<keyof Identity, unknown>>;
  // Signals to the groups 0 and 1 would reach ourselves, or everything.
  return Number.isSafeInteger(pid) && (pid as number) > 1 && isString(start) && start !== "";
}
