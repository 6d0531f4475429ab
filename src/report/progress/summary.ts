// What is said when a run is over: one line for those who read nothing else, then the failures with what caused them.

import { causesOf } from "../../core/causes.ts";
import { BlockedError } from "../../core/errors.ts";
import { GLYPHS } from "../../core/signs.ts";
import { longestPath } from "../../core/summary.ts";
import type { Task } from "../../core/task.ts";
import { firstLine, nameText } from "./text.ts";
import { count, duration, errorLine, errorLines, MOST_CAUSES, tookOf, type Colors } from "./words.ts";

/** How a run stands when nobody looks at it any longer. */
export interface Outcome {
  readonly tasks: readonly Task[];
  readonly total: number;
  readonly done: number;
  /** Tasks that failed themselves, */
  readonly failed: readonly Task[];
  /** those that failed unrun, because of others, */
  readonly blocked: readonly Task[];
  readonly cancelled: number;
  /** and those that have not ended. */
  readonly unfinished: number;
  readonly wallMs: number;
  /** Of the chains of tasks that ran, the one that took longest. */
  readonly path: readonly { readonly task: Task; readonly ms: number }[];
  /** Why it stopped looking, if that was before the end: `the process ended by SIGINT`. */
  readonly stopped: string | undefined;
  /** What the run could not begin for. */
  readonly refused: unknown;
}

/** How many failures are told again at the end. */
const MOST_FAILURES = 20;
/** A greater graph is asked for its longest path only if the run took as many milliseconds as it has tasks, divided by this. */
const MOST_TASKS = 20_000;
const TASKS_PER_MS = 20;

/** Looks at every task once. */
export function outcomeOf(
  tasks: readonly Task[],
  startedAt: number,
  endedAt: number,
  how: Pick<Outcome, "stopped" | "refused">,
): Outcome {
  const lists = Map.groupBy(tasks, ({ state, error }) =>
    state === "FAILED" && error instanceof BlockedError ? "BLOCKED" : state,
  );
  const { failed, blocked } = { failed: lists.get("FAILED") ?? [], blocked: lists.get("BLOCKED") ?? [] };
  const [done, cancelled] = [lists.get("DONE")?.length ?? 0, lists.get("CANCELLED")?.length ?? 0];
  const unfinished = tasks.length - done - cancelled - failed.length - blocked.length;
  const wallMs = Math.max(0, endedAt - startedAt);
  const took = (task: Task): number | undefined => ((task.startedAt ?? -1) >= startedAt ? tookOf(task) : undefined);
  const isCheap = tasks.length <= MOST_TASKS || wallMs * TASKS_PER_MS >= tasks.length;
  const path = isCheap ? longestPath(tasks, took).map((task) => ({ task, ms: took(task) ?? 0 })) : [];
  return { ...how, tasks, total: tasks.length, done, failed, blocked, cancelled, unfinished, wallMs, path };
}

/** The summary, as lines for people. */
export function summaryLines(outcome: Outcome, colors: Colors): string[] {
  const lines = [headline(outcome, colors)];
  if (outcome.refused !== undefined) return [...lines, ...errorLines(outcome.refused).map((line) => `  ${line}`)];
  const { path, failed } = outcome;
  if (path.length > 1) lines.push(colors.dim(`  ${pathText(outcome)}`));
  for (const task of failed.slice(0, MOST_FAILURES)) lines.push(...failureLines(task, outcome, colors));
  if (failed.length > MOST_FAILURES) lines.push(colors.red(`  … and ${failed.length - MOST_FAILURES} more failed`));
  return lines;
}

/** A failed task: how, why, and what that was caused by. */
function failureLines(task: Task, { blocked }: Outcome, colors: Colors): string[] {
  const lines = [`  ${colors.red(`${GLYPHS.FAILED} ${nameText(task.name)}`)}: ${errorLine(task.error)}`];
  for (const cause of causesOf(task.error, MOST_CAUSES)) lines.push(colors.dim(`      caused by ${errorLine(cause)}`));
  const held = blocked.filter((other) => (other.error as BlockedError).blockers.includes(task));
  if (held.length > 0) lines.push(colors.dim(`      blocks ${listed(held)}`));
  return lines;
}

function headline(outcome: Outcome, colors: Colors): string {
  const { total, done, failed, blocked, cancelled, unfinished, wallMs, stopped, refused } = outcome;
  if (refused !== undefined) return colors.red(`${GLYPHS.FAILED} the run could not begin`);
  const time = `in ${duration(wallMs)}`;
  if (total === 0) return `no tasks ${time}`;
  if (done === total) return colors.green(`${GLYPHS.DONE} ${count(total, "task")} done ${time}`);
  const parts = [`${done.toLocaleString("en")} of ${count(total, "task")} done`];
  if (failed.length > 0) parts.push(`${failed.length.toLocaleString("en")} failed`);
  if (blocked.length > 0) parts.push(`${blocked.length.toLocaleString("en")} blocked`);
  if (cancelled > 0) parts.push(`${cancelled.toLocaleString("en")} cancelled`);
  if (unfinished > 0) parts.push(`${unfinished.toLocaleString("en")} unfinished`);
  const why = stopped === undefined ? "" : ` (${stopped})`;
  const paint = failed.length > 0 ? colors.red : colors.yellow;
  return paint(`${failed.length > 0 ? GLYPHS.FAILED : GLYPHS.CANCELLED} ${parts.join(", ")} ${time}${why}`);
}

function pathText({ path }: Outcome): string {
  const ms = path.reduce((sum, step) => sum + step.ms, 0);
  const names = path.map(({ task }) => nameText(task.name));
  const shown = names.length > 7 ? [...names.slice(0, 3), `… ${names.length - 6} more …`, ...names.slice(-3)] : names;
  return `the longest path took ${duration(ms)}: ${shown.map((name) => firstLine(name)).join(" → ")}`;
}

function listed(tasks: readonly Task[]): string {
  const names = tasks.slice(0, 3).map(({ name }) => nameText(name));
  return tasks.length <= 3 ? names.join(", ") : `${names.join(", ")} and ${count(tasks.length - 3, "other")}`;
}
