// What is on the rows of a timeline: bars with their labels, waits, and the way of the longest path from bar to bar.

import type { Task } from "../../core/task.ts";
import { duration } from "../duration.ts";
import { xmlText } from "../text.ts";
import { PATH_COLOR } from "../theme.ts";
import type { Attempt } from "../time/lives.ts";
import { amount } from "../words.ts";
import type { Chart, Item, Rest } from "./chart.ts";
import { fitted, px, textAt } from "./labels.ts";
import { barOf, diamondOf, lookOf, pathMark, restOf, waitOf, type Box } from "./marks.ts";
import { itemTitle } from "./words.ts";

const FONT_SIZE = 11;

/** Whether the mark of the longest path is at the foot of a bar that is on it: what has no function has no bar. */
export function isMarked({ life, span }: Item, onPath: boolean): boolean {
  return onPath && span.kind === "attempt" && life.task._work !== undefined;
}

/** An attempt or a wait in its box. On a row of its own task an attempt need not say the name, and says how long it took. */
export function drawItem({ past, kind }: Chart, item: Item, box: Box, onPath: boolean): string {
  const { life, span } = item;
  const title = `<title>${xmlText(itemTitle(past, life, span, onPath))}</title>`;
  if (span.kind !== "attempt") {
    const mark = waitOf(span.kind, box);
    return mark === "" ? "" : `<g class="wait ${span.kind}" data-task="${life.index}">${title}${mark}</g>`;
  }
  const isGroup = life.task._work === undefined;
  const parts = [title, isGroup ? diamondOf(span.end, box) : barOf(span.end, box)];
  if (!isGroup) parts.push(labelOf(span, kind === "task" ? duration(span.to - span.from) : life.task.name, kind, box));
  if (isMarked(item, onPath)) parts.push(pathMark(box));
  return `<g class="bar ${span.end}" data-task="${life.index}">${parts.join("")}</g>`;
}

/** Attempts that are not shown one by one, as one pale bar. */
export function drawRest({ count, from, to }: Rest, box: Box): string {
  const words = `${amount(count, "attempt")} not shown one by one, ${duration(to - from)}`;
  return `<g class="rest"><title>${words}</title>${restOf(box)}</g>`;
}

// The sign of its end, and as much of the text as fits, unless that would be next to nothing.
function labelOf({ end, attempt }: Attempt, text: string, kind: Chart["kind"], box: Box): string {
  const { x, y, width, height } = box;
  const { glyph, text: color } = lookOf(end);
  const size = Math.min(FONT_SIZE, height - 2);
  if (height < 9) return "";
  if (width < size + 4) return kind === "task" ? signBeside(end, box) : "";
  const whole = attempt > 1 ? `${text} (${attempt})` : text;
  const rest = fitted(whole, width - 9 - 1.2 * size, size);
  const isWorthIt = rest.length >= 4 || (rest !== "" && rest === whole);
  const left = isWorthIt ? 4 : Math.min(4, (width - 0.8 * size) / 2);
  const style = `font-size="${px(size)}" fill="${color}"`;
  const label = textAt(left, height / 2 + 4, isWorthIt ? `${glyph} ${rest}` : glyph, style);
  return `<svg x="${px(x)}" y="${px(y)}" width="${px(width - 2)}" height="${px(height)}">${label}</svg>`;
}

// What failed in no time must still be seen to have failed.
function signBeside(end: Attempt["end"], { x, y, width, height }: Box): string {
  if (end !== "FAILED" && end !== "CANCELLED") return "";
  const { glyph, line } = lookOf(end);
  const style = `font-size="${FONT_SIZE}" font-weight="bold" fill="${line}"`;
  return textAt(x + Math.max(1, width) + 2, y + height / 2 + 4, glyph, style);
}

/** The way of the longest path: from the end of one bar to the row of the next, and along that to its beginning. */
export function drawPath(path: readonly Task<unknown>[], boxes: ReadonlyMap<Task<unknown>, Box>): string[] {
  const drawn: string[] = [];
  for (const [place, task] of path.slice(1).entries()) {
    const [from, to] = [boxes.get(path[place]!), boxes.get(task)];
    if (from === undefined || to === undefined) continue;
    const way = `M${px(from.x + from.width)} ${px(footOf(from))}V${px(footOf(to))}H${px(to.x)}`;
    drawn.push(`<path class="path" d="${way}" fill="none" stroke="${PATH_COLOR}" stroke-width="1.25"/>`);
  }
  return drawn;
}

function footOf({ y, height }: Box): number {
  return y + height + 0.5;
}
