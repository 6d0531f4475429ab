// The tables of all commands: columns that line up, with colours and cut to the width on a terminal, whole and plain in a pipe.

import type { Output } from "./output.ts";
import { cut, printable, widthOf } from "./text.ts";

/** A column: its title, what it shows of a row, and how. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | undefined;
  readonly align?: "right";
  /** The colour of a value. */
  readonly colour?: (row: Row) => Colour | undefined;
}

export type Colour = "green" | "red" | "yellow" | "blue" | "gray";

const GAP = "  ";

/** Writes a table with a line of titles; the last column takes what is left of the width. */
export async function writeTable<Row>(
  output: Output,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): Promise<void> {
  const cells = rows.map((row) => columns.map(({ value }) => printable(String(value(row) ?? ""))));
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) => {
    let width = 0;
    for (const line of [titles, ...cells]) width = Math.max(width, widthOf(line[index] ?? ""));
    return width;
  });
  const lay = (line: readonly string[], paint: (text: string, index: number) => string): string => {
    let used = 0;
    const parts = line.map((text, index) => {
      const width = widths[index] ?? 0;
      const isLast = index === line.length - 1;
      const shown = isLast ? cut(text, Math.max(10, output.columns - used)) : text;
      used += width + GAP.length;
      const padding = " ".repeat(Math.max(0, width - widthOf(shown)));
      if (columns[index]?.align === "right") return padding + paint(shown, index);
      return paint(shown, index) + (isLast ? "" : padding);
    });
    return parts.join(GAP).trimEnd();
  };
  await output.line(lay(titles, (text) => output.paint("gray", text)));
  for (const [number, row] of rows.entries()) {
    await output.line(
      lay(cells[number] ?? [], (text, index) => {
        const colour = columns[index]?.colour?.(row);
        return colour === undefined ? text : output.paint(colour, text);
      }),
    );
  }
}

/** Writes names and values below each other; those without a value are left out. */
export async function writeFacts(
  output: Output,
  facts: Readonly<Record<string, string | number | undefined>>,
): Promise<void> {
  const shown = Object.entries(facts).filter(([, value]) => value !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown) {
    await output.line(`${output.paint("gray", name.padEnd(width))}${GAP}${printable(String(value))}`);
  }
}
