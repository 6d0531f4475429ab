// Reports: one HTML file that tells a run to somebody who was not there. Everything is in the file and nothing is fetched; a content
// security policy with the hashes of its one style and one script keeps it so, whatever the names of tasks contain.

import { argumentError, checkOptions } from "../core/check.ts";
import type { PictureOptions } from "./options.ts";
import { failuresSection } from "./report/failures.ts";
import { codeText, htmlText } from "./report/html.ts";
import { REPORT_SCRIPT } from "./report/script.ts";
import { reportStyle } from "./report/style.ts";
import { summarySection, type Facts } from "./report/summary.ts";
import { tasksSection } from "./report/tasks.ts";
import { pictureSVG } from "./svg.ts";
import { lastChainOf, longestPathOf } from "./time/chains.ts";
import { livesOf } from "./time/lives.ts";
import { pastOf, type Past, type Timed } from "./time/past.ts";
import { timelineChoices, timelineSVG, type TimelineOptions } from "./timeline.ts";
import { chartOf } from "./timeline/chart.ts";
import { amount, errorText } from "./words.ts";

/** What a report is like. */
export interface ReportOptions {
  /** Its heading, not empty. Default: `"Run of 12 tasks"`. */
  title?: string;
  /** How the graph is drawn, as `toSVG` takes it. Default: with the longest path and a legend. */
  graph?: PictureOptions;
  /** How the timeline is drawn, as `toTimeline` takes it. Default: a row for each slot and, for up to 300 tasks, one for each task. */
  timeline?: TimelineOptions;
}

const MOST_ROWS = 300;
const WIDTH = 1180;

/**
 * All about a run as one HTML page, to be kept as a file: a summary in words, failures with their stacks and what they blocked,
 * the timeline, the graph, and a table of tasks that can be sorted and filtered.
 *
 * The page needs nothing else: no network, and no script either, which only sorts, filters and finds. It suits light and dark
 * screens, keyboards and screen readers. It takes a run, a TaskQueue or tasks, also while they are under way, and then says so.
 * Rejects with a TypeError for what has no tasks and for wrong options.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { make, task } from "thence";
 * import { toReport } from "thence/render";
 *
 * const run = make(task("bundle", { require: task("sources", () => ["a.ts"]), run: (files) => files.join() }));
 * for await (const done of run) console.log(String(done)); // Task:bundle:DONE
 * await writeFile("report.html", await toReport(run, { title: "Nightly build" }));
 * ```
 */
export async function toReport(timed: Timed, options: ReportOptions = {}): Promise<string> {
  checkOptions("toReport", options, ["title", "graph", "timeline"]);
  const { title, graph, timeline = {} } = options;
  if (title !== undefined && (typeof title !== "string" || title.trim() === ""))
    throw argumentError(TypeError, "toReport.title", "a title that is not empty", title);
  // The rest of these is checked where the graph is drawn: `from` may be read only once.
  if (typeof (graph ?? {}) !== "object" || graph === null || Array.isArray(graph))
    throw argumentError(TypeError, "toReport.graph", "an object of options", graph);
  timelineChoices("toReport.timeline", timeline);
  const past = pastOf("toReport", timed);
  const { lives } = livesOf(past);
  const path = longestPathOf(past, lives);
  const facts = { past, lives, path, chain: lastChainOf(lives) };
  const before = [
    summarySection(facts),
    failuresSection(facts),
    section("timeline", "Timeline", timelines(facts, timeline)),
  ];
  // All of it at one moment: tasks go on while the graph is laid out.
  const after = tasksSection(facts);
  const sections = [...before, section("graph", "Graph", await drawGraph(facts, graph)), after];
  return page(title ?? `Run of ${amount(past.tasks.length, "task")}`, past, sections);
}

function timelines({ past, lives }: Facts, options: TimelineOptions): string {
  const { rows, width } = timelineChoices("toReport.timeline", { width: WIDTH, ...options });
  const drawn = (kind: "slot" | "task"): string => timelineSVG(chartOf(past, lives, kind, width));
  const first = region("Drawing of the timeline", drawn(rows));
  if (options.rows !== undefined || past.tasks.length > MOST_ROWS || past.startedAt === undefined) return first;
  const byTask = region("Timeline with a row for each task", drawn("task"));
  return `${first}\n<details>\n<summary>A row for each task</summary>\n${byTask}\n</details>`;
}

// A report whose graph cannot be drawn still has all the rest to tell. Wrong options are the caller's to hear of.
async function drawGraph({ past, path }: Facts, options: PictureOptions = {}): Promise<string> {
  try {
    const choices = { longestPath: true, legend: true, ...options };
    return region("Drawing of the graph", await pictureSVG("toReport.graph", past.tasks, choices, { path }));
  } catch (error) {
    if ((error as { code?: unknown } | undefined)?.code === "ERR_THENCE_ARGUMENT") throw error;
    return `<p>The graph could not be drawn: ${htmlText(errorText(error))}</p>`;
  }
}

function region(name: string, content: string): string {
  return `<div class="scroll" role="region" tabindex="0" aria-label="${name}">\n${content}</div>`;
}

function section(id: string, heading: string, content: string): string {
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${heading}</h2>\n${content}\n</section>`;
}

async function page(title: string, past: Past, sections: readonly string[]): Promise<string> {
  const style = reportStyle(new Map(sections.flatMap(widthsOf)));
  const policy = [
    "default-src 'none'",
    `style-src '${await hashOf(style)}'`,
    `script-src '${await hashOf(REPORT_SCRIPT)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const filled = sections.filter((each) => each !== "");
  const ids = filled.map((each) => /<h2 id="(\w+)">([^<]*)/.exec(each)!);
  const links = ids.map(([, id, heading]) => `<a href="#${id}">${heading}</a>`);
  const state = past.startedAt === undefined ? "Not started" : past.isOver ? "" : "Still going on";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${htmlText(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${htmlText(title)}</h1>${state === "" ? "" : `\n<p class="live">${codeText(state)}</p>`}
<nav aria-label="Sections">${links.join("\n")}</nav>
</header>
<main>
${filled.join("\n")}
</main>
<script>${REPORT_SCRIPT}</script>
</body>
</html>
`;
}

function widthsOf(content: string): [string, number][] {
  const found = /<h2 id="(timeline|graph)">[^<]*<\/h2>\n<div[^>]*>\n<svg[^>]* width="([\d.]+)(pt)?"/.exec(content);
  return found === null ? [] : [[found[1]!, Number(found[2]) * (found[3] === undefined ? 1 : 4 / 3)]];
}

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
