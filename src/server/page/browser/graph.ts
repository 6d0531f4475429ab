// The graph, which changes its colours as the run goes on. It is laid out by the server and only when it has grown; the states are
// shown by the classes of its nodes. Where tasks share a box, as in large graphs, it is fetched anew from time to time instead.

/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

import type { State } from "../../../core/machine.ts";
import { LOOKS } from "../../../render/theme.ts";
import type { Status } from "../wire.ts";
import { atMostEvery, beforePaint, byId, make, setText } from "./dom.ts";
import type { Filter } from "./filter.ts";
import type { LiveTask, Model, View } from "./model.ts";
import type { Selection } from "./selection.ts";
import { fetchPicture } from "./svg.ts";
import type { Viewport } from "./viewport.ts";
import { count, factsOf } from "./words.ts";

/** Milliseconds between two layouts, and between two pictures of a graph with shared boxes. */
const LAYOUT = 1_000;
const SHARED = 3_000;
/** Milliseconds between two times that nodes become faint. */
const FILTER = 300;
const GLYPHS = new Set(Object.values(LOOKS).map(({ glyph }) => glyph));

/** The picture of the graph. */
export class GraphView implements View {
  readonly #model: Model;
  readonly #filter: Filter;
  readonly #selection: Selection;
  readonly #viewport: Viewport;
  readonly #nodes = new Map<number, SVGGElement>();
  readonly #stale = new Set<LiveTask>();
  #shape = 0;
  #isShared = false;
  #asked = 0;
  #direction: "LR" | "TB" = "LR";
  readonly #paint: () => void = beforePaint(() => this.#recolor());
  readonly #fetch: () => void = atMostEvery(LAYOUT, () => void this.#load());
  readonly #fetchShared: () => void = atMostEvery(SHARED, () => void this.#load());

  constructor(model: Model, filter: Filter, selection: Selection, viewport: Viewport) {
    this.#model = model;
    this.#filter = filter;
    this.#selection = selection;
    this.#viewport = viewport;
    viewport.frame.addEventListener("click", (event) => {
      const node = (event.target as Element).closest<SVGGElement>("g.node");
      const { task, group } = node?.dataset ?? {};
      if (task !== undefined) selection.set(Number(task), false);
      else if (group !== undefined) filter.showGroup(group);
    });
    selection.onChange((index) => this.#mark(index, true));
    if (viewport.frame.clientWidth < viewport.frame.clientHeight) this.#direction = "TB";
  }

  begin(): void {
    this.#shape = 0;
  }

  status({ shape }: Status): void {
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#fetch();
  }

  changed(tasks: readonly LiveTask[]): void {
    for (const task of tasks) this.#stale.add(task);
    this.#paint();
    if (this.#isShared) this.#fetchShared();
  }

  /** Lets the arrows lead the other way. */
  turn(): void {
    this.#direction = this.#direction === "LR" ? "TB" : "LR";
    void this.#load().then(() => this.#viewport.fit());
  }

  /** Shows what the filter lets pass, and the rest faintly; not with every letter, since it means drawing all anew. */
  readonly filter: () => void = atMostEvery(FILTER, () => this.#faint());

  #faint(): void {
    const isShown = this.#filter.test();
    const isAll = this.#filter.isEmpty;
    for (const [index, node] of this.#nodes) {
      const task = this.#model.tasks[index];
      node.classList.toggle("faint", !isAll && task !== undefined && !isShown(task));
    }
  }

  async #load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const svg = await fetchPicture(`graph.svg?direction=${this.#direction}`);
      // An answer to an earlier question may come late.
      if (asked === this.#asked) this.#show(svg);
    } catch (error) {
      if (this.#viewport.svg !== undefined) return;
      byId("graph").replaceChildren(make("p", { class: "hint" }, (error as Error).message));
    }
  }

  #show(svg: SVGSVGElement): void {
    this.#nodes.clear();
    for (const node of svg.querySelectorAll<SVGGElement>("g.node[data-task]")) {
      this.#nodes.set(Number(node.dataset["task"]), node);
    }
    this.#isShared = this.#nodes.size < this.#model.tasks.length;
    svg.setAttribute("role", "img");
    const what = `${count(this.#model.tasks.length, "task")} and what they require. The list of tasks tells the same in words.`;
    svg.setAttribute("aria-label", `The graph of ${what}`);
    this.#viewport.show(svg);
    for (const task of this.#model.tasks) this.#stale.add(task);
    this.#recolor();
    this.#mark(this.#selection.index, false);
  }

  #recolor(): void {
    for (const task of this.#stale) {
      const node = this.#nodes.get(task.index);
      if (node !== undefined) setState(node, task);
    }
    this.#stale.clear();
    if (!this.#filter.isEmpty) this.filter();
  }

  #mark(index: number | undefined, reveals: boolean): void {
    for (const node of this.#viewport.frame.querySelectorAll("g.node.open")) node.classList.remove("open");
    const node = index === undefined ? undefined : this.#nodes.get(index);
    node?.classList.add("open");
    if (node !== undefined && reveals) this.#viewport.reveal(node);
  }
}

function setState(node: SVGGElement, task: LiveTask): void {
  const { state } = task;
  if (!node.classList.contains(state)) {
    for (const other of Object.keys(LOOKS)) node.classList.remove(other);
    node.classList.add(state);
    setGlyph(node, state);
  }
  const title = node.querySelector("title");
  // The name is there in full, which is more than the page was told.
  if (title !== null) setText(title, [title.textContent.split("\n")[0], ...factsOf(task)].join("\n"));
}

// The sign of the state is the first character of the label.
function setGlyph(node: SVGGElement, state: State): void {
  const label = node.querySelector("text");
  const [first = "", ...rest] = label?.textContent ?? "";
  if (label !== null && GLYPHS.has(first)) label.textContent = LOOKS[state].glyph + rest.join("");
}
