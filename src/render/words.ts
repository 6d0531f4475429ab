// What is said about a task, an edge and a whole picture where there is room for words: in tooltips and titles.
// Nothing depends on the time of drawing, so that the same graph gives the same words.

import { describe } from "../core/check.ts";
import { STATES, type State } from "../core/machine.ts";
import type { Task } from "../core/task.ts";
import { duration } from "./duration.ts";
import { isolated, oneLine, printable, shorten } from "./text.ts";
import { LOOKS } from "./theme.ts";

const NAME_LENGTH = 2000;
const NAME_LENGTH_IN_EDGE = 100;
const MESSAGE_LENGTH = 1000;
const MOST_FAILED = 5;

/** All that is told about a task beside its box: its whole name, then state, attempts and duration, then its error. */
export function taskTitle(task: Task): string {
  const lines = [oneLine(task.name, NAME_LENGTH), facts(task).join(" · ")];
  if (task.error !== undefined || task.state === "FAILED") lines.push(errorText(task.error));
  return lines.join("\n");
}

/** An edge in words: the two names. */
export function edgeTitle(from: { readonly name: string }, to: { readonly name: string }): string {
  return `${isolated(oneLine(from.name, NAME_LENGTH_IN_EDGE))} → ${isolated(oneLine(to.name, NAME_LENGTH_IN_EDGE))}`;
}

/** A number of things: `1 task`, `5,000 tasks`; without a word, the number alone. */
export function amount(count: number, one?: string, many = `${one}s`): string {
  const number = count.toLocaleString("en-US");
  return one === undefined ? number : `${number} ${count === 1 ? one : many}`;
}

/** How many tasks are in each state, states without any left out, in the order of a life. */
export function statesOf(tasks: Iterable<Task>): [State, number][] {
  const counts = new Map<State, number>();
  for (const { state } of tasks) counts.set(state, (counts.get(state) ?? 0) + 1);
  return STATES.filter((state) => counts.has(state)).map((state) => [state, counts.get(state) as number]);
}

/** A whole picture in words: how many tasks, and how many in each state. */
export function pictureTitle(tasks: readonly Task[]): string {
  const states = statesOf(tasks).map(([state, count]) => `${amount(count)} ${state}`);
  return `${amount(tasks.length, "task")}: ${states.join(", ")}`;
}

/** Several tasks in words: the name that they have together, how many are in which state, and what failed. */
export function groupTitle(name: string, tasks: readonly Task[]): string {
  const lines = [oneLine(name, NAME_LENGTH), pictureTitle(tasks)];
  const failed = tasks.filter(({ state }) => state === "FAILED");
  for (const { name: each, error } of failed.slice(0, MOST_FAILED)) {
    lines.push(
      `${LOOKS.FAILED.glyph} ${isolated(oneLine(each, NAME_LENGTH_IN_EDGE))}: ${errorText(error).split("\n")[0]}`,
    );
  }
  if (failed.length > MOST_FAILED) lines.push(`and ${amount(failed.length - MOST_FAILED)} more FAILED`);
  return lines.join("\n");
}

function facts({ state, attempts, startedAt, endedAt, group }: Task): string[] {
  const told: string[] = [state];
  if (attempts > 0)
    told.push(state === "RUNNING" ? `attempt ${attempts}` : `${attempts} attempt${attempts === 1 ? "" : "s"}`);
  if (state === "RUNNING" && startedAt !== undefined) told.push(`since ${new Date(startedAt).toISOString()}`);
  else if (startedAt !== undefined && endedAt !== undefined) told.push(duration(endedAt - startedAt));
  if (group !== undefined) told.push(`group ${isolated(oneLine(group, NAME_LENGTH_IN_EDGE))}`);
  return told;
}

/** What an error says, with its name; harmless whatever it is, at most 1,000 characters. */
export function errorText(error: unknown): string {
  try {
    return printable(shorten(messageOf(error), MESSAGE_LENGTH));
  } catch {
    return "an error that cannot be shown";
  }
}

// By its members, not its class: it may come from another realm.
function messageOf(error: unknown): string {
  if (typeof error === "string") return error;
  const { name = "Error", message } = Object(error) as Partial<Error>;
  if (typeof message !== "string") return describe(error);
  return message === "" ? name : `${name}: ${message}`;
}
