// How much a value is, as JSON would put it. It is counted, not written: nothing of the program's is called (no `toJSON`, no
// getter, no proxy), and a value that is too large to be looked through is told as "more than".

import { types } from "node:util";

const MOST_VALUES = 20_000;

/** The size of a value as JSON, in words: `"1.2 kB"`, `"more than 3 MB"`; binary data by its own length. */
export function sizeOf(value: unknown): string {
  try {
    return value === undefined ? "nothing" : measured(value);
  } catch {
    return "of unknown size";
  }
}

function measured(value: unknown): string {
  const open: unknown[] = [value];
  const seen = new Set<object>();
  let bytes = 0;
  let values = 0;
  while (open.length > 0) {
    if (++values > MOST_VALUES) return `more than ${inWords(bytes)}`;
    const next = open.pop();
    if (typeof next === "string") bytes += next.length + 2;
    else if (typeof next !== "object" || next === null) bytes += String(next).length;
    else if (seen.has(next)) bytes += 4;
    else {
      seen.add(next);
      bytes += 2 + contents(next, open);
    }
  }
  return inWords(bytes);
}

// Puts what an object holds onto the list, and returns the bytes of what is between.
function contents(value: object, open: unknown[]): number {
  if (types.isProxy(value)) return 0;
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return value.byteLength;
  if (types.isDate(value)) return 26;
  if (Array.isArray(value)) {
    const looked = Math.min(value.length, MOST_VALUES + 1);
    for (let k = 0; k < looked; k++) open.push(value[k]);
    return Math.max(0, value.length - 1);
  }
  if (types.isMap(value)) return entries(Map.prototype.entries.call(value), open);
  if (types.isSet(value)) return entries(Set.prototype.values.call(value), open);
  let bytes = 0;
  let looked = 0;
  // Not by Object.entries and the like: of an object that has a million properties they would list all.
  for (const key in value) {
    if (++looked > MOST_VALUES || open.length > MOST_VALUES) break;
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property?.value === undefined || typeof property.value === "function") continue;
    bytes += key.length + 4;
    open.push(property.value);
  }
  return Math.max(0, bytes - 1);
}

function entries(all: Iterable<unknown>, open: unknown[]): number {
  let count = 0;
  for (const entry of all) {
    open.push(entry);
    count++;
    if (open.length > MOST_VALUES) break;
  }
  return Math.max(0, count - 1);
}

function inWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 999_500 ? `${short(bytes / 1_000)} kB` : `${short(bytes / 1_000_000)} MB`;
}

function short(amount: number): string {
  return amount < 9.95 ? amount.toFixed(1) : amount.toFixed(0);
}
