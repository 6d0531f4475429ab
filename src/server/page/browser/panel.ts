// All about one task. It is fetched when it is opened, and again when the task has changed, at most twice a second; what did not change
// stays as it is, so that neither the focus nor the place in a log is lost.

/// <reference lib="dom" />

import type { Details } from "../wire.ts";
import { atMostEvery, byId, setText } from "./dom.ts";
import type { LiveTask, Model, View } from "./model.ts";
import { fill, partsFor, type Parts } from "./panel-parts.ts";
import type { Selection } from "./selection.ts";
import { ask } from "./stream.ts";
import { count, partOf, setBadge, timeOf } from "./words.ts";

const REFRESH = 500;

/** The panel of the task that is open. */
export class Panel implements View {
  readonly #model: Model;
  readonly #selection: Selection;
  readonly #panel = byId("panel");
  readonly #refresh: () => void = atMostEvery(REFRESH, () => void this.#load());
  #parts: Parts | undefined;

  /** Calls back with the task when it is closed, so that the focus can go back to where it came from. */
  constructor(model: Model, selection: Selection, onClose: (index: number) => void) {
    this.#model = model;
    this.#selection = selection;
    selection.onChange((index, takesFocus) => {
      this.#open(index);
      if (takesFocus) this.#parts?.title.focus();
    });
    this.#panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#close(onClose);
    });
    this.#panel.addEventListener("click", (event) => {
      const target = event.target as HTMLElement;
      const task = target.closest<HTMLElement>("[data-task]")?.dataset["task"];
      if (task !== undefined) selection.set(Number(task), true);
      else if (target.closest(".close") !== null) this.#close(onClose);
    });
    setInterval(() => this.#tick(), 1_000);
  }

  described(tasks: readonly LiveTask[]): void {
    if (this.#parts === undefined && this.#selection.index !== undefined) this.#open(this.#selection.index);
    this.changed(tasks);
  }

  changed(tasks: readonly LiveTask[]): void {
    const { index } = this.#selection;
    const task = index === undefined ? undefined : this.#model.tasks[index];
    if (task === undefined) return;
    // The sizes of inputs and what it waits for change with its neighbours.
    if (tasks.some((other) => other.index === index || task.requires.includes(other.index))) this.#refresh();
  }

  #close(onClose: (index: number) => void): void {
    const { index } = this.#selection;
    this.#selection.set(undefined, false);
    if (index !== undefined) onClose(index);
  }

  #open(index: number | undefined): void {
    const task = index === undefined ? undefined : this.#model.tasks[index];
    this.#panel.hidden = task === undefined;
    if (task === undefined) {
      this.#parts = undefined;
      this.#panel.replaceChildren();
      return;
    }
    if (this.#parts?.index === task.index) return;
    this.#parts = partsFor(task, (action) => void this.#act(action));
    this.#panel.replaceChildren(this.#parts.head, this.#parts.body);
    this.#panel.scrollTop = 0;
    this.#tick();
    void this.#load();
  }

  async #act(action: string): Promise<void> {
    const parts = this.#parts;
    if (parts === undefined) return;
    const problem = await ask(`tasks/${parts.index}/${action}`);
    setText(parts.problem, problem ?? "");
    parts.problem.hidden = problem === undefined;
    await this.#load();
  }

  async #load(): Promise<void> {
    const { index } = this.#selection;
    if (index === undefined) return;
    let details: Details;
    try {
      const response = await fetch(`tasks/${index}`);
      if (!response.ok) return;
      details = (await response.json()) as Details;
    } catch {
      return;
    }
    if (this.#parts?.index === details.index && this.#selection.index === details.index) fill(this.#parts, details);
    this.#tick();
  }

  #tick(): void {
    const task = this.#model.tasks[this.#parts?.index ?? -1];
    if (this.#parts === undefined || task === undefined) return;
    setBadge(this.#parts.state, task.state);
    const tries = task.attempts > 1 ? ` · ${count(task.attempts, "attempt")}` : "";
    setText(this.#parts.time, timeOf(task, this.#model.now()) + tries);
    const progress = task.state === "RUNNING" ? task.progress : null;
    this.#parts.progress.hidden = progress === null;
    this.#parts.bar.value = progress === null ? 0 : partOf(progress);
    setText(this.#parts.said, progress?.[2] ?? "");
  }
}
