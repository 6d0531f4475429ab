// The pictures of the page: the graph, drawn anew only when tasks or edges were added (colours are the page's affair), and the
// timeline, at most once a second. Whoever asks meanwhile gets the one that is being drawn.

import { Run } from "../../core/run.ts";
import type { Direction } from "../../render/options.ts";
import { toSVG } from "../../render/svg.ts";
import { toTimeline } from "../../render/timeline.ts";
import type { Watch } from "./watch.ts";

/** Milliseconds for which a timeline is good enough for everybody. */
const FRESH = 500;

/** A drawing that several may ask for at once. */
class Drawing {
  readonly #draw: () => Promise<string>;
  #version: number | undefined;
  #svg: Promise<string> | undefined;

  constructor(draw: () => Promise<string>) {
    this.#draw = draw;
  }

  /** The picture for a version: another one is drawn when the version is another. */
  at(version: number): Promise<string> {
    if (this.#svg === undefined || this.#version !== version) {
      this.#version = version;
      this.#svg = this.#draw();
      this.#svg.catch(() => (this.#svg = undefined));
    }
    return this.#svg;
  }
}

/** The pictures of what a watch sees. */
export class Pictures {
  readonly #watch: Watch;
  readonly #graphs = new Map<Direction, Drawing>();
  #timeline: { readonly key: string; readonly svg: string } | undefined;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** The graph as SVG; its nodes carry the indexes of their tasks. */
  graph(direction: Direction): Promise<string> {
    let drawing = this.#graphs.get(direction);
    if (drawing === undefined) {
      drawing = new Drawing(() => toSVG(this.#watch.roll.tasks, { direction, reduce: true }));
      this.#graphs.set(direction, drawing);
    }
    return drawing.at(this.#watch.shape);
  }

  /** The timeline as SVG, of some width in pixels; several pages at the same time get the same one. */
  timeline(wanted: number): string {
    const width = Number.isFinite(wanted) ? Math.min(2_000, Math.max(400, Math.round(wanted))) : 1_000;
    const moment = Math.floor(Date.now() / FRESH);
    const key = `${width} ${moment}`;
    if (this.#timeline?.key === key) return this.#timeline.svg;
    const { roll, status } = this.#watch;
    const { concurrency, resources } = roll.source;
    const { startedAt, endedAt } = status;
    const requested = roll.source instanceof Run ? { requested: roll.source.requested, startedAt, endedAt } : {};
    const svg = toTimeline({ tasks: roll.tasks, concurrency, resources, ...requested }, { width });
    this.#timeline = { key, svg };
    return svg;
  }
}
