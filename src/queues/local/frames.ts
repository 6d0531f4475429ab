// What a child process says, as frames on a pipe. It is written at once and whole: a message of Node's own channel would only leave when
// the event loop turns, which a job that spins never lets it, and would be lost with a process that is killed.

import { writeSync } from "node:fs";
import { deserialize, serialize } from "node:v8";

// The length of the body, and in the last bit whether it is JSON.
const HEAD = 4;

/** Writes a value, and waits until the system has taken it. JSON is quicker, if it will do. Drops it if nobody reads any more. */
export function writeFrame(pipe: number, value: unknown, isJSON: boolean): void {
  const body = isJSON ? Buffer.from(JSON.stringify(value)) : serialize(value);
  const frame = Buffer.allocUnsafe(HEAD + body.length);
  frame.writeUInt32LE(body.length * 2 + Number(isJSON));
  body.copy(frame, HEAD);
  for (let written = 0; written < frame.length;) {
    try {
      written += writeSync(pipe, frame, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

/** Puts the frames together that arrive in pieces. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #length = 0;
  /** How many bytes make up what comes next, as far as that is known. */
  #needed = HEAD;

  /** The values that are complete with this piece. */
  read(piece: Buffer): unknown[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    if (this.#length < this.#needed) return [];
    const bytes = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    const values: unknown[] = [];
    let start = 0;
    for (;;) {
      const left = bytes.length - start;
      const head = left < HEAD ? 0 : bytes.readUInt32LE(start);
      const end = HEAD + Math.floor(head / 2);
      this.#needed = end;
      if (left < end) break;
      values.push(
        head % 2 === 1
          ? JSON.parse(bytes.toString("utf8", start + HEAD, start + end))
          : deserialize(bytes.subarray(start + HEAD, start + end)),
      );
      start += end;
    }
    this.#pieces = start === bytes.length ? [] : [bytes.subarray(start)];
    this.#length = bytes.length - start;
    return values;
  }
}
