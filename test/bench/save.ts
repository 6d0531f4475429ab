// The results as files: the numbers as JSON, and a page and pictures that are made of nothing but those.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Kind } from "./functions.ts";
import { plotRatios, plotTimes } from "./plot.ts";
import { resultsOf, type Results, type Row } from "./report.ts";
import { page } from "./tables.ts";

const FOLDER = new URL("./results/", import.meta.url);
const NUMBERS = new URL("results.json", FOLDER);

/** The rows that were saved, if there are any. */
export function load(): readonly Row[] {
  return existsSync(NUMBERS) ? (JSON.parse(readFileSync(NUMBERS, "utf8")) as Results).rows : [];
}

/** Writes all files. Bars show 100,000 tasks or, where that was not measured, the most that were. */
export function save(rows: readonly Row[]): void {
  const results = resultsOf(rows);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(NUMBERS, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(new URL("README.md", FOLDER), page(results));
  for (const kind of ["async", "sync"] satisfies Kind[]) {
    const tasks = rows.filter((row) => row.kind === kind).map(({ n }) => n);
    if (tasks.length === 0) continue;
    writeFileSync(new URL(`time-${kind}.svg`, FOLDER), plotTimes(rows, kind));
    const n = tasks.includes(100_000) ? 100_000 : Math.max(...tasks);
    writeFileSync(new URL(`ratios-${kind}.svg`, FOLDER), plotRatios(rows, kind, n));
  }
}
