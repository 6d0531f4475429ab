// The pictures of the page: the graph, drawn anew only when tasks or edges were added (colours are the page's affair), and the
// timeline, at most once a second. Whoever asks meanwhile gets the one that is being drawn.

import { setTimeout as sleep } from "node:timers/promises";
import { Run } from "../../core/run.ts";
import type { Direction } from "../../render/options.ts";
import { toSVG } from "../../render/svg.ts";
import { toTimeline } from "../../render/timeline.ts";
import type { Watch } from "./watch.ts";

/** Milliseconds for which a timeline is good enough for everybody. */
const FRESH = 500;
/** How long a timeline, or a graph whose boxes are shared, is not drawn anew: so many times what it took, within these milliseconds. */
const REST = 20;
const SHARED = 2_000;
const MOST_REST = 5_000;

/** A graph as a picture, which several pages may ask for at once. */
class Drawing {
  readonly #watch: Watch;
  readonly #direction: Direction;
  #svg: Promise<string> | undefined;
  #isDrawing = false;
  /** What was drawn: tasks and edges of this version and, where tasks share a box, their states of that one. */
  #shape = 0;
  #version = 0;
  #isShared = false;
  #restsUntil = 0;

  constructor(watch: Watch, direction: Direction) {
    this.#watch = watch;
    this.#direction = direction;
  }

  /** The picture. It may take a while to be drawn anew, but it never shows less than what was known when it was asked for. */
  svg(): Promise<string> {
    const { shape, version } = this.#watch;
    const isStale = this.#isShared && !this.#isDrawing && this.#version !== version;
    if (this.#svg !== undefined && this.#shape === shape && !isStale) return this.#svg;
    const rest = this.#shape === shape ? this.#restsUntil - performance.now() : 0;
    this.#shape = shape;
    this.#svg = this.#draw(Math.max(0, rest));
    this.#svg.catch(() => (this.#svg = undefined));
    return this.#svg;
  }

  async #draw(rest: number): Promise<string> {
    this.#isDrawing = true;
    try {
      if (rest > 0) await sleep(rest, undefined, { ref: false });
      const { version, roll } = this.#watch;
      const start = performance.now();
      const svg = await toSVG(roll.tasks, { direction: this.#direction, reduce: true });
      const end = performance.now();
      const nodes = svg.match(/<g [^>]*data-task="/g)?.length ?? 0;
      this.#version = version;
      this.#isShared = nodes < roll.tasks.length;
      this.#restsUntil = end + Math.min(MOST_REST, Math.max(SHARED, REST * (end - start)));
      return svg;
    } finally {
      this.#isDrawing = false;
    }
  }
}

/** The pictures of what a watch sees. */
export class Pictures {
  readonly #watch: Watch;
  readonly #graphs = new Map<Direction, Drawing>();
  #timeline: { readonly key: string; readonly svg: string } | undefined;
  #restsUntil = 0;

  constructor(watch: Watch) {
    this.#watch = watch;
  }

  /** The graph as SVG; its nodes carry the indexes of their tasks. */
  graph(direction: Direction): Promise<string> {
    let drawing = this.#graphs.get(direction);
    if (drawing === undefined) {
      drawing = new Drawing(this.#watch, direction);
      this.#graphs.set(direction, drawing);
    }
    return drawing.svg();
  }

  /** The timeline as SVG, of some width in pixels; several pages at the same time get the same one. A large one waits for its turn. */
  async timeline(wanted: number): Promise<string> {
    const width = Number.isFinite(wanted) ? Math.min(2_000, Math.max(400, Math.round(wanted))) : 1_000;
    for (let rest = this.#rest(); rest > 0; rest = this.#rest()) await sleep(rest, undefined, { ref: false });
    const moment = Math.floor(Date.now() / FRESH);
    const key = `${width} ${moment}`;
    if (this.#timeline?.key === key) return this.#timeline.svg;
    const { roll, status } = this.#watch;
    const { concurrency, resources } = roll.source;
    const { startedAt, endedAt } = status;
    const requested = roll.source instanceof Run ? { requested: roll.source.requested, startedAt, endedAt } : {};
    const start = performance.now();
    const svg = toTimeline({ tasks: roll.tasks, concurrency, resources, ...requested }, { width });
    const end = performance.now();
    this.#restsUntil = end + Math.min(MOST_REST, REST * (end - start));
    this.#timeline = { key, svg };
    return svg;
  }

  #rest(): number {
    return this.#restsUntil - performance.now();
  }
}
