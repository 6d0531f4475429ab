// What is written once and stays: how a task ended, failed or is tried again, and what it has logged.

import type { Transition } from "../../core/events.ts";
import { GLYPHS } from "../../core/signs.ts";
import type { Task } from "../../core/task.ts";
import { nameText, plainLines } from "./text.ts";
import { blockersOf, count, duration, errorLines, tookOf, type Colors } from "./words.ts";

/** A failure, a retry, or another end of a task, with the message of the error if there is one. */
export function newsLines({ task, event, to, attempt, detail }: Transition, colors: Colors): string[] {
  const name = nameText(task.name);
  if (event === "retry") {
    return withMessage(`${colors.yellow(`↻ ${name}`)} ${colors.dim(`attempt ${attempt} failed`)}`, detail.error);
  }
  const took = tookOf(task);
  const facts = [took === undefined ? "" : duration(took), attempt > 1 ? count(attempt, "attempt") : ""];
  const told = facts.filter((fact) => fact !== "").join(", ");
  const after = told === "" ? "" : ` ${colors.dim(told)}`;
  if (detail.because !== undefined) {
    const whose = to === "FAILED" ? `blocked by ${blockersOf(task.error)}` : "cancelled with what it requires";
    return [`${colors.dim(`${GLYPHS.CANCELLED} ${name}`)} ${whose}`];
  }
  if (to === "DONE") return [`${colors.green(GLYPHS.DONE)} ${name}${after}`];
  if (to === "FAILED") return withMessage(`${colors.red(`${GLYPHS.FAILED} ${name}`)}${after}`, task.error);
  return [`${colors.dim(`${GLYPHS.CANCELLED} ${name}`)} cancelled${after}`];
}

/** What a task has logged, each line after its name. */
export function logLines(text: string, task: Task, colors: Colors): string[] {
  const name = nameText(task.name);
  return plainLines(text).map((line) => `${colors.cyan(name)} ${colors.dim("│")} ${line}`);
}

function withMessage(line: string, error: unknown): string[] {
  const [first = "", ...more] = errorLines(error);
  return [`${line}: ${first}`, ...more.map((text) => `    ${text}`)];
}
