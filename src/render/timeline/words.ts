// What a timeline says about a bar, a wait or a row in its titles.

import { duration } from "../duration.ts";
import { oneLine } from "../text.ts";
import type { Attempt, Life, Wait } from "../time/lives.ts";
import type { Past } from "../time/past.ts";
import { sumsOf, waitingFor, waitsBefore, waitWords } from "../time/waits.ts";
import { errorText, taskTitle } from "../words.ts";

const NAME_LENGTH = 2000;
const ENDINGS: Partial<Record<Attempt["end"], string>> = {
  retry: "failed, tried again",
  release: "given back unfinished",
};

/** A bar or a wait in words, line by line. */
export function itemTitle(past: Past, life: Life, span: Attempt | Wait, onPath: boolean): string {
  const lines = [oneLine(life.task.name, NAME_LENGTH)];
  const start = duration(span.from - (past.startedAt ?? 0));
  const took = duration(span.to - span.from);
  if (span.kind !== "attempt") {
    const verb = span.open === true ? "has been waiting" : "waited";
    return `${lines[0]}\n${verb} ${took} ${waitingFor(span)}, from ${start} on`;
  }
  const soFar = span.end === "RUNNING" ? " so far" : "";
  lines.push(`${ENDINGS[span.end] ?? span.end} · attempt ${span.attempt} · ${took}${soFar} · began at ${start}`);
  if (span.error !== undefined) lines.push(errorText(span.error));
  const waited = waitWords(sumsOf(waitsBefore(life, span)));
  if (waited !== "") lines.push(`waited ${waited}`);
  if (onPath) lines.push("on the longest path");
  return lines.join("\n");
}

/** A task in words, for its whole row. */
export function rowTitle(life: Life): string {
  const waited = waitWords(sumsOf(life.spans));
  return `${taskTitle(life.task)}${waited === "" ? "" : `\nwaited ${waited}`}`;
}
