// What is said about tasks, errors and times while a run goes on, the same in every kind of display.

import type picocolors from "picocolors";
import { BlockedError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import { firstLine, nameText, plainLines } from "./text.ts";

/** Minutes. */
const DAY = 1440;
const MOST_LINES = 10;

/** How many causes of an error are told. */
export const MOST_CAUSES = 5;

/** What paints text, or leaves it as it is. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** A time as people say it: `0.8 s`, `12 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`; milliseconds below a tenth of a second. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (ms < 99.5) return `${Math.round(Math.max(0, ms))} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < DAY) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The time in whole seconds that have passed: `0 s`, `9 s`, `2 min 5 s`. */
export function wholeSeconds(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  return seconds < 60 ? `${seconds} s` : duration(seconds * 1000);
}

/** `1 task`, `12,000 tasks`. */
export function count(amount: number, one: string, more: string = `${one}s`): string {
  return `${amount.toLocaleString("en")} ${amount === 1 ? one : more}`;
}

/** An error on one line: its message, after its name if that says more than `Error`. */
export function errorLine(error: unknown): string {
  return firstLine(messageOf(error)) || "an error without a message";
}

/** An error's message on as many lines as it has, at most ten. */
export function errorLines(error: unknown): string[] {
  const lines = plainLines(messageOf(error));
  if (lines.length <= MOST_LINES) return lines.join("") === "" ? [errorLine(error)] : lines;
  return [...lines.slice(0, MOST_LINES - 1), `… and ${lines.length - MOST_LINES + 1} more lines`];
}

/** The tasks that kept another from running, by their names: `upload, compile and 3 others`. */
export function blockersOf(error: unknown): string {
  if (!(error instanceof BlockedError)) return "";
  const names = error.blockers.slice(0, 2).map(({ name }) => nameText(name));
  const others = error.blockers.length - names.length;
  return others === 0 ? names.join(" and ") : `${names.join(", ")} and ${count(others, "other")}`;
}

/** How long a task's last attempt took; `undefined` if it never ran. */
export function tookOf({ startedAt, endedAt }: Task): number | undefined {
  return startedAt === undefined || endedAt === undefined ? undefined : Math.max(0, endedAt - startedAt);
}

/** An error's message, after its name if that says more than `Error`. By its members: it may come from another realm. */
export function messageOf(error: unknown): string {
  try {
    if (typeof error !== "object" || error === null) return String(error);
    const { name, message } = error as { name?: unknown; message?: unknown };
    if (typeof message !== "string") return "an object that is no error";
    const told = message.trim();
    const kind = typeof name === "string" ? name : "";
    if (told === "") return kind === "" ? "Error" : kind;
    return kind === "Error" || kind === "" ? told : `${kind}: ${told}`;
  } catch {
    return "an error that cannot be shown";
  }
}
