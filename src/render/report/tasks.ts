// The table of tasks of a report. It is whole without the script, which adds sorting and filters; a cell holds in `data-v` the number
// that its column is sorted by where that is not its text.

import { STATES } from "../../core/machine.ts";
import { duration } from "../duration.ts";
import type { Attempt, Life } from "../time/lives.ts";
import { byStart } from "../time/rows.ts";
import { runningMs, sumsOf, waitWords } from "../time/waits.ts";
import { amount, errorText, statesOf } from "../words.ts";
import { codeText, htmlText, nameText, stateText } from "./html.ts";
import type { Facts } from "./summary.ts";

const ERROR_LENGTH = 160;
// Of more rows, the table is laid out only when it is scrolled to, and with columns of fixed widths: else a sort takes seconds.
const LONG = 500;

/** The section "Tasks". */
export function tasksSection({ past, lives, path }: Facts): string {
  if (lives.length === 0) return "";
  const onPath = new Set(path.tasks);
  const hasGroups = lives.some(({ task }) => task.group !== undefined);
  const columns = ["State", "Task", ...(hasGroups ? ["Group"] : []), "Started", "Duration", "Attempts", "Waited"];
  const heads = columns.map((name) => `<th scope="col"${isNumber(name) ? ` class="number"` : ""}>${name}</th>`);
  const rows = lives.toSorted(byStart).map((life) => row(life, past.startedAt ?? 0, hasGroups, onPath.has(life.task)));
  const states = statesOf(past.tasks).map(
    ([state, count]) =>
      `<label><input type="checkbox" name="${state}" checked> ${stateText(state)} ${amount(count)}</label>`,
  );
  return `<section aria-labelledby="tasks">
<h2 id="tasks">Tasks</h2>
<form id="filter" hidden>
<label>Name <input type="search" name="name" autocomplete="off"></label>
<fieldset><legend>State</legend>${states.join("\n")}</fieldset>
<p role="status">${amount(lives.length, "task")}</p>
</form>
<div class="scroll tall${lives.length > LONG ? " long" : ""}" role="region" tabindex="0" aria-label="Table of tasks">
<table>
<caption>${amount(lives.length, "task")}; started: time from the start of the run; duration: all attempts together</caption>
<thead><tr>${heads.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
</div>
</section>`;
}

function isNumber(column: string): boolean {
  return column === "Started" || column === "Duration" || column === "Attempts";
}

function row(life: Life, startedAt: number, hasGroups: boolean, onPath: boolean): string {
  const { task, index, spans } = life;
  const attempts = spans.filter((span): span is Attempt => span.kind === "attempt");
  const [first] = attempts;
  const ms = runningMs(life);
  const sums = sumsOf(spans);
  const waited = sums.reduce((sum, each) => sum + each.ms, 0);
  const isOpen = attempts.at(-1)?.end === "RUNNING";
  const cells = [
    `<td data-v="${STATES.indexOf(task.state)}">${stateText(task.state)}</td>`,
    `<th scope="row">${nameText(task.name)}${onPath ? ` <span class="path">longest path</span>` : ""}${errorLine(life)}</th>`,
    ...(hasGroups ? [`<td>${task.group === undefined ? "" : nameText(task.group)}</td>`] : []),
    numberCell(first?.from, first === undefined ? "" : duration(first.from - startedAt)),
    numberCell(
      first === undefined ? undefined : ms,
      first === undefined ? "" : `${duration(ms)}${isOpen ? " so far" : ""}`,
    ),
    numberCell(attempts.length, attempts.length === 0 ? "" : String(attempts.length)),
    `<td data-v="${round(waited)}">${codeText(waitWords(sums))}</td>`,
  ];
  return `<tr id="task-${index}" data-state="${task.state}">${cells.join("")}</tr>`;
}

function numberCell(value: number | undefined, text: string): string {
  return `<td class="number"${value === undefined ? "" : ` data-v="${round(value)}"`}>${text}</td>`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function errorLine({ task }: Life): string {
  if (task.state !== "FAILED" && task.state !== "CANCELLED") return "";
  const [line = ""] = errorText(task.error).split("\n");
  return `<div class="error">${htmlText(line.length > ERROR_LENGTH ? `${line.slice(0, ERROR_LENGTH)}…` : line)}</div>`;
}
