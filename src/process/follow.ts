// The lines of a file that grows, to the last one. Whether the writer has ended is asked before the rest is read, so that what it
// wrote last is read as well.

import { open } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { FolderWatch } from "./watch.ts";

const CHUNK = 65_536;
/** A line longer than this, in characters, comes in pieces: a program that never ends its line must not fill the memory. */
const LONGEST_LINE = 1_048_576;

/** Cuts bytes into lines, wherever the chunks are cut; what is no UTF-8 becomes U+FFFD. */
class LineReader {
  readonly #decoder = new StringDecoder("utf8");
  #rest = "";

  /** The lines that end in this chunk, without their `\n` or `\r\n`. */
  push(chunk: Uint8Array): string[] {
    const [first = "", ...others] = this.#decoder.write(chunk).split("\n");
    const lines = [this.#rest + first, ...others];
    this.#rest = lines.pop() ?? "";
    const ended = lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
    if (this.#rest.length >= LONGEST_LINE) {
      ended.push(this.#rest);
      this.#rest = "";
    }
    return ended;
  }

  /** What comes after the last end of a line, if anything. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = "";
    return rest === "" ? [] : [rest];
  }
}

/** Yields the lines of `file` as they are written, from the first, until `isOver` and all is read. */
export async function* follow(
  file: string,
  folder: string,
  isOver: () => Promise<boolean>,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, undefined> {
  const watch = new FolderWatch(folder);
  try {
    const handle = await open(file, "r");
    try {
      const reader = new LineReader();
      const buffer = Buffer.allocUnsafe(CHUNK);
      let position = 0;
      for (let over = false; !over;) {
        over = await isOver();
        for (;;) {
          signal?.throwIfAborted();
          const { bytesRead } = await handle.read(buffer, 0, CHUNK, position);
          if (bytesRead === 0) break;
          position += bytesRead;
          yield* reader.push(buffer.subarray(0, bytesRead));
        }
        // Somebody has emptied the file to save room: the writer goes on at its beginning.
        if ((await handle.stat()).size < position) position = 0;
        if (!over) await watch.next(undefined, signal);
      }
      yield* reader.end();
    } finally {
      await handle.close();
    }
  } finally {
    watch.close();
  }
}
