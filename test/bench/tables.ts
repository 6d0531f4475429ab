// The results as Markdown, for people: what a task costs, and ours as a part of theirs.

import { TITLES, type ContenderName } from "./contenders/contender.ts";
import type { Kind } from "./functions.ts";
import { Costs, geometricMean, type Cost, type Results } from "./report.ts";
import { SHAPES, type Shape } from "./shapes.ts";

/** Tables are read in terminals too, so their columns are aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(" | ")} |`;
  const rule = widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

function number(value: number | undefined): string {
  if (value === undefined) return "";
  return value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** One line a contender, one column a shape. */
export function costTable(costs: Costs, part: keyof Cost): string {
  const contenders = (Object.keys(TITLES) as ContenderName[]).filter((name) => costs.has(name));
  const rows = contenders.map((name) => {
    const cells = SHAPES.map((shape) => costs.cell(name, shape));
    return [TITLES[name].title].concat(
      cells.map((cell) => (typeof cell === "object" ? number(cell[part]) : (cell ?? ""))),
    );
  });
  return table(["", ...SHAPES], rows);
}

/** Ours divided by theirs; below 1 means that ours is cheaper. The last column is the geometric mean. */
export function ratioTable(costs: Costs): string {
  const ratios = (title: string, of: (shape: Shape) => number | undefined): string[] => {
    const values = SHAPES.map(of);
    const known = values.filter((value) => value !== undefined);
    return [title, ...values.map(number), known.length === 0 ? "" : number(geometricMean(known))];
  };
  const peers = costs.peers;
  const best = (shape: Shape): number | undefined => {
    const known = peers.map((name) => costs.ratio(name, shape)).filter((ratio) => ratio !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  };
  const rows = [
    ...peers.map((name) => ratios(TITLES[name].title, (shape) => costs.ratio(name, shape))),
    ratios("best peer of the shape", best),
    ratios("the limit", (shape) => costs.ratio("limit", shape)),
    ratios("the limit, running alone", (shape) => costs.ratio("limit", shape, "run")),
  ];
  return table(["thence divided by …", ...SHAPES, "mean"], rows);
}

/** The page that goes with the JSON file. */
export function page({ machine, versions, date, rows }: Results): string {
  const { cpu, cores, memoryGiB, os, node } = machine;
  const parts = [
    "# What a task costs",
    `Graphs of functions that do nothing, at most 16 at once; each measurement in a fresh process, medians of ${repetitions(rows)} repetitions.`,
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${os}, Node ${node}; ${date}.`,
    `Versions: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}.`,
    "Which targets this meets, and why not the others: [findings](findings.md). Schedules: [quality](quality.md). Jobs: [queues](queues.md). Looking at a run: [observers](observers.md).",
  ];
  for (const kind of ["async", "sync"] satisfies Kind[]) {
    const numbers = [...new Set(rows.filter((row) => row.kind === kind).map(({ n }) => n))].toSorted((a, b) => a - b);
    if (numbers.length === 0) continue;
    parts.push(`## ${kind === "async" ? "Async" : "Sync"} functions`);
    parts.push(`![µs per task](time-${kind}.svg)`, `![ratios](ratios-${kind}.svg)`);
    for (const n of numbers) parts.push(...chapter(n, new Costs(rows, { kind, n })));
  }
  return `${parts.join("\n\n")}\n`;
}

function chapter(n: number, costs: Costs): string[] {
  const parts: [string, keyof Cost][] = [
    ["µs per task, building", "build"],
    ["µs per task, running", "run"],
    ["µs of CPU time per task, all threads", "cpu"],
    ["Bytes per task at the peak, resident", "peak"],
    ["Bytes per task at the peak, heap", "peakHeap"],
    ["Bytes per task that are live after the run", "live"],
  ];
  return [
    `### ${n.toLocaleString("en")} tasks`,
    "µs per task, building and running:",
    costTable(costs, "total"),
    ratioTable(costs),
    ...parts.filter(() => n >= 100_000).flatMap(([caption, part]) => [`${caption}:`, costTable(costs, part)]),
  ];
}

function repetitions(rows: Results["rows"]): string {
  const counts = rows
    .filter(({ outcomes }) => outcomes.every((o) => typeof o === "object"))
    .map((r) => r.outcomes.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${least}` : `${least} to ${most}`;
}
