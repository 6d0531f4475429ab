// The results as pictures: µs per task against the number of tasks, and what each contender costs as a multiple of ours.

import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { TITLES } from "./contenders/contender.ts";
import type { Kind } from "./functions.ts";
import { costOf, type Row } from "./report.ts";
import { SHAPES, type Shape } from "./shapes.ts";

interface Point {
  readonly contender: string;
  readonly shape: Shape;
  readonly n: number;
  readonly us: number;
}

const TITLE_ORDER = Object.values(TITLES).map(({ title }) => title);
const COLORS = ["#d62728", "#1f77b4", "#7f7f7f", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b", "#17becf", "#bcbd22"];

function pointsOf(rows: readonly Row[], kind: Kind): Point[] {
  return rows
    .filter((row) => row.kind === kind && row.outcomes.length > 0)
    .flatMap((row) => {
      const cost = costOf(row);
      if (typeof cost === "string") return [];
      return { contender: TITLES[row.contender].title, shape: row.shape, n: row.n, us: cost.total };
    })
    .toSorted((a, b) => a.n - b.n);
}

/** µs per task against the number of tasks, a panel for each shape; both axes are logarithmic. */
export function plotTimes(rows: readonly Row[], kind: Kind): string {
  const points = pointsOf(rows, kind);
  return draw(
    {
      width: 1100,
      height: 420,
      x: { type: "log", label: "tasks", tickFormat: "~s", ticks: [...new Set(points.map(({ n }) => n))] },
      y: { type: "log", label: "µs per task", grid: true, tickFormat: "~g" },
      marks: [
        Plot.frame({ stroke: "#ddd" }),
        Plot.lineY(points, {
          x: "n",
          y: "us",
          stroke: "contender",
          strokeWidth: ({ contender }: Point) => (contender === TITLES.ours.title ? 3 : 1.5),
          fx: "shape",
          marker: "dot",
        }),
      ],
    },
    TITLE_ORDER.filter((title) => points.some(({ contender }) => contender === title)),
  );
}

/** For `n` tasks, what each contender costs divided by what ours costs; bars to the right of 1 cost more. */
export function plotRatios(rows: readonly Row[], kind: Kind, n: number): string {
  const points = pointsOf(rows, kind).filter((point) => point.n === n);
  const ours = new Map(points.filter((p) => p.contender === TITLES.ours.title).map((p) => [p.shape, p.us]));
  const ratios = points
    .filter((p) => p.contender !== TITLES.ours.title && ours.has(p.shape))
    .map(({ contender, shape, us }) => ({ contender, shape, ratio: us / ours.get(shape)! }));
  return draw({
    width: 1100,
    height: 300,
    marginLeft: 170,
    x: { type: "log", label: "cost as a multiple of thence's", tickFormat: "~g", grid: true },
    y: { label: null, domain: TITLE_ORDER.filter((title) => ratios.some(({ contender }) => contender === title)) },
    marks: [
      Plot.barX(ratios, { x1: 1, x2: "ratio", y: "contender", fx: "shape", fill: "contender" }),
      Plot.ruleX([1], { stroke: COLORS[0]! }),
    ],
  });
}

/** The little of a document that is used here; the types of browsers are not for the rest of the repository. */
interface Element {
  textContent: string;
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  append(child: Element): void;
}
interface Document {
  createElementNS(namespace: string, name: string): Element;
}

const SVG = "http://www.w3.org/2000/svg";

// The legend is part of the picture, so that the file is a plain SVG.
function draw(options: Plot.PlotOptions, legend: readonly string[] = []): string {
  const { document } = parseHTML("<!doctype html><html></html>") as unknown as { document: Document };
  const { width = 800, height = 400 } = options;
  const plot = Plot.plot({
    document: document as never,
    style: { background: "white", fontFamily: "system-ui, sans-serif" },
    marginTop: 50,
    fx: { domain: SHAPES, label: null, padding: 0.12 },
    color: { domain: TITLE_ORDER, range: COLORS },
    ...options,
  }) as unknown as Element;
  plot.setAttribute("xmlns", SVG);
  plot.setAttribute("viewBox", `0 -30 ${width} ${height + 30}`);
  plot.setAttribute("height", String(height + 30));
  let x = 10;
  for (const title of legend) {
    const text = document.createElementNS(SVG, "text");
    for (const [name, value] of Object.entries({ x: String(x), y: "-10", "text-anchor": "start", "font-size": "12" })) {
      text.setAttribute(name, value);
    }
    text.setAttribute("fill", COLORS[TITLE_ORDER.indexOf(title)]!);
    text.textContent = `● ${title}`;
    plot.append(text);
    x += 30 + 6.2 * title.length;
  }
  return `${plot.outerHTML}\n`;
}
