// How the run stands: in a line, as a bar, in the window's title, and now and then in words for those who do not see it.

/// <reference lib="dom" />

import type { State } from "../../../core/machine.ts";
import { duration } from "../../../render/duration.ts";
import { LOOKS } from "../../../render/theme.ts";
import type { Status } from "../wire.ts";
import { byId, make, setText } from "./dom.ts";
import type { Model, View } from "./model.ts";
import { count, elapsed } from "./words.ts";

/** Milliseconds between two announcements. */
const ANNOUNCE = 5_000;
/** From left to right on the bar. */
const ORDER: readonly State[] = ["DONE", "FAILED", "CANCELLED", "RUNNING", "QUEUED", "PENDING", "PREPARE"];
const WORDS: Readonly<Record<State, string>> = {
  DONE: "done",
  FAILED: "failed",
  CANCELLED: "cancelled",
  RUNNING: "running",
  QUEUED: "queued",
  PENDING: "waiting",
  PREPARE: "in preparation",
};

/** The head of the page. */
export class SummaryView implements View {
  readonly #model: Model;
  readonly #parts = new Map<State, HTMLElement>();
  #announced = "";
  #failures = 0;

  constructor(model: Model) {
    this.#model = model;
    for (const state of ORDER) this.#parts.set(state, make("span", { class: `part ${state}` }));
    byId("bar").append(...this.#parts.values());
    setInterval(() => this.#tell(), 1_000);
    setInterval(() => this.#announce(), ANNOUNCE);
  }

  begin(): void {
    setText(byId("title"), this.#model.hello?.title ?? "");
  }

  status({ counts, problem, endedAt }: Status): void {
    const total = totalOf(counts);
    for (const [state, part] of this.#parts) part.style.flexGrow = String((counts[state] ?? 0) / Math.max(1, total));
    const { FAILED = 0, CANCELLED = 0, PENDING = 0, PREPARE = 0 } = counts;
    byId("cancel-all").hidden = !this.#model.isGoing && (endedAt !== undefined || PENDING + PREPARE === 0);
    byId("retry-all").hidden = FAILED + CANCELLED === 0 || this.#model.isGoing;
    const notice = byId("notice");
    // What an action or the connection has to say stays, until that does.
    if ((notice.dataset["kind"] ?? "") === "") {
      notice.hidden = problem === undefined;
      setText(notice, problem ?? "");
    }
    this.#tell();
    if (FAILED > this.#failures) this.#announce();
    this.#failures = FAILED;
    if (!this.#model.isGoing) this.#announce();
  }

  #tell(): void {
    const { counts } = this.#model.status;
    const total = totalOf(counts);
    const { DONE = 0 } = counts;
    const time = this.#time();
    setText(byId("standing"), `${inWords(counts)}${time === "" ? "" : ` · ${time}`}`);
    const title = this.#model.hello?.title ?? "thence";
    const whole = total === 0 ? title : `${LOOKS[this.#state(total)].glyph} ${DONE}/${total} ${title}`;
    if (document.title !== whole) document.title = whole;
  }

  // That of the run as a whole, in terms of those of tasks.
  #state(total: number): State {
    const { DONE = 0, FAILED = 0, CANCELLED = 0 } = this.#model.status.counts;
    if (this.#model.isGoing) return "RUNNING";
    if (FAILED > 0) return "FAILED";
    if (CANCELLED > 0) return "CANCELLED";
    return DONE === total ? "DONE" : "PENDING";
  }

  #time(): string {
    let { startedAt, endedAt } = this.#model.status;
    if (startedAt === undefined) {
      for (const task of this.#model.tasks) {
        if (task.startedAt !== null) startedAt = Math.min(startedAt ?? Infinity, task.startedAt);
        if (task.endedAt !== null && !this.#model.isGoing) endedAt = Math.max(endedAt ?? 0, task.endedAt);
      }
    }
    if (startedAt === undefined) return "not started";
    return endedAt === undefined
      ? elapsed(this.#model.now() - startedAt)
      : `ended after ${duration(endedAt - startedAt)}`;
  }

  #announce(): void {
    const words = inWords(this.#model.status.counts);
    if (words === this.#announced) return;
    this.#announced = words;
    setText(byId("announcements"), words);
  }
}

function totalOf(counts: Status["counts"]): number {
  return Object.values(counts).reduce((sum, number) => sum + number, 0);
}

function inWords(counts: Status["counts"]): string {
  const total = totalOf(counts);
  if (total === 0) return "no tasks";
  const parts = ORDER.filter((state) => (counts[state] ?? 0) > 0).map(
    (state) => `${(counts[state] ?? 0).toLocaleString("en")} ${WORDS[state]}`,
  );
  return `${count(total, "task")}: ${parts.join(", ")}`;
}
