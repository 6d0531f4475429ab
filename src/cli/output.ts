// Standard output: waits for slow readers, ends quietly when the reader is gone, and knows whether a person is looking.

import { once } from "node:events";
import { styleText } from "node:util";
import type { Colour } from "./table.ts";
import { printableJSON, printableLine } from "./text.ts";

/** Where commands write to. */
export class Output {
  readonly #stream: NodeJS.WriteStream;
  #isGone = false;

  /** `onGone` is called when nobody reads any more. */
  constructor(stream: NodeJS.WriteStream, onGone: () => void) {
    this.#stream = stream;
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ECONNRESET") throw error;
      if (!this.#isGone) onGone();
      this.#isGone = true;
    });
  }

  /** Whether a person is looking. */
  get isTerminal(): boolean {
    return this.#stream.isTTY;
  }

  /** The width of the terminal; Infinity in a pipe. */
  get columns(): number {
    return this.isTerminal ? this.#stream.columns || 80 : Infinity;
  }

  /** Writes a line. Resolves when there is room for more. */
  async line(text: string): Promise<void> {
    await this.bytes(`${text}\n`);
  }

  /** Writes something as it is. Resolves when there is room for more. */
  async bytes(data: string | Uint8Array): Promise<void> {
    if (this.#isGone || this.#stream.write(data)) return;
    // The reader may be gone before it has made room.
    await Promise.race([once(this.#stream, "drain"), once(this.#stream, "close")]).catch(() => {});
  }

  /** Writes a line that a program has written: as it is in a pipe, unable to steer the terminal otherwise. */
  async raw(text: string): Promise<void> {
    await this.line(this.isTerminal ? printableLine(text) : text);
  }

  /** Writes a value as one line of JSON. */
  async json(value: unknown): Promise<void> {
    await this.line(printableJSON(value));
  }

  /** A text in a colour, if this is a terminal that wants colours. */
  paint(colour: Colour, text: string): string {
    return styleText(colour, text, { stream: this.#stream });
  }

  /** Resolves when all is written. */
  async flush(): Promise<void> {
    if (!this.#isGone) await new Promise<void>((resolve) => this.#stream.write("", () => resolve()));
  }
}
