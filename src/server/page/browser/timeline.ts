// The timeline, drawn by the server: fetched again once a second while it is looked at and something goes on.

/// <reference lib="dom" />

import { byId, make } from "./dom.ts";
import type { Model, View } from "./model.ts";
import type { Selection } from "./selection.ts";
import { fetchPicture } from "./svg.ts";
import type { Viewport } from "./viewport.ts";

const AGAIN = 1_000;

/** The picture of what ran when. */
export class TimelineView implements View {
  readonly #model: Model;
  readonly #viewport: Viewport;
  #isStale = true;
  #isLoading = false;

  constructor(model: Model, selection: Selection, viewport: Viewport) {
    this.#model = model;
    this.#viewport = viewport;
    viewport.frame.addEventListener("click", (event) => {
      const bar = (event.target as Element).closest("[data-task]");
      if (bar instanceof SVGElement) selection.set(Number(bar.dataset["task"]), false);
    });
    setInterval(() => this.refresh(), AGAIN);
  }

  changed(): void {
    this.#isStale = true;
  }

  described(): void {
    this.#isStale = true;
  }

  /** Fetches it again, if it is looked at and has changed. */
  refresh(): void {
    const { frame } = this.#viewport;
    if (frame.hidden || document.hidden || this.#isLoading) return;
    if (this.#isStale || this.#model.isGoing) void this.#load();
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    this.#isStale = false;
    try {
      const width = Math.max(400, Math.min(1_600, this.#viewport.frame.clientWidth - 16));
      const svg = await fetchPicture(`timeline.svg?width=${width}`);
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", "What ran when. The list of tasks tells the same in words.");
      this.#viewport.show(svg);
    } catch (error) {
      if (this.#viewport.svg === undefined) {
        byId("timeline").replaceChildren(make("p", { class: "hint" }, (error as Error).message));
      }
    }
    this.#isLoading = false;
  }
}
