// `npm run bench`: measures every contender on every shape. `-- --quick` takes two minutes and ends with a line of JSON;
// `-- listener`, `pqueue`, `turns`, `plan` and `cold` measure one thing each. `-- --help` lists the rest.

import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { CONTENDERS, type ContenderName } from "./contenders/contender.ts";
import { EXTRAS } from "./extra/extras.ts";
import type { Kind } from "./functions.ts";
import { measure, type Outcome, type Trial } from "./measure.ts";
import { plotRatios, plotTimes } from "./plot.ts";
import { Costs, resultsOf, type Row } from "./report.ts";
import { SHAPES, type Shape } from "./shapes.ts";
import { costTable, page, ratioTable } from "./tables.ts";

const FOLDER = new URL("./results/", import.meta.url);
const HELP = `npm run bench -- [${Object.keys(EXTRAS).join(" | ")}] [options]
  --quick             100,000 tasks, fewer contenders, two minutes; the last line is JSON
  --shapes a,b        of ${SHAPES.join(", ")}
  --contenders a,b    of ${Object.keys(CONTENDERS).join(", ")}
  --functions a,b     of sync, async
  --tasks a,b         numbers of tasks
  --repetitions n     at least 5 unless given`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    shapes: { type: "string" },
    contenders: { type: "string" },
    functions: { type: "string" },
    tasks: { type: "string" },
    repetitions: { type: "string" },
  },
});

function choose<T extends string>(given: string | undefined, usual: readonly T[]): T[] {
  return given === undefined ? [...usual] : (given.split(",") as T[]);
}

/** Takes turns, so that what slows the machine down for a while slows all contenders down. */
async function measureAll(
  trials: readonly Trial[],
  repetitions: number,
  until: number,
  afterRound?: (rows: readonly Row[]) => void,
): Promise<Row[]> {
  const rows = trials.map((trial) => ({ ...trial, outcomes: [] as Outcome[] }));
  for (let round = 0; round < repetitions; round++) {
    for (const row of rows) {
      if (performance.now() > until && round > 0) return rows;
      if (row.outcomes.some((outcome) => typeof outcome === "string")) continue;
      const smaller = rows.find((other) => isSmaller(other, row) && other.outcomes[0] === "over 60 s");
      const outcome = smaller === undefined ? await measure(row) : "over 60 s";
      row.outcomes.push(outcome);
      const ms = typeof outcome === "string" ? outcome : `${Math.round(outcome.buildMs + outcome.runMs)} ms`;
      console.error(`${round + 1}/${repetitions} ${row.n} ${row.kind} ${row.shape} ${row.contender}: ${ms}`);
    }
    afterRound?.(rows);
  }
  return rows;
}

// A contender that is too slow for a graph is not tried on greater ones.
function isSmaller(a: Trial, b: Trial): boolean {
  return a.contender === b.contender && a.shape === b.shape && a.kind === b.kind && a.n < b.n;
}

function* trialsOf(contenders: readonly ContenderName[], kinds: readonly Kind[], tasks: readonly number[]) {
  const shapes = choose<Shape>(values.shapes, SHAPES);
  for (const n of tasks)
    for (const kind of kinds)
      for (const shape of shapes) for (const contender of contenders) yield { contender, shape, kind, n };
}

async function quick(): Promise<void> {
  const n = Number(values.tasks ?? 100_000);
  const [kind = "async"] = choose<Kind>(values.functions, ["async"]);
  const contenders = choose<ContenderName>(values.contenders, [
    "ours",
    "promises",
    "limit",
    "pgraph",
    "pqueue",
    "effect",
  ]);
  const trials = [...trialsOf(contenders, [kind], [n])];
  const rows = await measureAll(trials, Number(values.repetitions ?? 20), performance.now() + 100_000);
  const costs = new Costs(rows, { kind, n });
  const machine = resultsOf(rows).machine;
  console.log(`${n} ${kind} functions, concurrency 16; ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}\n`);
  console.log(
    `µs per task, building and running (medians of ${Math.min(...rows.map((row) => row.outcomes.length))} or more):`,
  );
  console.log(`${costTable(costs, "total")}\n\n${ratioTable(costs)}\n`);
  console.log(JSON.stringify(Object.fromEntries(SHAPES.map((shape) => [shape, summary(costs, shape, n)]))));
}

function summary(costs: Costs, shape: Shape, n: number): Record<string, number | undefined> {
  const ours = costs.get("ours", shape);
  const round = (value: number | undefined): number | undefined => value && Number(value.toPrecision(3));
  const ratios = costs.peers.map((name) => [name, round(costs.ratio(name, shape))] as const);
  return {
    N: n,
    ours_us: round(ours?.total),
    ...Object.fromEntries<number | undefined>(ratios),
    limit: round(costs.ratio("limit", shape)),
    limit_run: round(costs.ratio("limit", shape, "run")),
    bytes: ours && Math.round(ours.live),
    peak_bytes: ours && Math.round(ours.peak),
  };
}

async function full(): Promise<void> {
  const contenders = choose(values.contenders, Object.keys(CONTENDERS) as ContenderName[]);
  const kinds = choose<Kind>(values.functions, ["async", "sync"]);
  const tasks = choose(values.tasks, ["1000", "10000", "100000", "1000000"]).map(Number);
  mkdirSync(FOLDER, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(new URL(name, FOLDER), text);
  const report = (rows: readonly Row[]): void => {
    const results = resultsOf(rows);
    write("results.json", `${JSON.stringify(results, null, 1)}\n`);
    write("README.md", page(results));
    for (const kind of kinds) {
      write(`time-${kind}.svg`, plotTimes(rows, kind));
      write(`ratios-${kind}.svg`, plotRatios(rows, kind, tasks.includes(100_000) ? 100_000 : tasks.at(-1)!));
    }
  };
  const trials = [...trialsOf(contenders, kinds, tasks)];
  console.log(page(resultsOf(await measureAll(trials, Number(values.repetitions ?? 5), Infinity, report))));
}

const [name] = positionals;
if (values.help) console.log(HELP);
else if (name !== undefined) await (EXTRAS[name] ?? (() => console.log(HELP)))();
else if (values.quick) await quick();
else await full();
