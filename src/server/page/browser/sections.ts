// The sections of the panel: an error, a list of tasks, a log, a history.

/// <reference lib="dom" />

import { duration } from "../../../render/duration.ts";
import type { Details, Failure, Link, Past } from "../wire.ts";
import { make } from "./dom.ts";
import { badge, count } from "./words.ts";

/** An error with its stack and causes. */
export function errorSection({ message, stack, code, causes }: Failure): Node[] {
  const details =
    stack === undefined ? undefined : make("details", {}, make("summary", {}, "Stack"), scrolled("Stack", stack));
  return [
    make("p", { class: "message" }, message),
    ...(code === undefined ? [] : [make("p", { class: "facts" }, `code ${code}`)]),
    ...causes.map((cause) => make("p", { class: "message cause" }, `caused by ${cause}`)),
    ...(details === undefined ? [] : [details]),
  ];
}

/** Tasks, each a link that opens it. */
export function linksSection(links: readonly Link[], more: number): Node[] {
  const list = make("ul", { class: "links" });
  for (const { index, name, state, size } of links) {
    const link =
      index === undefined
        ? make("span", { class: "name" }, name)
        : make("button", { type: "button", class: "name", "data-task": String(index) }, name);
    const note = size === undefined ? undefined : make("span", { class: "note" }, size);
    list.append(make("li", {}, badge(state), link, note));
  }
  return more === 0 ? [list] : [list, make("p", { class: "facts" }, `and ${count(more, "more task")}`)];
}

/** The lines of a log, scrolled to its end unless the reader was elsewhere. */
export function logSection({ log, forgotten }: Pick<Details, "log" | "forgotten">, old: HTMLElement): Node[] {
  const before = old.querySelector("pre");
  const isAtEnd = before === null || before.scrollTop + before.clientHeight >= before.scrollHeight - 4;
  const place = before?.scrollTop ?? 0;
  const lines = scrolled("Log", log.join("\n"));
  requestAnimationFrame(() => lines.scrollTo(0, isAtEnd ? lines.scrollHeight : place));
  return forgotten === 0 ? [lines] : [make("p", { class: "facts" }, `${count(forgotten, "line")} before these`), lines];
}

/** What the task has been through. */
export function historySection(history: readonly Past[]): Node[] {
  const start = history[0]?.at ?? 0;
  const rows = history.map(({ from, event, to, at, attempt, error }) =>
    make(
      "tr",
      {},
      make("td", { class: "number" }, `+${duration(at - start)}`),
      make("td", {}, `${from.toLowerCase()} → `, badge(to)),
      make(
        "td",
        {},
        `${event}${attempt > 0 ? `, attempt ${attempt}` : ""}`,
        error === undefined ? undefined : make("span", { class: "message" }, error),
      ),
    ),
  );
  const headings = ["At", "Change", "By"].map((heading) => make("th", { scope: "col" }, heading));
  const since = make("p", { class: "facts" }, `since ${new Date(start).toLocaleString()}`);
  return [
    since,
    make("table", { class: "history" }, make("thead", {}, make("tr", {}, ...headings)), make("tbody", {}, ...rows)),
  ];
}

// Text in a frame of its own; the keyboard must be able to scroll it.
function scrolled(label: string, text: string): HTMLPreElement {
  return make("pre", { tabindex: "0", role: "region", "aria-label": label }, text);
}
