// The benches that measure one thing each: programs whose variants take turns, each time in a fresh process, and medians of their numbers.

import { runProgram } from "../measure.ts";
import { quality } from "../quality/quality.ts";
import { median } from "../report.ts";
import { table } from "../tables.ts";

type Numbers = Record<string, number>;

interface Extra {
  readonly title: string;
  readonly program: URL;
  /** The arguments of each variant, and the variant that it is compared with. */
  readonly variants: Readonly<Record<string, string | undefined>>;
  readonly repetitions: number;
  /** The number that is compared. */
  readonly compare: string;
  /** What the difference is shared out among, in µs each, and how many of those there are. */
  readonly share?: { readonly title: string; readonly count: number };
}

const LIST: Record<string, Extra> = {
  listener: {
    title: "100,000 layered tasks, without and with one listener of the run's transitions (ms)",
    program: new URL("./listener.ts", import.meta.url),
    variants: { none: undefined, one: "none" },
    repetitions: 9,
    compare: "total",
  },
  pqueue: {
    title: "100,000 functions through a PQueue of concurrency 16, fed by hand and by a run (ms)",
    program: new URL("./pqueue.ts", import.meta.url),
    variants: {
      "independent hand": undefined,
      "independent run": "independent hand",
      "independent slots": "independent hand",
      "layered hand": undefined,
      "layered run": "layered hand",
      "layered slots": "layered hand",
    },
    repetitions: 7,
    compare: "total",
  },
  turns: {
    title:
      "When a timer of 10 ms fires that is set before 1,000,000 functions run which never leave the microtask queue (ms)",
    program: new URL("./turns.ts", import.meta.url),
    variants: {
      "ours async": "still async",
      "ours sync": "still sync",
      "still async": undefined,
      "still sync": undefined,
      "promises async": undefined,
      "pqueue async": undefined,
      "effect async": undefined,
    },
    repetitions: 3,
    compare: "run",
  },
  plan: {
    title: "plan() of 100,000 layered tasks, and @dagrejs/graphlib building and sorting the same graph (ms)",
    program: new URL("./plan.ts", import.meta.url),
    variants: { graphlib: undefined, thence: "graphlib" },
    repetitions: 7,
    compare: "total",
  },
  sqlite: {
    title:
      "10,000 jobs that do nothing through a queue in a file, results and all (ms); trip: one job to another process and back",
    program: new URL("./sqlite.ts", import.meta.url),
    variants: { here: "plainjob", process: "plainjob", plainjob: undefined },
    repetitions: 7,
    compare: "total",
  },
  threads: {
    title:
      "20,000 jobs that do nothing, and 2,000 of a millisecond, in two threads: piscina by itself and threads() (ms)",
    program: new URL("./threads.ts", import.meta.url),
    variants: {
      "piscina nothing": undefined,
      "thence nothing": "piscina nothing",
      "piscina millisecond": undefined,
      "thence millisecond": "piscina millisecond",
    },
    repetitions: 7,
    compare: "total",
  },
  processes: {
    title: "50,000 jobs that do nothing, in two child processes (ms)",
    program: new URL("./processes.ts", import.meta.url),
    variants: { thence: undefined },
    repetitions: 7,
    compare: "total",
  },
  observers: {
    title:
      "100,000 layered tasks, with nobody looking and with each kind of observer; sdk: the spans alone (ms of the run; CPU time of all threads)",
    program: new URL("./observers.ts", import.meta.url),
    variants: {
      alone: undefined,
      listener: "alone",
      "progress live": "alone",
      "progress lines": "alone",
      "progress json": "alone",
      "page unread": "alone",
      "page read": "alone",
      "otel off": "alone",
      "otel unsampled": "alone",
      "otel memory": "alone",
      sdk: undefined,
    },
    repetitions: 7,
    compare: "cpu",
    share: { title: "µs of CPU a transition", count: 200_000 },
  },
  cold: {
    title: 'import("thence"), and the first 1,000 layered tasks of a process (ms)',
    program: new URL("./cold.ts", import.meta.url),
    variants: { async: undefined, sync: undefined },
    repetitions: 15,
    compare: "tasks",
  },
  phases: {
    title: "Where the time of 100,000 tasks goes, in a fresh process and in one that has made five such graphs (ms)",
    program: new URL("./phases.ts", import.meta.url),
    variants: {
      "independent cold": undefined,
      "independent warm": "independent cold",
      "layered cold": undefined,
      "layered warm": "layered cold",
      "random cold": undefined,
      "random warm": "random cold",
    },
    repetitions: 7,
    compare: "execute",
  },
  parts: {
    title: "100,000 functions through 16 slots, with ever more of what an attempt needs (ms)",
    program: new URL("./parts.ts", import.meta.url),
    variants: { promise: undefined, attempt: "promise", context: "promise" },
    repetitions: 9,
    compare: "total",
  },
};

export const EXTRAS: Record<string, () => Promise<void>> = {
  ...Object.fromEntries(Object.entries(LIST).map(([name, extra]) => [name, () => bench(extra)])),
  quality,
};

async function bench({ title, program, variants, repetitions, compare, share }: Extra): Promise<void> {
  const names = Object.keys(variants);
  const found = new Map<string, Numbers[]>(names.map((name) => [name, []]));
  const failures = new Map<string, string>();
  for (let round = 0; round < repetitions; round++) {
    for (const [name, list] of found) {
      if (failures.has(name)) continue;
      const outcome = await runProgram(program, name.split(" "));
      if (typeof outcome === "string") failures.set(name, outcome);
      else list.push(outcome as Numbers);
    }
  }
  const medians = new Map([...found].map(([name, list]) => [name, mediansOf(list)]));
  const columns = [...new Set([...medians.values()].flatMap((numbers) => Object.keys(numbers)))];
  const rows = names.map((name) => {
    const numbers = medians.get(name) ?? {};
    const base = medians.get(variants[name] ?? "");
    const ratio = base === undefined ? "" : (numbers[compare]! / base[compare]!).toFixed(2);
    const each = share && base ? ((1_000 * (numbers[compare]! - base[compare]!)) / share.count).toFixed(2) : "";
    return [name].concat(
      columns.map((column) => failures.get(name) ?? numbers[column]?.toFixed(1) ?? ""),
      ratio,
      share === undefined ? [] : each,
    );
  });
  const head = ["", ...columns, `ratio of ${compare}`].concat(share?.title ?? []);
  console.log(`${title}; medians of ${repetitions}:\n\n${table(head, rows)}\n`);
  console.log(JSON.stringify(Object.fromEntries(medians)));
}

function mediansOf(list: readonly Numbers[]): Numbers {
  const columns = Object.keys(list[0] ?? {});
  return Object.fromEntries(columns.map((column) => [column, median(list.map((numbers) => numbers[column]!))]));
}
