// The body of a timeline: axis and grid, and the rows with their labels. What is on the rows is drawn in bars.ts.

import type { Task } from "../../core/task.ts";
import { duration } from "../duration.ts";
import { xmlText } from "../text.ts";
import { EDGE_COLOR, LOOKS } from "../theme.ts";
import { ticksOf } from "../time/axis.ts";
import { textWidth } from "../widths.ts";
import { drawItem, drawPath, drawRest } from "./bars.ts";
import type { Chart, Row } from "./chart.ts";
import { fitted, px, textAt } from "./labels.ts";
import type { Box } from "./marks.ts";
import { rowTitle } from "./words.ts";

const AXIS = 22;
const FONT_SIZE = 11;
const TALLEST = 1600;
const LABEL_STYLE = `font-size="${FONT_SIZE}"`;

/** Where things are: pixels for times, and the height of rows. */
interface Scale {
  readonly left: number;
  readonly right: number;
  readonly pitch: number;
  readonly bar: number;
  readonly x: (time: number) => number;
}

/** Draws axis and rows from `top` on. */
export function drawRows(chart: Chart, top: number): { drawn: string[]; bottom: number } {
  const scale = scaleOf(chart);
  const bottom = top + AXIS + chart.rows.length * scale.pitch;
  const onPath = new Set(chart.path.tasks);
  const boxes = new Map<Task<unknown>, Box>();
  const rows = chart.rows.flatMap((row, place) =>
    drawRow(chart, row, scale, top + AXIS + place * scale.pitch, onPath, boxes),
  );
  const drawn = [...axis(chart, scale, top, bottom), ...drawPath(chart.path.tasks, boxes), ...rows];
  return { drawn, bottom: bottom + (chart.rows.length > 25 ? AXIS : 2) };
}

function scaleOf({ past, kind, width, rows }: Chart): Scale {
  const widest = rows
    .slice(0, 500)
    .reduce((most, { label }) => Math.max(most, textWidth(label.slice(0, 60), FONT_SIZE)), 0);
  const left = 16 + Math.min(widest, kind === "slot" ? 80 : width * 0.28);
  const right = width - 16;
  const pitch = kind === "task" ? 20 : Math.max(5, Math.min(24, TALLEST / rows.length));
  const bar = pitch >= 12 ? pitch - 5 : pitch - 1;
  const start = past.startedAt ?? 0;
  const perMs = (right - left) / Math.max(past.endedAt - start, 1e-3);
  return { left, right, pitch, bar, x: (time) => left + (time - start) * perMs };
}

function axis({ past, rows }: Chart, { left, right, x }: Scale, top: number, bottom: number): string[] {
  const start = past.startedAt ?? 0;
  const drawn: string[] = [];
  const ticks = ticksOf(past.endedAt - start, Math.max(2, Math.floor((right - left) / 90)));
  for (const { at, label } of ticks) {
    const place = x(start + at);
    drawn.push(
      `<path d="M${px(place)} ${top + AXIS - 4}V${px(bottom)}" stroke="${EDGE_COLOR}" stroke-opacity="0.35"/>`,
    );
    // The last label would hang over the edge.
    const anchor = place + textWidth(label, FONT_SIZE) / 2 > right + 14 ? "end" : "middle";
    const style = `class="tick" ${LABEL_STYLE} text-anchor="${anchor}" fill="${EDGE_COLOR}"`;
    drawn.push(textAt(place, top + 13, label, style));
    if (rows.length > 25) drawn.push(textAt(place, bottom + 14, label, style));
  }
  const length = duration(past.endedAt - start);
  const last = ticks.at(-1)!;
  if (right - x(start + last.at) > 1.2 * (textWidth(length, FONT_SIZE) + textWidth(last.label, FONT_SIZE))) {
    const style = `class="tick" ${LABEL_STYLE} text-anchor="end" fill="${EDGE_COLOR}"`;
    drawn.push(textAt(right, top + 13, length, style));
  }
  if (!past.isOver) {
    const title = `<title>the present: it is still going on</title>`;
    drawn.push(
      `<path class="now" d="M${px(right)} ${top + AXIS - 6}V${px(bottom)}" stroke="${LOOKS.RUNNING.line}" stroke-width="2">${title}</path>`,
    );
  }
  return drawn;
}

function drawRow(
  chart: Chart,
  row: Row,
  scale: Scale,
  y: number,
  onPath: ReadonlySet<Task<unknown>>,
  boxes: Map<Task<unknown>, Box>,
): string[] {
  const drawn: string[] = [];
  const top = y + (scale.pitch - scale.bar) / 2;
  if (scale.pitch >= 12) drawn.push(rowLabel(row, scale, y));
  for (const rest of row.rests) {
    const x = scale.x(rest.from);
    drawn.push(drawRest(rest, { x, y: top, width: scale.x(rest.to) - x, height: scale.bar }));
  }
  for (const item of row.items) {
    const [x, end] = [scale.x(item.from), scale.x(item.to)];
    const box: Box = { x, y: top, width: end - x, height: scale.bar };
    drawn.push(drawItem(chart, item, box, onPath.has(item.life.task)));
    if (item.span.kind === "attempt") boxes.set(item.life.task, box);
  }
  const { life } = row;
  if (life?.lostAt !== undefined) {
    const look = LOOKS[life.task.state];
    const style = `${LABEL_STYLE} text-anchor="middle" font-weight="bold" fill="${look.line}"`;
    const title = `<title>${xmlText(rowTitle(life))}</title>`;
    const sign = textAt(Math.min(scale.x(life.lostAt), scale.right), top + scale.bar - 4, look.glyph, style);
    drawn.push(`<g class="lost ${life.task.state}" data-task="${life.index}">${title}${sign}</g>`);
  }
  return drawn.filter((part) => part !== "");
}

function rowLabel({ label, life }: Row, { left, pitch }: Scale, y: number): string {
  const text = fitted(label, left - 16, FONT_SIZE);
  const style = `class="row" ${LABEL_STYLE} text-anchor="end" fill="${EDGE_COLOR}"`;
  const drawn = textAt(left - 6, y + pitch / 2 + 4, text, style);
  if (life === undefined) return drawn;
  return `<g data-task="${life.index}"><title>${xmlText(rowTitle(life))}</title>${drawn}</g>`;
}
