// `npm run bench`: measures every contender on every shape. `-- --quick` takes two minutes and ends with a line of JSON;
// `-- listener`, `pqueue`, `turns`, `plan` and `cold` measure one thing each. `-- --help` lists the rest.

import { parseArgs } from "node:util";
import { CONTENDERS, type ContenderName } from "./contenders/contender.ts";
import { EXTRAS } from "./extra/extras.ts";
import type { Kind } from "./functions.ts";
import type { Trial } from "./measure.ts";
import { Costs, resultsOf } from "./report.ts";
import { measureAll } from "./rounds.ts";
import { load, save } from "./save.ts";
import { SHAPES, type Shape } from "./shapes.ts";
import { costTable, page, ratioTable } from "./tables.ts";

const NAMES = Object.keys(CONTENDERS) as ContenderName[];
const HELP = `npm run bench -- [${Object.keys(EXTRAS).join(" | ")}] [options]
  --quick             100,000 tasks, fewer contenders, two minutes; the last line is JSON
  --shapes a,b        of ${SHAPES.join(", ")}
  --contenders a,b    of ${NAMES.join(", ")}
  --functions a,b     of sync, async
  --tasks a,b         numbers of tasks
  --repetitions n     5 unless given
  --minutes n         begins no measurement after so many minutes, once each has been made
  --add               keeps the results that are there and adds to them`;

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
    minutes: { type: "string" },
    add: { type: "boolean", default: false },
  },
});

function choose<T extends string>(given: string | undefined, usual: readonly T[], known = usual): T[] {
  if (given === undefined) return [...usual];
  const chosen = given.split(",") as T[];
  for (const name of chosen) {
    if (!known.includes(name)) throw new TypeError(`expected one of ${known.join(", ")}, got ${name}`);
  }
  return chosen;
}

function* trialsOf(
  contenders: readonly ContenderName[],
  kinds: readonly Kind[],
  tasks: readonly number[],
): Generator<Trial> {
  const shapes = choose<Shape>(values.shapes, SHAPES);
  for (const n of tasks)
    for (const kind of kinds)
      for (const shape of shapes) for (const contender of contenders) yield { contender, shape, kind, n };
}

async function quick(): Promise<void> {
  const n = Number(values.tasks ?? 100_000);
  const [kind = "async"] = choose<Kind>(values.functions, ["async", "sync"]);
  const usual: ContenderName[] = ["ours", "promises", "limit", "pgraph", "pqueue", "effect"];
  const contenders = choose(values.contenders, usual, NAMES);
  const trials = [...trialsOf(contenders, [kind], [n])];
  const rows = await measureAll(trials, { repetitions: Number(values.repetitions ?? 20), until: 100_000 });
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
  const contenders = choose(values.contenders, NAMES);
  const kinds = choose<Kind>(values.functions, ["async", "sync"]);
  const tasks = (values.tasks ?? "1000,10000,100000,1000000").split(",").map(Number);
  const trials = [...trialsOf(contenders, kinds, tasks)];
  const until = values.minutes === undefined ? Infinity : Number(values.minutes) * 60_000;
  const rounds = { repetitions: Number(values.repetitions ?? 5), until, report: save };
  const rows = await measureAll(trials, rounds, values.add ? load() : []);
  save(rows);
  console.log(page(resultsOf(rows)));
}

const [name] = positionals;
if (values.help) console.log(HELP);
else if (name !== undefined) await (EXTRAS[name] ?? (() => console.log(HELP)))();
else if (values.quick) await quick();
else await full();
