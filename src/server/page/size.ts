// How much a value is, as JSON would put it. It is counted, not written: nothing of the program's is called (no `toJSON`, no
// getter), and a value that is too large to be looked through is told as "more than".

const MOST_VALUES = 20_000;

/** The size of a value as JSON, in words: `"1.2 kB"`, `"more than 3 MB"`; binary data by its own length. */
export function sizeOf(value: unknown): string {
  if (value === undefined) return "nothing";
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
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  if (value instanceof Date) return 26;
  if (Array.isArray(value)) {
    const looked = Math.min(value.length, MOST_VALUES + 1);
    for (let k = 0; k < looked; k++) open.push(value[k]);
    return Math.max(0, value.length - 1);
  }
  if (value instanceof Map || value instanceof Set) {
    for (const entry of value) {
      if (open.length > MOST_VALUES) break;
      open.push(entry);
    }
    return Math.max(0, value.size - 1);
  }
  let bytes = 0;
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (property.enumerable !== true || property.value === undefined || typeof property.value === "function") continue;
    bytes += key.length + 4;
    open.push(property.value);
    if (open.length > MOST_VALUES) break;
  }
  return Math.max(0, bytes - 1);
}

function inWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toPrecision(2)} kB`;
  return `${(bytes / 1_000_000).toPrecision(2)} MB`;
}
