// Timelines: what ran when, and why not sooner, as SVG. Drawn here without a layout engine, in one pass, and synchronously: a
// timeline is read off, not computed. What goes where is in timeline/chart.ts, how it looks in timeline/marks.ts.

import { argumentError, checkNumber, checkOptions } from "../core/check.ts";
import { duration } from "./duration.ts";
import { xmlText } from "./text.ts";
import { EDGE_COLOR, EMPTY_NOTE } from "./theme.ts";
import { livesOf } from "./time/lives.ts";
import { pastOf, type Past, type Timed } from "./time/past.ts";
import { chartOf, type Chart } from "./timeline/chart.ts";
import { fitted, FONTS, px, textAt } from "./timeline/labels.ts";
import { legendOf } from "./timeline/legend.ts";
import { drawRows } from "./timeline/rows.ts";
import { pictureTitle } from "./words.ts";

/** How a timeline is drawn. */
export interface TimelineOptions {
  /** A row for each slot, with attempts on it as it was used, or a row for each task. Default: `"slot"`. */
  rows?: "slot" | "task";
  /** The width in pixels, from 300 on. Default: 1000. */
  width?: number;
}

/**
 * What ran when, as SVG text: bars for attempts, marks for what was waited for (prerequisites, a slot, a resource, a queue, a
 * retry), and the longest path underlined.
 *
 * It takes a run, a TaskQueue or tasks, also while they are under way: then it ends in the present. Every bar has a `<title>`
 * with its task's name, state, times, error and waits, and a `data-task` attribute, the task's place among those given. Colours suit light and
 * dark pages. The same past gives the same text. Of more than 2,000 tasks those that matter most are drawn, and the drawing
 * says which it leaves out. Throws a TypeError for what has no tasks, and a TypeError or RangeError for wrong options.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { make, task } from "thence";
 * import { toTimeline } from "thence/render";
 *
 * const run = make(task("bundle", { require: task("sources", () => ["a.ts"]), run: (files) => files.join() }));
 * for await (const done of run) console.log(String(done)); // Task:bundle:DONE
 * await writeFile("timeline.svg", toTimeline(run, { rows: "task" }));
 * ```
 */
export function toTimeline(timed: Timed, options: TimelineOptions = {}): string {
  const { rows, width } = timelineChoices("toTimeline", options);
  const past = pastOf("toTimeline", timed);
  return timelineSVG(chartOf(past, livesOf(past).lives, rows, width));
}

/** The options of a timeline as the function `owner` was given them, checked, or else as they are by default. */
export function timelineChoices(owner: string, options: TimelineOptions): Required<TimelineOptions> {
  checkOptions(owner, options, ["rows", "width"]);
  const { rows = "slot", width = 1000 } = options;
  if (rows !== "slot" && rows !== "task") throw argumentError(TypeError, `${owner}.rows`, '"slot" or "task"', rows);
  checkNumber(`${owner}.width`, width, 300);
  return { rows, width };
}

/** A chart as SVG text. */
export function timelineSVG(chart: Chart): string {
  const { past, width } = chart;
  const parts = [`<title>${xmlText(titleOf(past))}</title>`];
  let y = 4;
  if (chart.rows.length > 0) {
    const { drawn, bottom } = drawRows(chart, y);
    parts.push(...drawn);
    y = bottom + 6;
  }
  for (const note of chart.notes) {
    y += 18;
    parts.push(textAt(8, y - 5, fitted(note, width - 16, 12), `class="note" font-size="12" fill="${EDGE_COLOR}"`));
  }
  const legend = legendOf(chart, y + 4);
  parts.push(...legend.drawn);
  const height = px(Math.ceil(legend.bottom + 4));
  const root = `width="${px(width)}" height="${height}" viewBox="0 0 ${px(width)} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="timeline" role="img" ${root} font-family="${FONTS}">\n${parts.join("\n")}\n</svg>\n`;
}

function titleOf(past: Past): string {
  if (past.tasks.length === 0) return EMPTY_NOTE;
  const time = past.startedAt === undefined ? "not started" : duration(past.endedAt - past.startedAt);
  return `${pictureTitle(past.tasks)} · ${time}${past.isOver || past.startedAt === undefined ? "" : " so far"}`;
}
