// The part of a terminal that is drawn again and again, below everything else that is written: log-update does the drawing. One
// for each stream, shared by all displays on it, so that two runs at the same time do not overwrite each other.

import { clearScreenDown, cursorTo, moveCursor } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { createLogUpdate } from "log-update";
import stringWidth from "string-width";
import { attempt, Lines, tapOutput, untappedly, type OutputStream } from "./output.ts";

/** One display's share of the region. */
export interface Section {
  /** Its lines, at most `rows`, each narrower than `columns`. */
  lines(columns: number, rows: number): string[];
}

/** What other parts of the process write is gathered for so many milliseconds, so that a flood of it draws no flood of frames. */
const GATHERING = 16;
const terminals = new WeakMap<OutputStream, Terminal>();

/** The live region of the terminal at the end of `stream`. */
export class Terminal {
  readonly #stream: OutputStream;
  readonly #update: ReturnType<typeof createLogUpdate>;
  readonly #sections: Section[] = [];
  /** What is to be written above the region: in order, and the beginnings of lines by stream. */
  #held: { readonly stream: OutputStream; readonly text: string }[] = [];
  readonly #begun = new Map<OutputStream, Lines>();
  /** The lines that stand on the screen at present. */
  #drawn: string[] = [];
  #wroteAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #untap: (() => void) | undefined;
  readonly #onResize = (): void => this.#resize();

  private constructor(stream: OutputStream) {
    this.#stream = stream;
    this.#update = createLogUpdate(stream);
  }

  static of(stream: OutputStream): Terminal {
    let terminal = terminals.get(stream);
    if (terminal === undefined) terminals.set(stream, (terminal = new Terminal(stream)));
    return terminal;
  }

  /** Gives a display its share of the region. */
  join(section: Section): void {
    this.#sections.push(section);
    if (this.#sections.length > 1) return;
    this.#untap = tapOutput((stream) => (stream.isTTY ? (text) => this.#take(stream, text) : undefined));
    this.#stream.on("resize", this.#onResize);
  }

  /** Takes its share away again; `last` stays where the region was. */
  leave(section: Section, last: string): void {
    const place = this.#sections.indexOf(section);
    if (place === -1) return;
    this.#sections.splice(place, 1);
    const isLast = this.#sections.length === 0;
    if (isLast) {
      for (const [stream, lines] of this.#begun) {
        const rest = lines.takeRest();
        if (rest !== "") this.#held.push({ stream, text: `${rest}\n` });
      }
      this.#begun.clear();
    }
    if (last !== "") this.#held.push({ stream: this.#stream, text: `${last}\n` });
    this.draw();
    if (!isLast) return;
    this.#untap?.();
    this.#stream.off("resize", this.#onResize);
    attempt(this.#stream, () => this.#update.done());
  }

  /** Writes lines above the region, to stay. */
  print(text: string): void {
    this.#held.push({ stream: this.#stream, text: `${text}\n` });
    this.#writeSoon();
  }

  /** Shows how things stand, and what has been written meanwhile. */
  draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wroteAt = performance.now();
    attempt(this.#stream, () => {
      if (this.#held.length > 0) this.#writeHeld();
      const lines = this.#lines();
      if (lines.length > 0) this.#update(lines.join("\n"));
      else if (this.#drawn.length > 0) this.#update.clear();
      this.#drawn = lines;
    });
  }

  #take(stream: OutputStream, text: string): void {
    // Such as what shows or hides the cursor: it takes no room, and may be the last that is written at all.
    if (text !== "" && stripVTControlCharacters(text) === "") return untappedly(() => void stream.write(text));
    let begun = this.#begun.get(stream);
    if (begun === undefined) this.#begun.set(stream, (begun = new Lines()));
    const lines = begun.push(text);
    if (lines.length === 0) return;
    this.#held.push({ stream, text: `${lines.join("\n")}\n` });
    this.#writeSoon();
  }

  // At once when nothing has been written for a while: a program that dies next has had its say.
  #writeSoon(): void {
    const wait = this.#wroteAt + GATHERING - performance.now();
    if (wait <= 0) this.draw();
    else this.#timer ??= setTimeout(() => this.draw(), wait).unref();
  }

  #writeHeld(): void {
    if (this.#drawn.length > 0) this.#update.clear();
    this.#drawn = [];
    const held = this.#held;
    this.#held = [];
    for (let first = 0; first < held.length;) {
      const { stream } = held[first] as (typeof held)[number];
      let last = first + 1;
      while (held[last]?.stream === stream) last++;
      stream.write(
        held
          .slice(first, last)
          .map(({ text }) => text)
          .join(""),
      );
      first = last;
    }
  }

  // One row is left for the cursor and one column free, since terminals do not agree on the width of every sign.
  #lines(): string[] {
    const { columns, rows } = sizeOf(this.#stream);
    const share = Math.floor(Math.max(1, rows - 1) / Math.max(1, this.#sections.length));
    return this.#sections.flatMap((section) => section.lines(Math.max(1, columns - 1), Math.max(1, share)));
  }

  // A terminal that has become narrower wraps the lines that are there, so the region is higher than it was drawn.
  #resize(): void {
    const { columns } = sizeOf(this.#stream);
    const rows = this.#drawn.map((line) => Math.max(1, Math.ceil(stringWidth(line) / columns)));
    const height = rows.reduce((sum, row) => sum + row, 0);
    if (height > this.#drawn.length) {
      attempt(this.#stream, () => {
        moveCursor(this.#stream, 0, -height);
        cursorTo(this.#stream, 0);
        clearScreenDown(this.#stream);
        this.#update.done();
      });
      this.#drawn = [];
    }
    this.draw();
  }
}

function sizeOf(stream: Partial<OutputStream>): { columns: number; rows: number } {
  const { columns = 0, rows = 0 } = stream;
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}
