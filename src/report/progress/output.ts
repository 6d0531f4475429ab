// What the process itself writes to stdout and stderr, turned aside while something else is shown on the terminal, or to find out
// which task has written it. `console` writes there too. Only while somebody taps are the two streams touched.

import { StringDecoder } from "node:string_decoder";

/** A stream of the process that people or programs read. */
export type OutputStream = NodeJS.WriteStream;

/** Says whether it takes what is written to a stream just now, and if so, where to. */
export type Tap = (stream: OutputStream) => ((text: string) => void) | undefined;

const taps: Tap[] = [];
let restore: (() => void)[] = [];
let untapped = 0;

/** Has `tap` asked about everything that the process writes, before those that came earlier; returns how to end it. */
export function tapOutput(tap: Tap): () => void {
  taps.unshift(tap);
  if (taps.length === 1) restore = [process.stdout, process.stderr].map(patch);
  return () => {
    const place = taps.indexOf(tap);
    if (place === -1) return;
    taps.splice(place, 1);
    if (taps.length === 0) for (const undo of restore.splice(0)) undo();
  };
}

/** Does something whose output nobody taps. */
export function untappedly<T>(action: () => T): T {
  untapped++;
  try {
    return action();
  } finally {
    untapped--;
  }
}

/** Writes what a display has to say, if there is still somebody to read it. */
export function writeOut(stream: OutputStream, text: string): void {
  attempt(stream, () => void stream.write(text));
}

/** Does something that writes to a stream, if that takes anything; what a stream throws is no more than what it emits as an error. */
export function attempt(stream: OutputStream, action: () => void): void {
  if (!stream.writable) return;
  try {
    // A display may write in the middle of a task, whose output is turned aside.
    untappedly(action);
  } catch {
    // There is nobody left to tell.
  }
}

/** Calls back when all that was written has gone out, or has failed to, and the stream has said so. */
export function whenWritten(stream: OutputStream, callback: () => void): void {
  const later = (): void => void setImmediate(callback).unref();
  if (stream.writable) attempt(stream, () => void stream.write("", later));
  else later();
}

function patch(stream: OutputStream): () => void {
  const own = Object.getOwnPropertyDescriptor(stream, "write");
  const { write: original } = stream as { write: (...args: unknown[]) => boolean };
  const decoder = new StringDecoder("utf8");
  let isActive = true;

  function write(this: OutputStream, chunk: string | Uint8Array, ...rest: unknown[]): boolean {
    const take = isActive && untapped === 0 ? takerFor(stream) : undefined;
    const isText = typeof chunk === "string" || chunk instanceof Uint8Array;
    if (take === undefined || !isText) return original.call(this, chunk, ...rest);
    const encoding = typeof rest[0] === "string" ? (rest[0] as BufferEncoding) : "utf8";
    const text = typeof chunk !== "string" ? decoder.write(chunk) : /^utf-?8$/i.test(encoding) ? chunk : undefined;
    take(text ?? decoder.write(Buffer.from(chunk as string, encoding)));
    const callback = rest.find((argument) => typeof argument === "function");
    if (callback !== undefined) process.nextTick(callback);
    return true;
  }

  stream.write = write;
  return () => {
    isActive = false;
    // Whoever has patched it after us still calls us: then we stay in between and pass everything on.
    if (stream.write !== write) return;
    if (own === undefined) delete (stream as Partial<OutputStream>).write;
    else Object.defineProperty(stream, "write", own);
  };
}

function takerFor(stream: OutputStream): ((text: string) => void) | undefined {
  for (const tap of taps) {
    const take = tap(stream);
    if (take !== undefined) return take;
  }
  return undefined;
}

/** Puts text together again that comes in pieces. */
export class Lines {
  #rest = "";

  /** The lines that are complete with `text`, each without its end. */
  push(text: string): string[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() as string;
    return lines;
  }

  /** What has come after the last line end. */
  takeRest(): string {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }
}
