// What a terminal shows, as an SVG: a real terminal emulator reads the program's output, and its cells are drawn as text. A light
// card of its own, so that one picture suits light and dark pages.

import xterm from "@xterm/headless";

type Buffer = InstanceType<typeof xterm.Terminal>["buffer"]["active"];
type Cell = NonNullable<ReturnType<Buffer["getNullCell"]>>;

/** How large the terminal is, and what the picture is called. */
export interface TerminalPictureOptions {
  readonly columns: number;
  readonly title: string;
}

const [CELL, LINE, SIZE, EDGE] = [8.4, 20, 14, 16];
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
const TEXT = "#1f2328";
const DIM = "#656d76";
// The eight colours of a terminal, each dark enough to read on the card.
const COLORS = ["#24292f", "#cf222e", "#1a7f37", "#9a6700", "#0969da", "#8250df", "#0e7480", "#57606a"];

/** Draws what `output` leaves on the screen, from the first line to the last that is not empty. */
export async function terminalPicture(output: string, { columns, title }: TerminalPictureOptions): Promise<string> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 50, allowProposedApi: true, convertEol: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  const buffer = terminal.buffer.active;
  const lines = Array.from({ length: buffer.length }, (_, row) => drawLine(buffer, row, columns));
  terminal.dispose();
  const height = 2 * EDGE + LINE * (lines.findLastIndex((line) => line !== "") + 1);
  const width = Math.round(2 * EDGE + columns * CELL);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${xmlText(title)}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="#f6f8fa" stroke="#d0d7de"/>`,
    `<g font-family="${FONT}" font-size="${SIZE}" fill="${TEXT}" xml:space="preserve">`,
    ...lines.filter((line) => line !== ""),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

// Signs that a font may lack come from another one with other widths, so each of those is put in its place by itself.
function drawLine(buffer: Buffer, row: number, columns: number): string {
  const runs: { column: number; text: string; style: string; isPlain: boolean }[] = [];
  for (let column = 0; column < columns; column++) {
    const cell = buffer.getLine(row)?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() || " ";
    const style = styleOf(cell);
    const isPlain = /^[ -~]$/.test(text);
    const last = runs.at(-1);
    if (last?.style === style && last.isPlain && isPlain) last.text += text;
    else runs.push({ column, text, style, isPlain });
  }
  const y = EDGE + LINE * (row + 0.7);
  return runs
    .filter(({ text }) => text.trim() !== "")
    .map(({ column, text, style }) => {
      const indent = text.length - text.trimStart().length;
      const x = (EDGE + CELL * (column + indent)).toFixed(1);
      const word = text.trim();
      const length = word.length > 1 ? ` textLength="${(CELL * word.length).toFixed(1)}"` : "";
      return `<text x="${x}" y="${y}"${length}${style}>${xmlText(word)}</text>`;
    })
    .join("");
}

function styleOf(cell: Cell): string {
  const color = cell.isFgPalette() ? COLORS[cell.getFgColor() % 8] : cell.isDim() ? DIM : undefined;
  const fill = color === undefined ? "" : ` fill="${color}"`;
  return fill + (cell.isBold() ? ' font-weight="bold"' : "");
}

function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
