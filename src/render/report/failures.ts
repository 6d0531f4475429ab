// The failures of a report: what failed by itself, with its stack and the attempts before, and who was lost because of it.

import { causesOf } from "../../core/causes.ts";
import { CancelledError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import { duration } from "../duration.ts";
import { printable, shorten } from "../text.ts";
import type { Attempt, Life } from "../time/lives.ts";
import { amount, errorText } from "../words.ts";
import { htmlText, nameText, stateText } from "./html.ts";
import type { Facts } from "./summary.ts";

type AnyTask = Task<unknown>;

const MOST_FAILURES = 100;
const MOST_BLOCKED = 20;
const MOST_CAUSES = 5;
const STACK_LENGTH = 8000;

/** The section "Failures": nothing if there are none. */
export function failuresSection(facts: Facts): string {
  const lifeOf = new Map(facts.lives.map((life) => [life.task, life]));
  const isLost = (task: AnyTask): boolean => lifeOf.get(task)?.lostAt !== undefined;
  // What was lost by others comes under those.
  const roots = facts.lives.filter(({ task }) => {
    if (task.state !== "FAILED" && task.state !== "CANCELLED") return false;
    return !isLost(task) || !task.prerequisites.some(({ state }) => state === "FAILED" || state === "CANCELLED");
  });
  roots.sort((a, b) => rank(a) - rank(b) || a.index - b.index);
  if (roots.length === 0) return "";
  const told = roots.slice(0, MOST_FAILURES).map((life) => failure(life, facts, blockedBy(life.task, isLost)));
  const more = roots.length - told.length;
  if (more > 0) told.push(`<p>${amount(more, "more task")} failed or cancelled: see the table of tasks.</p>`);
  const heading = roots[0]!.task.state === "FAILED" ? "Failures" : "Cancelled";
  return `<section aria-labelledby="failures">\n<h2 id="failures">${heading}</h2>\n${told.join("\n")}\n</section>`;
}

function rank({ task }: Life): number {
  return task.state === "FAILED" ? 0 : 1;
}

function failure({ task, index, spans }: Life, { past }: Facts, blocked: readonly AnyTask[]): string {
  const attempts = spans.filter((span): span is Attempt => span.kind === "attempt");
  const last = attempts.at(-1);
  const when = last === undefined ? "without an attempt" : whenOf(last, past.startedAt ?? 0);
  const earlier = attempts.slice(0, -1).filter(({ error }) => error !== undefined);
  const parts = [`<pre tabindex="0" aria-label="Error">${htmlText(stackOf(task.error))}</pre>`];
  if (earlier.length > 0) {
    const items = earlier.map(
      (each) => `<li>${whenOf(each, past.startedAt ?? 0)}: ${htmlText(errorText(each.error))}</li>`,
    );
    parts.push(
      `<details><summary>${amount(earlier.length, "attempt")} before</summary><ul>${items.join("")}</ul></details>`,
    );
  }
  if (blocked.length > 0) {
    const names = blocked.slice(0, MOST_BLOCKED).map(({ name }) => `<li>${nameText(name)}</li>`);
    if (blocked.length > MOST_BLOCKED) names.push(`<li>and ${amount(blocked.length - MOST_BLOCKED)} more</li>`);
    parts.push(
      `<p>${amount(blocked.length, "task")} could not run because of it:</p>\n<ul class="names">${names.join("")}</ul>`,
    );
  }
  const heading = `<h3>${stateText(task.state)} <a href="#task-${index}">${nameText(task.name)}</a></h3>`;
  return `<article class="${task.state}">\n${heading}\n<p class="when">${when}</p>\n${parts.join("\n")}\n</article>`;
}

function whenOf({ attempt, from, to }: Attempt, startedAt: number): string {
  return `attempt ${attempt}, begun at ${duration(from - startedAt)}, ended after ${duration(to - from)}`;
}

// All that was lost by way of others, nearer ones first.
function blockedBy(task: AnyTask, isLost: (task: AnyTask) => boolean): AnyTask[] {
  const found = new Set([task]);
  for (const each of found) for (const dependent of each.dependents) if (isLost(dependent)) found.add(dependent);
  return [...found].slice(1);
}

/**
 * The stack of an error with those of its causes; where something was cancelled, ours would tell nobody anything. Whatever was
 * thrown, this does not throw.
 */
function stackOf(error: unknown): string {
  const stacks = [error, ...causesOf(error, MOST_CAUSES - 1)].map(ownStackOf);
  return stacks.map((stack) => printable(shorten(stack, STACK_LENGTH))).join("\ncaused by ");
}

function ownStackOf(error: unknown): string {
  try {
    const { stack } = Object(error) as { stack?: unknown };
    const isTold = typeof stack === "string" && stack !== "" && !(error instanceof CancelledError);
    return isTold ? withMessage(stack, error) : errorText(error);
  } catch {
    return "an error that cannot be shown";
  }
}

// A stack was written when the error was made; its message may have changed since.
function withMessage(stack: string, error: unknown): string {
  const { message } = error as Partial<Error>;
  return typeof message === "string" && !stack.includes(message) ? `${errorText(error)}\n${stack}` : stack;
}
