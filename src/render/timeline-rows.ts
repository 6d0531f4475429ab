// The body of a timeline: axis, grid, rows, bars with their labels, waits, and the way of the longest path from bar to bar.

import type { Task } from "../core/task.ts";
import { ticksOf } from "./axis.ts";
import { fitted, px, textAt, textWidth } from "./labels.ts";
import { barOf, lookOf, PATH_COLOR, pathMark, waitOf, type Box } from "./marks.ts";
import { xmlText } from "./text.ts";
import { EDGE_COLOR, LOOKS } from "./theme.ts";
import type { Chart, Item, Row } from "./timeline-chart.ts";
import { itemTitle, rowTitle } from "./timeline-words.ts";

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
  const drawn = axis(chart, scale, top, bottom);
  const onPath = new Set(chart.path.tasks);
  const places = new Map<Task<unknown>, Box>();
  for (const [place, row] of chart.rows.entries()) {
    const y = top + AXIS + place * scale.pitch;
    drawn.push(...drawRow(chart, row, scale, y, onPath, places));
  }
  drawn.push(...links(chart.path.tasks, places));
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
  for (const { at, label } of ticksOf(past.endedAt - start, Math.max(2, Math.floor((right - left) / 90)))) {
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
  places: Map<Task<unknown>, Box>,
): string[] {
  const drawn: string[] = [];
  const top = y + (scale.pitch - scale.bar) / 2;
  if (scale.pitch >= 12) drawn.push(rowLabel(row, scale, y));
  for (const item of row.items) {
    const [x, end] = [scale.x(item.from), scale.x(item.to)];
    const box: Box = { x, y: top, width: end - x, height: scale.bar };
    drawn.push(drawItem(chart, item, box, onPath.has(item.life.task)));
    if (item.span.kind === "attempt") places.set(item.life.task, box);
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

function drawItem({ past }: Chart, { life, span }: Item, box: Box, onPath: boolean): string {
  const { x, y, width, height } = box;
  const title = `<title>${xmlText(itemTitle(past, life, span, onPath))}</title>`;
  if (span.kind !== "attempt") {
    const mark = waitOf(span.kind, box);
    return mark === "" ? "" : `<g class="wait ${span.kind}" data-task="${life.index}">${title}${mark}</g>`;
  }
  const look = lookOf(span.end);
  const name = `${look.glyph} ${life.task.name}${span.attempt > 1 ? ` (${span.attempt})` : ""}`;
  const text = height < 9 || width < 12 ? "" : fitted(name, width - 8, Math.min(FONT_SIZE, height - 2));
  const parts = [title, barOf(span.end, box)];
  if (text !== "") {
    const style = `font-size="${Math.min(FONT_SIZE, height - 2)}" fill="${look.text}"`;
    parts.push(
      `<svg x="${px(x)}" y="${px(y)}" width="${px(width - 2)}" height="${px(height)}">${textAt(4, height / 2 + 4, text, style)}</svg>`,
    );
  }
  if (onPath) parts.push(pathMark(box));
  return `<g class="bar ${span.end}" data-task="${life.index}">${parts.join("")}</g>`;
}

// From the end of one bar down or up to the beginning of the next.
function links(path: readonly Task<unknown>[], places: ReadonlyMap<Task<unknown>, Box>): string[] {
  return path.slice(1).flatMap((task, before) => {
    const [from, to] = [places.get(path[before]!), places.get(task)];
    if (from === undefined || to === undefined) return [];
    const [startX, startY] = [from.x + from.width, from.y + from.height + 1];
    const way = `M${px(startX)} ${px(startY)}L${px(to.x)} ${px(to.y + to.height + 1)}`;
    return [
      `<path class="path" d="${way}" fill="none" stroke="${PATH_COLOR}" stroke-width="1.25" stroke-opacity="0.7"/>`,
    ];
  });
}
