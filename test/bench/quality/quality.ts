// `npm run bench -- quality`: how long schedules are, against what no schedule can beat, on 200 graphs with known durations.

import { mkdirSync, writeFileSync } from "node:fs";
import { closeBound, plainBound } from "./bounds.ts";
import { createGraph, type Graph } from "./graphs.ts";
import { pageOf, type Row } from "./page.ts";
import { firstComeFirstServed, runPGraph, runThence } from "./runners.ts";

const FOLDER = new URL("../results/", import.meta.url);
const GRAPHS = 200;

/** Measures all graphs, writes `quality.json` and `quality.md` and prints the latter. */
export async function quality(): Promise<void> {
  const rows: Row[] = [];
  for (let seed = 0; seed < GRAPHS; seed++) rows.push(await measure(createGraph(seed)));
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(new URL("quality.json", FOLDER), jsonOf(rows));
  const page = pageOf(rows);
  writeFileSync(new URL("quality.md", FOLDER), page);
  console.log(page);
}

/** Runs one graph with everybody; all schedules are checked. */
export async function measure(graph: Graph): Promise<Row> {
  const without = await runThence(graph);
  const schedules = {
    estimates: (await runThence(graph, { estimates: true })).schedule,
    learned: (await runThence(graph, { durations: without.learned })).schedule,
    nothing: without.schedule,
    fcfs: firstComeFirstServed(graph),
    pgraph: await runPGraph(graph),
  };
  const [plain, close] = [plainBound(graph), closeBound(graph)];
  for (const schedule of Object.values(schedules)) {
    schedule.check(graph);
    if (graph.amount === 0) schedule.checkBusy(graph);
    if (schedule.makespan < close * (1 - 1e-9)) throw new Error(`graph ${graph.seed}: a bound is no bound`);
  }
  const { family, seed, slots, amount } = graph;
  return {
    family,
    seed,
    tasks: graph.durations.length,
    slots,
    amount,
    bound: plain,
    ratios: {
      estimates: schedules.estimates.makespan / plain,
      learned: schedules.learned.makespan / plain,
      nothing: schedules.nothing.makespan / plain,
      fcfs: schedules.fcfs.makespan / plain,
      pgraph: schedules.pgraph.makespan / plain,
      close: close / plain,
    },
  };
}

// One line a graph.
function jsonOf(rows: readonly Row[]): string {
  const lines = rows.map((row) =>
    JSON.stringify(row, (_, value: unknown) => (typeof value === "number" ? Number(value.toFixed(4)) : value)),
  );
  return `[\n${lines.join(",\n")}\n]\n`;
}
