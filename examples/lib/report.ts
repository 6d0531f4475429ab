// What the build prints: a line for each step as it ends, a line for each retry, and what came of it all.

import { relative } from "node:path";
import { styleText } from "node:util";
import { BlockedError, type Summary, type Task, type Transition } from "thence";

const colours = { DONE: "green", FAILED: "red", CANCELLED: "gray" } as const;

/** `DONE        812 ms  check types` */
export function printFinished(step: Task): void {
  const { state, name, startedAt, endedAt } = step;
  const colour = state in colours ? colours[state as keyof typeof colours] : "white";
  const time = startedAt === undefined || endedAt === undefined ? "not run" : `${Math.round(endedAt - startedAt)} ms`;
  const reason = state === "FAILED" ? `  ${reasonFor(step)}` : "";
  console.log(`${styleText(colour, state.padEnd(9))} ${time.padStart(9)}  ${name}${reason}`);
}

/** `retry                smoke test: connection refused` */
export function printRetry({ task, event, detail }: Transition): void {
  if (event !== "retry") return;
  console.log(`${styleText("yellow", "retry".padEnd(19))}  ${task.name}: ${firstLine(detail.error)}`);
}

/** The failures with their reasons, then what came of it, and the line that sums up. */
export function printSummary({ done, failed, cancelled, wallMs, criticalPath }: Summary, out: string): void {
  const roots = failed.filter((step) => !(step.error instanceof BlockedError));
  // A step that made further tasks fails with the very error of the one that failed: that is one story, told once.
  for (const [error, steps] of Map.groupBy(roots, (step) => step.error)) {
    console.log(`\n${namesOf(steps)} failed: ${messageOf(error)}`);
    const dependents = failed.filter((step) => steps.some((root) => rootsOf(step).has(root)));
    if (dependents.length > 0) console.log(`failed because of it: ${namesOf(dependents)}`);
  }

  const place = relative(process.cwd(), out) || ".";
  const released = failed.length + cancelled.length === 0;
  const outcome = released
    ? `${place}/package is new`
    : `not released (${failed.length} failed, ${cancelled.length} cancelled): ${place}/package is as it was`;
  console.log(`\n${outcome}; picture in ${place}/graph.svg`);

  const tasks = done.length + failed.length + cancelled.length;
  const path = criticalPath.map(({ task }) => task.name).join(" → ");
  const length = criticalPath.reduce((sum, { ms }) => sum + ms, 0);
  console.log(`${tasks} tasks in ${seconds(wallMs)}; longest path ${path} ${seconds(length)}`);
}

function reasonFor(step: Task): string {
  if (step.error instanceof BlockedError) return `because of ${namesOf([...rootsOf(step)])}`;
  return firstLine(step.error);
}

/** The tasks whose own failure made this one fail; empty for a task that failed by itself. */
function rootsOf(step: Task): Set<Task> {
  const roots = new Set<Task>();
  // A Set visits also what is added on the way, and nothing twice.
  const blockers = new Set(step.error instanceof BlockedError ? step.error.blockers : []);
  for (const blocker of blockers) {
    if (!(blocker.error instanceof BlockedError)) roots.add(blocker);
    else for (const further of blocker.error.blockers) blockers.add(further);
  }
  return roots;
}

function namesOf(steps: Task[]): string {
  const inOrderOfCreation = steps.toSorted((one, other) => one.id - other.id);
  return inOrderOfCreation.map(({ name }) => name).join(", ");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function firstLine(error: unknown): string {
  const [line = ""] = messageOf(error).split("\n", 1);
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
