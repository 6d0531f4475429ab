// What the panel is made of: a head that is always there, and sections, of which each is made anew only when its content is another.

/// <reference lib="dom" />

import { isolated } from "../../../render/text.ts";
import type { Details } from "../wire.ts";
import { make } from "./dom.ts";
import type { LiveTask } from "./model.ts";
import { errorSection, historySection, linksSection, logSection } from "./sections.ts";
import { badge } from "./words.ts";

/** The parts of the panel of one task. */
export interface Parts {
  readonly index: number;
  readonly head: HTMLElement;
  readonly body: HTMLElement;
  readonly title: HTMLElement;
  readonly state: HTMLElement;
  readonly time: HTMLElement;
  readonly progress: HTMLElement;
  readonly bar: HTMLProgressElement;
  readonly said: HTMLElement;
  readonly problem: HTMLElement;
  readonly cancel: HTMLButtonElement;
  readonly retry: HTMLButtonElement;
  readonly facts: HTMLElement;
  /** All sections by title, in order; those that have nothing to tell are hidden. */
  readonly sections: ReadonlyMap<Title, HTMLElement>;
  /** What each section was made of. */
  readonly contents: Map<Title, string>;
}

const TITLES = ["Error", "Blocked by", "Waits for", "Log", "Requires", "Required by", "History"] as const;
type Title = (typeof TITLES)[number];

/** The panel of a task of which no more is known than the list tells. */
export function partsFor(task: LiveTask, onAction: (action: "cancel" | "retry") => void): Parts {
  const button = (action: "cancel" | "retry", text: string): HTMLButtonElement => {
    const element = make("button", { type: "button" }, text);
    element.hidden = true;
    element.addEventListener("click", () => onAction(action));
    return element;
  };
  const bar = make("progress", { "aria-label": "Progress" });
  const said = make("span");
  const parts: Parts = {
    index: task.index,
    head: make("div", { class: "head" }),
    body: make("div", { class: "body" }),
    title: make("h2", { id: "panel-title", tabindex: "-1" }, task.name),
    state: badge(task.state),
    time: make("span", { class: "time" }),
    progress: make("p", { class: "progress" }, bar, said),
    bar,
    said,
    problem: make("p", { class: "problem", role: "alert" }),
    cancel: button("cancel", "Cancel"),
    retry: button("retry", "Retry"),
    facts: make("p", { class: "facts" }),
    sections: new Map(TITLES.map((title) => [title, make("section", { role: "group", "aria-label": title })])),
    contents: new Map(),
  };
  for (const section of parts.sections.values()) section.hidden = true;
  parts.body.append(...parts.sections.values());
  parts.progress.hidden = parts.problem.hidden = true;
  const close = make("button", { type: "button", class: "close", "aria-label": "Close", title: "Close (Escape)" }, "×");
  parts.head.append(
    make("div", { class: "title" }, parts.title, close),
    make("p", { class: "standing" }, parts.state, parts.time),
    parts.facts,
    parts.progress,
    make("div", { class: "actions" }, parts.cancel, parts.retry),
    parts.problem,
  );
  return parts;
}

/** Shows what the server has told about the task. */
export function fill(parts: Parts, details: Details): void {
  const { name, group, job, result, canCancel, canRetry, more } = details;
  if (parts.title.textContent !== name) parts.title.textContent = name;
  moveFocus(parts, canCancel, canRetry);
  const facts = [
    group === undefined ? undefined : `group ${isolated(group)}`,
    job === undefined ? undefined : `job ${job}`,
    result === undefined ? undefined : `result ${result}`,
  ];
  parts.facts.textContent = facts.filter((fact) => fact !== undefined).join(" · ");
  parts.facts.hidden = parts.facts.textContent === "";
  const isOver = details.state === "FAILED" || details.state === "CANCELLED";
  const { error, blockers, log, forgotten, requires, dependents, history } = details;
  show(parts, "Error", error, errorSection);
  show(parts, "Blocked by", isOver && blockers.length > 0 ? blockers : undefined, (links) => linksSection(links, 0));
  show(parts, "Waits for", !isOver && blockers.length > 0 ? blockers : undefined, (links) => linksSection(links, 0));
  show(parts, "Log", log.length > 0 ? { log, forgotten } : undefined, logSection);
  show(parts, "Requires", requires.length > 0 ? requires : undefined, (links) => linksSection(links, more.requires));
  show(parts, "Required by", dependents.length > 0 ? dependents : undefined, (links) =>
    linksSection(links, more.dependents),
  );
  show(parts, "History", history.length > 0 ? history : undefined, historySection);
}

// The focus must not fall off a button that goes away: it goes to the other one, or to the title.
function moveFocus({ cancel, retry, title }: Parts, canCancel: boolean, canRetry: boolean): void {
  const focused = document.activeElement;
  cancel.hidden = !canCancel;
  retry.hidden = !canRetry;
  if (focused !== cancel && focused !== retry) return;
  if (!(focused as HTMLElement).hidden) return;
  (canRetry ? retry : canCancel ? cancel : title).focus();
}

function show<T>(
  parts: Parts,
  title: Title,
  content: T | undefined,
  element: (content: T, old: HTMLElement) => Node[],
): void {
  const section = parts.sections.get(title) as HTMLElement;
  const json = JSON.stringify(content) ?? "";
  if (parts.contents.get(title) === json) return;
  parts.contents.set(title, json);
  section.hidden = content === undefined;
  if (content === undefined) section.replaceChildren();
  else {
    const focused = section.contains(document.activeElement)
      ? placeOf(document.activeElement as HTMLElement)
      : undefined;
    section.replaceChildren(make("h3", {}, title), ...element(content, section));
    if (focused !== undefined) section.querySelector<HTMLElement>(focused)?.focus();
  }
}

// How to find an element again after its section was made anew.
function placeOf(element: HTMLElement): string {
  const { task } = element.dataset;
  return task === undefined ? element.localName : `[data-task="${task}"]`;
}
