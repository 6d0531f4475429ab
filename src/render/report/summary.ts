// The summary of a report: how it ended, how long it took, and why it did not take less.

import { duration } from "../duration.ts";
import type { LastChain, LongestPath } from "../time/chains.ts";
import type { Life } from "../time/lives.ts";
import type { Past } from "../time/past.ts";
import { busyMs } from "../time/rows.ts";
import { nameOf, sumsOf, waitingFor, waitWords } from "../time/waits.ts";
import { amount, statesOf } from "../words.ts";
import { codeText, htmlText, stateText } from "./html.ts";

/** What a report is made of. */
export interface Facts {
  readonly past: Past;
  readonly lives: readonly Life[];
  readonly path: LongestPath;
  readonly chain: LastChain;
}

const MOST_NAMES = 8;

/** The section "Summary". */
export function summarySection(facts: Facts): string {
  const counts = statesOf(facts.past.tasks).map(([state, count]) => `<li>${stateText(state)} ${amount(count)}</li>`);
  const list = counts.length === 0 ? "" : `\n<ul class="counts">${counts.join("")}</ul>`;
  const sentences = sentencesOf(facts).map((sentence) => `<p>${codeText(sentence)}</p>`);
  return `<section aria-labelledby="summary">
<h2 id="summary">Summary</h2>
${sentences.join("\n")}${list}
${factsList(facts)}
</section>`;
}

/** The summary in sentences, names between backticks. */
function sentencesOf({ past, lives, path, chain }: Facts): string[] {
  const { tasks, startedAt, endedAt, isOver } = past;
  if (tasks.length === 0) return ["There are no tasks."];
  if (startedAt === undefined) return [`Nothing has started: ${amount(tasks.length, "task")} in all.`];
  const wall = endedAt - startedAt;
  const time = [isOver ? `Wall ${duration(wall)}` : `Still going on after ${duration(wall)}`];
  if (path.tasks.length > 0) {
    const alone = path.tasks.length === 1 ? `the longest task` : `the longest path`;
    time.push(`${alone} ${isOver ? "alone takes" : "alone has taken"} ${duration(path.ms)}`);
  }
  const [first, ...others] = sumsOf(chain.spans).filter(
    ({ kind, ms }) => kind !== "turn" && ms >= Math.max(1, wall / 100),
  );
  if (first !== undefined) {
    const more = others.length === 0 ? "" : `, ${waitWords(others)}`;
    time.push(`${duration(first.ms)} was waiting ${waitingFor(first)}${more}`);
  }
  const inVain = chain.spans.reduce(
    (sum, span) => sum + (span.kind === "attempt" && span.end === "retry" ? span.to - span.from : 0),
    0,
  );
  if (inVain >= Math.max(1, wall / 100)) time.push(`${duration(inVain)} went into attempts that failed`);
  const sentences = [outcome(past), `${time.join("; ")}.`];
  if (path.tasks.length > 1) sentences.push(`The longest path: ${namesOf(path)}.`);
  const ran = busyMs(lives, past);
  if (ran > 0 && wall > 0) {
    const waits = sumsOf(lives.flatMap(({ spans }) => spans)).filter(
      ({ kind }) => kind !== "prerequisite" && kind !== "turn",
    );
    const waited = waitWords(waits.slice(0, MOST_NAMES), wall / 100);
    const most = waited === "" ? "" : `, and waited ${waited}`;
    sentences.push(`All tasks together ran ${duration(ran)}, ${(ran / wall).toFixed(1)} at a time${most}.`);
  }
  return sentences;
}

function outcome({ tasks, isOver }: Past): string {
  const count = (...states: string[]): number => tasks.filter(({ state }) => states.includes(state)).length;
  const [failed, cancelled, done] = [count("FAILED"), count("CANCELLED"), count("DONE")];
  const open = tasks.length - failed - cancelled - done;
  if (done === tasks.length)
    return tasks.length === 1 ? "The task is done." : `All ${amount(tasks.length, "task")} are done.`;
  const parts = [
    ...(failed > 0 ? [`${amount(failed)} failed`] : []),
    ...(cancelled > 0 ? [`${amount(cancelled)} cancelled`] : []),
    ...(count("RUNNING") > 0 ? [`${amount(count("RUNNING"))} running`] : []),
    ...(open > count("RUNNING") ? [`${amount(open - count("RUNNING"))} ${isOver ? "not started" : "waiting"}`] : []),
  ];
  return `${amount(done)} of ${amount(tasks.length, "task")} ${done === 1 ? "is" : "are"} done; ${parts.join(", ")}.`;
}

function namesOf({ tasks }: LongestPath): string {
  const names = tasks.map(nameOf);
  if (names.length <= MOST_NAMES) return names.join(" → ");
  const half = MOST_NAMES / 2;
  return [...names.slice(0, half), `${amount(names.length - MOST_NAMES)} more`, ...names.slice(-half)].join(" → ");
}

function factsList({ past }: Facts): string {
  const { startedAt, endedAt, isOver, concurrency, resources } = past;
  const facts: [string, string][] = [];
  if (startedAt !== undefined) {
    facts.push(
      ["Started", timeText(startedAt)],
      [isOver ? "Ended" : "As of", timeText(endedAt)],
      ["Wall", duration(endedAt - startedAt)],
    );
  }
  if (concurrency !== Infinity) facts.push(["Slots", amount(concurrency)]);
  const amounts = Array.from(resources, ([name, total]) => `${nameOf(name)} ${total}`);
  if (amounts.length > 0) facts.push(["Resources", codeText(amounts.join(", "))]);
  if (facts.length === 0) return "";
  return `<dl>${facts.map(([term, value]) => `<div><dt>${htmlText(term)}</dt><dd>${value}</dd></div>`).join("")}</dl>`;
}

function timeText(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `<time datetime="${iso}">${iso.replace("T", " ").replace(/\.\d+Z$/, " UTC")}</time>`;
}
