// The legend of a timeline: only what is on it, in lines as wide as the drawing.

import { duration } from "../duration.ts";
import { EDGE_COLOR } from "../theme.ts";
import { textWidth } from "../widths.ts";
import { isMarked } from "./bars.ts";
import type { Chart } from "./chart.ts";
import { textAt } from "./labels.ts";
import { barOf, ENDS, lookOf, pathMark, restOf, WAITS, waitOf, type Box } from "./marks.ts";

const FONT_SIZE = 11;
const SWATCH = 26;
const LINE = 20;

/** Draws the legend from `top` on. */
export function legendOf({ rows, path, width }: Chart, top: number): { drawn: string[]; bottom: number } {
  const seen = new Set<string>(
    rows.flatMap(({ items }) => items.map(({ span }) => (span.kind === "attempt" ? span.end : span.kind))),
  );
  const onPath = new Set(path.tasks);
  const drawn: string[] = [];
  let [x, y] = [8, top + 4];
  const add = (words: string, draw: (box: Box) => string): void => {
    const space = SWATCH + 6 + textWidth(words, FONT_SIZE) + 14;
    if (x + space > width && x > 8) [x, y] = [8, y + LINE];
    drawn.push(draw({ x, y: y + 1, width: SWATCH, height: 14 }));
    drawn.push(textAt(x + SWATCH + 6, y + 12, words, `class="legend" font-size="${FONT_SIZE}" fill="${EDGE_COLOR}"`));
    x += space;
  };
  for (const [end, words] of ENDS) {
    const { glyph, text } = lookOf(end);
    const sign = (box: Box): string => textAt(box.x + 8, box.y + 11, glyph, `font-size="${FONT_SIZE}" fill="${text}"`);
    if (seen.has(end)) add(words, (box) => barOf(end, box) + sign(box));
  }
  if (rows.some(({ rests }) => rests.length > 0)) add("other tasks, together", restOf);
  for (const [kind, words] of WAITS) if (seen.has(kind)) add(words, (box) => waitOf(kind, box));
  if (rows.some(({ items }) => items.some((item) => isMarked(item, onPath.has(item.life.task))))) {
    add(`longest path, ${duration(path.ms)}`, (box) => pathMark({ ...box, y: box.y - 4 }));
  }
  if (rows.length === 0 || drawn.length === 0) return { drawn: [], bottom: top };
  return { drawn, bottom: y + LINE };
}
