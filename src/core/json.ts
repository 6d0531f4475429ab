// What may cross a boundary: JSON values, and nothing that JSON would silently change, such as a Date, a Map or NaN.

import { describe } from "./check.ts";
import { SerializationError } from "./job-errors.ts";
import type { ErrorRecord } from "./job-queue.ts";

/**
 * A value as JSON text; `undefined` for `undefined`. Properties that are `undefined` are left out.
 *
 * @throws SerializationError that says where in `owner` there is something else.
 */
export function toJSON(owner: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  try {
    check(owner, value, new Set());
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof SerializationError) throw error;
    throw new SerializationError(`${owner} cannot be written as JSON: ${messageOf(error)}`);
  }
}

/** The value of a JSON text that {@link toJSON} has made. @throws SerializationError if `owner` has been damaged since. */
export function fromJSON(text: string | null | undefined, owner = "a stored value"): unknown {
  if (text === undefined || text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new SerializationError(`${owner} is damaged: it is no JSON (${messageOf(error)})`);
  }
}

function check(path: string, value: unknown, above: Set<object>): void {
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return;
  if (typeof value !== "object") throw refuse(path, value);
  if (above.has(value))
    throw new SerializationError(`${path}: expected a JSON value, got a reference to what contains it`);
  above.add(value);
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) check(`${path}[${i}]`, value[i], above);
  else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if ((prototype !== Object.prototype && prototype !== null) || "toJSON" in value) throw refuse(path, value);
    for (const [key, entry] of Object.entries(value)) if (entry !== undefined) check(`${path}.${key}`, entry, above);
  }
  above.delete(value);
}

function refuse(path: string, value: unknown): SerializationError {
  const isObject = typeof value === "object" && value !== null;
  const got = isObject ? `an object of class ${value.constructor?.name ?? "?"}` : describe(value);
  return new SerializationError(`${path}: expected a JSON value, got ${typeof value === "bigint" ? `${got}n` : got}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const DEPTH = 8;
/** How much of something thrown that is no error becomes its message. */
const LENGTH = 200;

/** An error, or whatever else was thrown, as it crosses a boundary. Never throws. */
export function recordError(error: unknown, machinery = false, depth = 0): ErrorRecord {
  try {
    const mark = machinery ? { machinery: true as const } : {};
    if (typeof error === "string") return { name: "Error", message: error, ...mark };
    if (typeof error !== "object" || error === null) return { name: "Error", message: describe(error), ...mark };
    const { name, message, stack, code, data, cause } = error as Partial<
      Record<keyof Error | "code" | "data", unknown>
    >;
    return {
      name: typeof name === "string" ? name : "Error",
      message: typeof message === "string" ? message : textOf(error),
      ...(typeof stack === "string" ? { stack } : {}),
      ...(typeof code === "string" || Number.isFinite(code) ? { code: code as string | number } : {}),
      ...dataOf(data === undefined && stack === undefined ? error : data),
      ...(cause === undefined || depth === DEPTH ? {} : { cause: recordError(cause, false, depth + 1) }),
      ...mark,
    };
  } catch {
    return { name: "Error", message: "an error that cannot be read" };
  }
}

// What an object says that is no error: its JSON, if it has one.
function textOf(value: object): string {
  try {
    const text = toJSON("data", value) as string;
    return text.length > LENGTH ? `${text.slice(0, LENGTH - 1)}…` : text;
  } catch {
    return describe(value);
  }
}

function dataOf(data: unknown): { data?: unknown } {
  try {
    const text = toJSON("data", data);
    return text === undefined ? {} : { data: fromJSON(text) };
  } catch {
    return {};
  }
}
