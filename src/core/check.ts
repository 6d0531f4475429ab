// Checks of what callers pass in. A wrong argument throws where it is given, names its owner, and says "expected X, got Y".

import { closestMatch } from "leven";

type ErrorClass = new (message: string) => Error;

/** An error about an argument, with the code `ERR_THENCE_ARGUMENT`. */
export function wrongArgument(kind: ErrorClass, message: string): Error {
  return Object.assign(new kind(message), { code: "ERR_THENCE_ARGUMENT" });
}

/** The usual one: `<owner>: expected <expected>, got <value>`. */
export function argumentError(kind: ErrorClass, owner: string, expected: string, value: unknown): Error {
  return wrongArgument(kind, `${owner}: expected ${expected}, got ${describe(value)}`);
}

/** An error, with the code `ERR_THENCE_MISSING_PACKAGE`, about optional packages that are not installed; it says how to get them. */
export function missingPackage(owner: string, packages: readonly string[], cause: unknown): Error {
  const which = `${packages.length === 1 ? "package" : "packages"} ${packages.join(" and ")}`;
  const message = `${owner}() needs the ${which}: "npm install ${packages.join(" ")}"`;
  return Object.assign(new Error(message, { cause }), { code: "ERR_THENCE_MISSING_PACKAGE" });
}

/** A value as messages show it, short and without running code of its own. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value);
  if (typeof value === "function") return `the function ${value.name || "(anonymous)"}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return Symbol.iterator in value ? "an iterable object" : "an object";
}

/** Refuses anything but an object that is read by its keys: what is iterable, as a Map is, would pass for an empty one. */
export function checkObject(owner: string, value: unknown, expected: string): asserts value is object {
  if (typeof value !== "object" || value === null || Symbol.iterator in value) {
    throw argumentError(TypeError, owner, expected, value);
  }
}

/** Refuses anything but an object whose keys are all in `known`; the message suggests the nearest known one. */
export function checkOptions(
  owner: string,
  options: unknown,
  known: readonly string[],
  expected: string = "an object of options",
): void {
  checkObject(owner, options, expected);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const nearest = closestMatch(key, known, { maxDistance: Math.max(2, Math.floor(key.length / 2)) });
    const hint = nearest === undefined ? `known are ${known.join(", ")}` : `did you mean "${nearest}"?`;
    throw wrongArgument(TypeError, `${owner}: unknown option ${JSON.stringify(key)}, ${hint}`);
  }
}

/** Refuses anything but a number within `[least, most]`; NaN and, unless `most` is Infinity, infinities are refused. */
export function checkNumber(
  owner: string,
  value: unknown,
  least: number = 0,
  most: number = Number.MAX_VALUE,
): asserts value is number {
  const range = most < Number.MAX_VALUE ? ` from ${least} to ${most}` : ` of at least ${least}`;
  checkRange(owner, value, least, most, `a number${least === -Infinity ? "" : range}`);
}

/** Refuses anything but milliseconds, at least so many; Infinity is any length. */
export function checkDuration(owner: string, value: unknown, least: number = 0): asserts value is number {
  checkRange(owner, value, least, Infinity, `a number of milliseconds, ${least} or more`);
}

function checkRange(owner: string, value: unknown, least: number, most: number, expected: string): void {
  if (typeof value !== "number") throw argumentError(TypeError, owner, expected, value);
  if (!(value >= least && value <= most)) throw argumentError(RangeError, owner, expected, value);
}

/** Refuses anything but a whole number of at least `least`, or Infinity. */
export function checkCount(owner: string, value: unknown, least: number): asserts value is number {
  const expected = `a whole number of at least ${least}, or Infinity`;
  if (typeof value !== "number") throw argumentError(TypeError, owner, expected, value);
  if (!(value >= least) || (value !== Infinity && !Number.isInteger(value))) {
    throw argumentError(RangeError, owner, expected, value);
  }
}

/** Refuses anything whose `typeof` is not `type`. */
export function checkType(
  owner: string,
  value: unknown,
  type: "function" | "boolean" | "string",
  expected: string = `a ${type}`,
): void {
  if (typeof value !== type) throw argumentError(TypeError, owner, expected, value);
}

/** Refuses anything but amounts by name: `{db: 2}`. */
export function checkAmounts(owner: string, value: unknown): asserts value is Record<string, number> {
  checkObject(owner, value, "amounts by name, such as {db: 1}");
  for (const [name, amount] of Object.entries(value)) checkNumber(`${owner}.${name}`, amount, 0, Infinity);
}
