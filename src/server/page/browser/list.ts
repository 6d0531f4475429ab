// The list of tasks: a table to every screen reader, though its rows are laid out one by one, since a browser takes long to balance
// the columns of thousands. It holds the first two thousand tasks that the filter lets pass, and is one stop for the keyboard, which
// arrow keys move. A row is made once and only changed after that.

/// <reference lib="dom" />

import { beforePaint, byId, make, setText } from "./dom.ts";
import type { Filter } from "./filter.ts";
import type { LiveTask, Model, View } from "./model.ts";
import type { Selection } from "./selection.ts";
import { badge, count, partOf, setBadge, timeOf } from "./words.ts";

const MOST_ROWS = 2_000;
const PAGE = 10;

interface Row {
  readonly element: HTMLTableRowElement;
  readonly button: HTMLButtonElement;
  readonly badge: HTMLElement;
  readonly note: HTMLElement;
  readonly time: HTMLElement;
}

/** The table of tasks. */
export class List implements View {
  readonly #model: Model;
  readonly #filter: Filter;
  readonly #selection: Selection;
  readonly #body = byId("list");
  readonly #none = byId("none");
  readonly #rows = new Map<number, Row>();
  /** The indexes that are shown, in order. */
  #shown: readonly number[] = [];
  /** The one stop for the keyboard. */
  #stop: number | undefined;
  readonly #stale = new Set<LiveTask>();
  #isWhole = false;
  readonly draw: () => void = beforePaint(() => this.#draw());

  constructor(model: Model, filter: Filter, selection: Selection) {
    this.#model = model;
    this.#filter = filter;
    this.#selection = selection;
    this.#body.addEventListener("keydown", (event) => this.#onKey(event));
    this.#body.addEventListener("click", (event) => {
      const row = (event.target as Element).closest("tr");
      if (row !== null) selection.set(Number(row.dataset["task"]), true);
    });
    this.#body.addEventListener("focusin", (event) => {
      const row = (event.target as Element).closest("tr");
      if (row !== null) this.#stopAt(Number(row.dataset["task"]));
    });
    selection.onChange((index) => this.#mark(index));
    setInterval(() => this.#tick(), 1_000);
  }

  begin(): void {
    this.#rows.clear();
    this.#body.replaceChildren();
    this.filter();
  }

  described(tasks: readonly LiveTask[]): void {
    this.changed(tasks);
    this.filter();
  }

  changed(tasks: readonly LiveTask[]): void {
    for (const task of tasks) this.#stale.add(task);
    if (!this.#filter.isEmpty) this.#isWhole = true;
    this.draw();
  }

  /** Shows what the filter lets pass now. */
  filter(): void {
    this.#isWhole = true;
    this.draw();
  }

  /** Puts the focus on a task's row. */
  focus(index: number): void {
    this.#rows.get(index)?.button.focus();
  }

  #draw(): void {
    if (this.#isWhole) this.#rebuild();
    this.#isWhole = false;
    const now = this.#model.now();
    for (const task of this.#stale) this.#update(task, now);
    this.#stale.clear();
  }

  #rebuild(): void {
    const isShown = this.#filter.test();
    const { tasks } = this.#model;
    const matching = tasks.filter(isShown);
    const shown = matching.slice(0, MOST_ROWS).map(({ index }) => index);
    const hidden = matching.length - shown.length;
    setText(
      this.#none,
      matching.length === 0
        ? tasks.length === 0
          ? "There are no tasks."
          : "No task is like that."
        : `${count(hidden, "more task")}: filter by name or state to see others.`,
    );
    this.#none.hidden = matching.length > 0 && hidden === 0;
    if (shown.length === this.#shown.length && shown.every((index, k) => index === this.#shown[k])) {
      if (this.#body.childElementCount === shown.length) return;
    }
    const focused = (document.activeElement?.closest("#list tr") as HTMLElement | null)?.dataset["task"];
    this.#shown = shown;
    this.#body.replaceChildren(...shown.map((index) => this.#rowOf(index).element));
    if (this.#stop === undefined || !shown.includes(this.#stop)) this.#stopAt(shown[0]);
    if (focused !== undefined) this.focus(Number(focused));
  }

  #rowOf(index: number): Row {
    const known = this.#rows.get(index);
    if (known !== undefined) return known;
    const task = this.#model.tasks[index] as LiveTask;
    const button = make("button", { type: "button", class: "name", tabindex: "-1", title: task.name }, task.name);
    const row: Row = {
      element: make("tr", { role: "row", "data-task": String(index) }),
      button,
      badge: badge(task.state),
      note: make("span", { class: "note" }),
      time: make("td", { role: "cell", class: "number" }),
    };
    const group = task.group === undefined ? undefined : make("span", { class: "group" }, task.group);
    row.element.append(
      make("th", { role: "rowheader", scope: "row" }, button, group),
      make("td", { role: "cell" }, row.badge, row.note),
      row.time,
    );
    this.#rows.set(index, row);
    if (index === this.#selection.index) this.#mark(index);
    this.#update(task, this.#model.now());
    return row;
  }

  #update(task: LiveTask, now: number): void {
    const row = this.#rows.get(task.index);
    if (row === undefined) return;
    setBadge(row.badge, task.state);
    const notes: string[] = [];
    if (task.attempts > 1) notes.push(`×${task.attempts}`);
    const { state, progress } = task;
    if (state === "RUNNING" && progress !== null) notes.push(`${Math.floor(partOf(progress) * 100)} %`);
    setText(row.note, notes.join(" "));
    setText(row.time, timeOf(task, now));
  }

  // Those that run count their seconds.
  #tick(): void {
    const now = this.#model.now();
    for (const index of this.#shown) {
      const task = this.#model.tasks[index];
      if (task?.state === "RUNNING") this.#update(task, now);
    }
  }

  #stopAt(index: number | undefined): void {
    if (this.#stop !== undefined) this.#rows.get(this.#stop)?.button.setAttribute("tabindex", "-1");
    this.#stop = index;
    if (index !== undefined) this.#rows.get(index)?.button.setAttribute("tabindex", "0");
  }

  #mark(index: number | undefined): void {
    for (const row of this.#body.querySelectorAll("tr.open")) {
      row.classList.remove("open");
      row.querySelector("button")?.removeAttribute("aria-current");
    }
    const row = index === undefined ? undefined : this.#rows.get(index);
    if (row === undefined) return;
    row.element.classList.add("open");
    row.button.setAttribute("aria-current", "true");
    row.element.scrollIntoView({ block: "nearest" });
  }

  #onKey(event: KeyboardEvent): void {
    const place = this.#shown.indexOf(this.#stop ?? -1);
    const last = this.#shown.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: place + 1,
      ArrowUp: place - 1,
      PageDown: place + PAGE,
      PageUp: place - PAGE,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.focus(this.#shown[Math.min(last, Math.max(0, to))] as number);
  }
}
