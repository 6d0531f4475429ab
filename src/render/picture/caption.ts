// What stands beside the boxes of a Graphviz picture: the legend and the notes, as a label in Graphviz's HTML, which every engine
// of it places without laying it out among the nodes. A table whose columns are narrower than a letter takes rows of any kind.

import { graphemesOf, xmlText } from "../text.ts";
import { EDGE_COLOR } from "../theme.ts";
import { emsOf, textWidth } from "../widths.ts";
import { legendOf, type EdgeKind, type Swatch } from "./legend.ts";
import type { Picture } from "./picture.ts";

const COLUMN = 6;
const FONT_SIZE = 11;
// Room for the wider fonts that stand in where there is no Helvetica.
const SPREAD = 1.1;
const COLUMNS_PER_ROW = 150;

interface Cell {
  readonly columns: number;
  readonly html: string;
}

/** The caption of a picture; `undefined` if there is nothing to say. */
export function captionOf(picture: Picture): string | undefined {
  const { swatches, edges } = legendOf(picture);
  const rows = [
    ...rowsOf(swatches.map(swatch)),
    ...rowsOf(edges.map(edgeKind)),
    ...picture.notes.map((note) => [edgeKind({ color: EDGE_COLOR, text: note })]),
  ];
  if (rows.length === 0) return undefined;
  const widths = rows.map((row) => row.reduce((sum, { columns }) => sum + columns + 1, 0));
  const width = Math.max(...widths);
  const ruler = `<TR>${`<TD WIDTH="${COLUMN}" HEIGHT="0"></TD>`.repeat(width)}</TR>`;
  const lines = rows.map((row, place) => {
    const rest = width - (widths[place] as number);
    const cells = row.map(({ columns, html }) => `<TD COLSPAN="${columns}" ${html}</TD><TD></TD>`);
    return `<TR>${cells.join("")}${rest > 0 ? `<TD COLSPAN="${rest}"></TD>` : ""}</TR>${GAP}`;
  });
  return `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">${ruler}${lines.join("")}</TABLE>`;
}

const GAP = '<TR><TD HEIGHT="5"></TD></TR>';

function rowsOf(cells: readonly Cell[]): Cell[][] {
  const rows: Cell[][] = [];
  let left = 0;
  for (const cell of cells) {
    left -= cell.columns + 1;
    if (left >= 0) rows.at(-1)?.push(cell);
    else {
      rows.push([cell]);
      left = COLUMNS_PER_ROW - cell.columns - 1;
    }
  }
  return rows;
}

function swatch({ tint, text }: Swatch): Cell {
  const style = tint.dashed === true ? "ROUNDED,DASHED" : "ROUNDED";
  // Graphviz takes what is wide to be narrower, and so would not put it in the middle.
  const align = graphemesOf(text).some((each) => emsOf(each) > 1) ? ' ALIGN="LEFT"' : "";
  const border = `BORDER="1" STYLE="${style}" BGCOLOR="${tint.fill}" COLOR="${tint.line}" CELLPADDING="4"${align}`;
  return { columns: columnsFor(text) + 2, html: `${border}>${font(tint.text, text)}` };
}

function edgeKind({ color, text }: EdgeKind): Cell {
  return { columns: columnsFor(text) + 1, html: `ALIGN="LEFT">${font(color, text)}` };
}

function columnsFor(text: string): number {
  return Math.ceil((SPREAD * textWidth(text, FONT_SIZE)) / COLUMN);
}

// Graphviz reads `\E`, `\G` and `\\` as escapes in HTML too. A word joiner, which nobody sees, keeps it from that.
function font(color: string, text: string): string {
  return `<FONT COLOR="${color}" POINT-SIZE="${FONT_SIZE}">${xmlText(text).replaceAll(/\\(?=[EG\\])/g, "$&\u2060")}</FONT>`;
}
