// One picture of a run that goes on, as lines of a terminal: the running tasks, the latest line of a log, and how things stand.
// Whatever the width, a line is never wider; whatever the number of tasks, only those are looked at for which there is room.

import cliTruncate from "cli-truncate";
import stringWidth from "string-width";
import type { Progress } from "../../core/events.ts";
import { GLYPHS } from "../../core/signs.ts";
import type { Task } from "../../core/task.ts";
import type { Tally } from "./tally.ts";
import { firstLine, nameText } from "./text.ts";
import { duration, wholeSeconds, type Colors } from "./words.ts";

/** What a frame is drawn of. */
export interface View {
  readonly tally: Tally;
  readonly colors: Colors;
  readonly now: number;
  /** Milliseconds since the beginning, */
  readonly elapsed: number;
  /** until the end, if that is known, */
  readonly left: number | undefined;
  /** and how many tasks have ended per second lately. */
  readonly rate: number | undefined;
  /** How wide the names were in the frame before, so that columns do not jump about. */
  readonly steady: { names: number };
}

const MOST_ROWS = 20;
const BAR = 12;
/** From so many columns on there are bars, and wide ones; below the last nothing is wasted on blanks. */
const WIDE = 60;
const VERY_WIDE = 100;
const NARROW = 40;

/** The lines of a frame, none of them wider than `columns`, and no more than `rows`. */
export function frame(view: View, columns: number, rows: number): string[] {
  const { tally, colors } = view;
  const lines = rows > 1 ? runningLines(view, columns, Math.min(rows - (rows > 3 ? 2 : 1), MOST_ROWS)) : [];
  if (rows > 3 && tally.lastLog !== undefined) {
    const { task, line } = tally.lastLog;
    lines.push(`${colors.dim("│")} ${colors.cyan(nameText(task.name))} ${colors.dim("│")} ${firstLine(line)}`);
  }
  lines.push(statusLine(view, columns));
  return lines.map((line) => cliTruncate(line, columns));
}

function runningLines(view: View, columns: number, rows: number): string[] {
  const { tally, colors, now } = view;
  const { running, progress } = tally;
  const room = running.size > rows ? rows - 1 : rows;
  const shown = [...running.values().take(room)].map((task) => ({ task, name: nameText(task.name) }));
  const widest = Math.max(0, ...shown.map(({ name }) => stringWidth(name)));
  const width = Math.min(Math.max(widest, view.steady.names), Math.max(6, Math.floor(columns * 0.35)));
  view.steady.names = width;
  const lines = shown.map(({ task, name }) => {
    const short = cliTruncate(name, width, { position: "middle" });
    const padded = short + " ".repeat(Math.max(0, width - stringWidth(short)));
    const time = runningTime(now - (task.startedAt ?? now)).padStart(columns < NARROW ? 5 : 7);
    return `${colors.yellow(GLYPHS.RUNNING)} ${padded} ${colors.dim(time)}${details(task, progress.get(task), columns, colors)}`;
  });
  if (running.size > room) {
    const more = (running.size - room).toLocaleString("en");
    lines.push(colors.dim(shown.length === 0 ? `${GLYPHS.RUNNING} ${more} running` : `… and ${more} more`));
  }
  return lines;
}

function details(task: Task, progress: Progress | undefined, columns: number, colors: Colors): string {
  const attempt = task.attempts > 1 ? colors.yellow(` attempt ${task.attempts}`) : "";
  if (progress === undefined) return attempt === "" ? "" : ` ${attempt}`;
  const { value, total, message } = progress;
  const part = fraction(value, total);
  const meter = columns < WIDE ? "" : `  ${bar(part, BAR, colors)}`;
  const amount = total === 1 ? "" : ` ${value.toLocaleString("en")}/${total.toLocaleString("en")}`;
  const text = message === undefined ? "" : `  ${firstLine(message)}`;
  return `${meter} ${percent(part).padStart(columns < NARROW ? 3 : 4)}${colors.dim(amount)}${attempt}${text}`;
}

// No milliseconds: nobody can read what changes ten times a second.
function runningTime(ms: number): string {
  return ms < 99.5 ? "0.0 s" : duration(ms);
}

/** How far a task has come, from 0 to 1. */
export function fraction(value: number, total: number): number {
  return total > 0 ? Math.min(1, value / total) : 1;
}

/** `52%`: 100 only at the very end. */
export function percent(part: number): string {
  return `${Math.floor(part * 100)}%`;
}

function bar(part: number, width: number, colors: Colors): string {
  const full = Math.floor(part * width);
  return colors.green("━".repeat(full)) + colors.dim("─".repeat(width - full));
}

/** A piece of the status line; where there is little room those of the greatest number are left out first. */
interface Piece {
  readonly text: string;
  readonly number: number;
}

function statusLine(view: View, columns: number): string {
  const { tally, colors } = view;
  const { ended, total } = tally;
  const width = columns < VERY_WIDE ? BAR : BAR * 2;
  const meter = columns < WIDE ? "" : `${bar(fraction(ended, total), width, colors)} `;
  const pieces = statusPieces(view);
  const line = (): string => meter + pieces.map(({ text }) => text).join(colors.dim(" · "));
  while (pieces.length > 1 && stringWidth(line()) > columns) {
    const last = Math.max(...pieces.map(({ number }) => number));
    pieces.splice(
      pieces.findIndex(({ number }) => number === last),
      1,
    );
  }
  return line();
}

function statusPieces({ tally, colors, left, rate, elapsed }: View): Piece[] {
  const { counts, ended, total, blocked } = tally;
  const waiting = counts.PENDING + counts.PREPARE;
  const pieces: Piece[] = [];
  const add = (number: number, amount: number, word: string, paint: (text: string) => string): void => {
    if (amount > 0) pieces.push({ number, text: paint(`${amount.toLocaleString("en")} ${word}`) });
  };
  pieces.push({ number: 0, text: colors.bold(`${ended.toLocaleString("en")}/${total.toLocaleString("en")}`) });
  add(1, counts.FAILED - blocked, "failed", colors.red);
  add(5, blocked, "blocked", colors.red);
  add(6, counts.CANCELLED, "cancelled", colors.dim);
  add(3, tally.running.size, "running", colors.yellow);
  add(7, counts.QUEUED, "queued", colors.blue);
  add(8, waiting, "waiting", (text) => text);
  if (rate !== undefined) pieces.push({ number: 9, text: colors.dim(rateText(rate)) });
  pieces.push({ number: 4, text: colors.dim(wholeSeconds(elapsed)) });
  if (left !== undefined) pieces.push({ number: 2, text: `about ${wholeSeconds(Math.max(1000, left + 500))} left` });
  return pieces;
}

function rateText(rate: number): string {
  if (rate < 1) return `${Math.round(rate * 60)}/min`;
  return rate < 10 ? `${rate.toFixed(1)}/s` : `${Math.round(rate).toLocaleString("en")}/s`;
}
