// What `run()` may be given: names that are safe as files of one folder, and commands that can be started.

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { argumentError } from "../core/check.ts";
import type { Command } from "./record.ts";

/** File systems take 255 bytes; the extension and the mark of a temporary file must fit in as well. */
const LONGEST_NAME = 200;

const NAME =
  `a name of 1 to ${LONGEST_NAME} bytes that does not start with a dot ` +
  "and holds no slash, backslash or control character";

/** Refuses names that are no plain file names: they could lead out of the folder, hide in it, or clash with our own. */
export function checkName(owner: string, name: unknown): asserts name is string {
  if (typeof name !== "string") throw argumentError(TypeError, owner, NAME, name);
  if (!isName(name)) throw argumentError(RangeError, owner, NAME, name);
}

/** Whether a process can have this name. */
export function isName(name: string): boolean {
  const fits = name !== "" && Buffer.byteLength(name) <= LONGEST_NAME && name.isWellFormed();
  return fits && !/^\.|[/\\\p{Cc}]/u.test(name);
}

/** Refuses what cannot be a command. */
export function checkCommand(owner: string, command: unknown): asserts command is Command {
  const expected =
    "a command: a line for the shell, or an array of a program and its arguments, without NUL characters";
  const parts: unknown[] = Array.isArray(command) ? command : [command];
  if (!parts.every((part) => typeof part === "string")) throw argumentError(TypeError, owner, expected, command);
  if (!parts[0]?.trim() || parts.some((part) => part.includes("\0"))) {
    throw argumentError(RangeError, owner, expected, command);
  }
}

/** Refuses what is no set of environment variables; undefined stands for "without this one". */
export function checkEnvironment(owner: string, env: unknown): asserts env is Record<string, string | undefined> {
  const expected = "an object of strings, or undefined for a variable to leave out";
  if (typeof env !== "object" || env === null || Array.isArray(env))
    throw argumentError(TypeError, owner, expected, env);
  for (const [name, value] of Object.entries(env)) {
    if (name === "" || /[=\0]/.test(name)) throw argumentError(RangeError, owner, "names without = and NUL", name);
    if (value === undefined) continue;
    if (typeof value !== "string") throw argumentError(TypeError, `${owner}.${name}`, "a string or undefined", value);
    if (value.includes("\0")) throw argumentError(RangeError, `${owner}.${name}`, "a string without NUL", value);
  }
}

/** The absolute path of a folder that exists. */
export function checkFolder(owner: string, folder: unknown): string {
  const expected = "the path of a folder that exists";
  if (typeof folder !== "string") throw argumentError(TypeError, owner, expected, folder);
  // A NUL makes stat throw whatever the options are.
  const found = folder !== "" && !folder.includes("\0") && statSync(folder, { throwIfNoEntry: false });
  if (!found || !found.isDirectory()) throw argumentError(RangeError, owner, expected, folder);
  return resolve(folder);
}

/** Refuses anything but an AbortSignal or nothing. */
export function checkSignal(owner: string, signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw argumentError(TypeError, `${owner}: signal`, "an AbortSignal", signal);
}
