// Numbers and times in words, as short as they are still clear.

/// <reference lib="dom" />

import type { State } from "../../../core/machine.ts";
import { duration } from "../../../render/duration.ts";
import { isolated } from "../../../render/text.ts";
import { LOOKS } from "../../../render/theme.ts";
import type { Fraction } from "../wire.ts";
import { make } from "./dom.ts";
import type { LiveTask } from "./model.ts";

/** Like {@link duration}, for what is still going on: without what changes too fast to be read. */
export function elapsed(ms: number): string {
  return ms < 1_000 ? "0 s" : ms < 60_000 ? `${Math.floor(ms / 1_000)} s` : duration(ms);
}

/** How long a task's last attempt took, or has been taking. */
export function timeOf({ state, startedAt, endedAt }: LiveTask, now: number): string {
  if (startedAt === null) return "";
  if (state === "RUNNING") return elapsed(now - startedAt);
  return endedAt === null ? "" : duration(endedAt - startedAt);
}

/** What the pictures tell of a task below its name: state, attempts, time and group on a line, then its error. */
export function factsOf({ state, attempts, startedAt, endedAt, group, error }: LiveTask): string[] {
  const facts: string[] = [state];
  if (attempts > 0) facts.push(state === "RUNNING" ? `attempt ${attempts}` : count(attempts, "attempt"));
  if (startedAt !== null && state === "RUNNING") facts.push(`since ${new Date(startedAt).toISOString()}`);
  else if (startedAt !== null && endedAt !== null) facts.push(duration(endedAt - startedAt));
  if (group !== undefined) facts.push(`group ${isolated(group)}`);
  return error === null ? [facts.join(" · ")] : [facts.join(" · "), error];
}

/** How far a task has come, from 0 to 1: nothing of nothing is all. */
export function partOf([value, total]: Fraction): number {
  return total > 0 ? Math.min(1, value / total) : 1;
}

/** `1 task`, `2 tasks`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** A state with its sign, in its colours. */
export function badge(state: State): HTMLElement {
  const element = make("span");
  setBadge(element, state);
  return element;
}

/** Makes a badge show another state. */
export function setBadge(element: HTMLElement, state: State): void {
  if (element.dataset["state"] === state) return;
  element.dataset["state"] = state;
  element.className = `badge ${state}`;
  element.replaceChildren(make("span", { "aria-hidden": "true" }, LOOKS[state].glyph), state.toLowerCase());
}
