// What a timeline shows, before it is drawn: its rows and what is on them, which tasks are left out, and the notes below.

import type { Task } from "../../core/task.ts";
import { duration } from "../duration.ts";
import { EMPTY_NOTE, LOOKS } from "../theme.ts";
import { longestPathOf, type LongestPath } from "../time/chains.ts";
import type { Attempt, Life, Wait } from "../time/lives.ts";
import type { Past } from "../time/past.ts";
import { attemptsOf, byStart, rowsFor, slotName } from "../time/rows.ts";
import { runningMs, waitsBefore } from "../time/waits.ts";
import { amount } from "../words.ts";

const BESIDE =
  "beside: no slot is held by a task that waits for tasks of its own making, nor by one that a queue or somebody else runs";
/** How many tasks a timeline shows. */
const MOST_TASKS = 2000;

/** A bar or a wait on a row. A wait is cut where its row was in use for something else. */
export interface Item {
  readonly life: Life;
  readonly span: Attempt | Wait;
  readonly from: number;
  readonly to: number;
}

/** Attempts close to each other that are not shown one by one. */
export interface Rest {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A row with its label, and its task if it is of one only. */
export interface Row {
  readonly label: string;
  readonly life: Life | undefined;
  readonly items: readonly Item[];
  readonly rests: readonly Rest[];
}

/** All that a timeline shows. */
export interface Chart {
  readonly past: Past;
  readonly kind: "slot" | "task";
  readonly width: number;
  readonly rows: readonly Row[];
  readonly path: LongestPath;
  readonly notes: readonly string[];
}

/** Decides what is on a timeline of so many pixels' width. `lives` are those of the tasks of `past`. */
export function chartOf(past: Past, lives: readonly Life[], kind: "slot" | "task", width: number): Chart {
  const path = longestPathOf(past, lives);
  const shown = mostImportant(lives, new Set(path.tasks), kind);
  // What would be narrower than a pixel is not there, for the legend neither.
  const least = (past.endedAt - (past.startedAt ?? 0)) / width;
  // Without a start there is no axis to put anything on.
  const hasBegun = past.startedAt !== undefined;
  const drawn = !hasBegun ? [] : kind === "slot" ? slotRows(past, lives, shown, 2 * least) : taskRows(lives, shown);
  const isSeen = ({ span, from, to }: Item): boolean => span.kind === "attempt" || to - from >= least;
  const rows = drawn.map((row) => Object.assign(row, { items: row.items.filter(isSeen) }));
  return { past, kind, width, rows, path, notes: notesOf(past, lives, shown, { kind, rows: rows.length }) };
}

function taskRows(lives: readonly Life[], shown: ReadonlySet<Life>): Row[] {
  return lives
    .filter((life) => shown.has(life))
    .toSorted(byStart)
    .map((life) => ({
      label: `${LOOKS[life.task.state].glyph} ${life.task.name}`,
      life,
      items: life.spans.map((span) => ({ life, span, from: span.from, to: span.to })),
      rests: [],
    }));
}

// Where a slot was idle, the row says what the attempt that came next was waiting for.
function slotRows(past: Past, lives: readonly Life[], shown: ReadonlySet<Life>, close: number): Row[] {
  const attempts = attemptsOf(lives.filter(({ task }) => task._work !== undefined));
  const places = rowsFor(
    attempts,
    ({ span }) => span,
    ({ life }) => life,
    past.concurrency,
  );
  const rows: { items: Item[]; rests: Rest[] }[] = [];
  const ends: number[] = [];
  for (const [index, { life, span }] of attempts.entries()) {
    const place = places[index]!;
    const { items, rests } = (rows[place] ??= { items: [], rests: [] });
    const idleSince = ends[place] ?? -Infinity;
    ends[place] = span.to;
    if (!shown.has(life)) {
      const last = rests.at(-1);
      if (last?.to === idleSince && span.from - last.to < close)
        rests[rests.length - 1] = { from: last.from, to: span.to, count: last.count + 1 };
      else rests.push({ from: span.from, to: span.to, count: 1 });
      continue;
    }
    for (const wait of waitsBefore(life, span)) {
      if (wait.to > idleSince) items.push({ life, span: wait, from: Math.max(wait.from, idleSince), to: wait.to });
    }
    items.push({ life, span, from: span.from, to: span.to });
  }
  return rows.map(({ items, rests }, place) => ({ label: slotName(place, past), life: undefined, items, rests }));
}

function mostImportant(
  lives: readonly Life[],
  path: ReadonlySet<Task<unknown>>,
  kind: Chart["kind"],
): ReadonlySet<Life> {
  if (lives.length <= MOST_TASKS) return new Set(lives);
  const drawable = kind === "task" ? lives : lives.filter(({ spans }) => spans.some((span) => span.kind === "attempt"));
  const rank = ({ task, spans }: Life): number => {
    if (path.has(task)) return 3;
    return spans.some((span) => span.kind === "attempt" && span.end !== "DONE") ? 2 : 1;
  };
  const ranked = drawable.map((life) => ({ life, rank: rank(life), ms: runningMs(life) }));
  ranked.sort((a, b) => b.rank - a.rank || b.ms - a.ms || a.life.index - b.life.index);
  return new Set(ranked.slice(0, MOST_TASKS).map(({ life }) => life));
}

function notesOf(
  past: Past,
  lives: readonly Life[],
  shown: ReadonlySet<Life>,
  { kind, rows }: { kind: Chart["kind"]; rows: number },
): string[] {
  if (lives.length === 0) return [EMPTY_NOTE];
  if (past.startedAt === undefined) return [`Not started: ${amount(lives.length, "task")}`];
  const notes: string[] = [];
  const left = lives.filter((life) => !shown.has(life) && life.spans.some((span) => span.kind === "attempt"));
  if (shown.size < lives.length && left.length > 0) {
    const ms = left.reduce((sum, life) => sum + runningMs(life), 0);
    notes.push(
      `${amount(shown.size)} of ${amount(lives.length, "task")} are shown: the longest path, failures, and those that ran longest. ` +
        `The ${amount(left.length)} others that ran took ${duration(ms)} together.`,
    );
  }
  if (kind === "slot") notes.push(...slotNotes(past, lives, rows));
  return notes;
}

function slotNotes({ concurrency }: Past, lives: readonly Life[], rows: number): string[] {
  const idle = lives.filter(
    ({ task, spans }) => task._work !== undefined && spans.every(({ kind }) => kind !== "attempt"),
  );
  const of = (test: (life: Life) => boolean, words: string): string[] => {
    const count = idle.filter(test).length;
    return count === 0 ? [] : [`${amount(count)} ${words}`];
  };
  const reasons = [
    ...of(({ task, lostAt }) => lostAt !== undefined && task.state === "FAILED", "failed because of others"),
    ...of(({ task, lostAt }) => lostAt !== undefined && task.state === "CANCELLED", "cancelled"),
    ...of(({ task }) => task.state === "DONE", "done before"),
    ...of(({ task }) => !task.isSettled(), "not started"),
  ];
  const notes = reasons.length === 0 ? [] : [`Without an attempt: ${reasons.join(", ")}`];
  if (rows > 0 && rows < concurrency && concurrency !== Infinity)
    notes.push(`${rows} of ${concurrency} slots were used`);
  if (rows > concurrency) notes.push(BESIDE);
  return notes;
}
