// The schedules as Markdown: mean and worst ratios to the bound, and the graphs on which ours are longest.

import { table } from "../tables.ts";
import { FAMILIES, type Family } from "./graphs.ts";

export type Column = "estimates" | "learned" | "nothing" | "fcfs" | "pgraph" | "close";

/** What came of one graph. */
export interface Row {
  readonly family: Family;
  readonly seed: number;
  readonly tasks: number;
  readonly slots: number;
  /** Of the resource; 0 if there is none. */
  readonly amount: number;
  /** The plain lower bound in milliseconds. */
  readonly bound: number;
  /** Makespans, and the close lower bound, divided by the plain one. */
  readonly ratios: Readonly<Record<Column, number>>;
}

const TITLES: Record<Column, string> = {
  estimates: "thence, `estimate`",
  learned: "thence, `durations`",
  nothing: "thence, nothing known",
  fcfs: "first come first served",
  pgraph: "p-graph, same weights",
  close: "close lower bound",
};
const COLUMNS = Object.keys(TITLES) as Column[];
const SCHEDULES = COLUMNS.filter((column) => column !== "close");

/** The mean and the greatest of what `pick` finds in rows. */
export function summarise(rows: readonly Row[], pick: (row: Row) => number): { mean: number; worst: number } {
  const values = rows.map(pick);
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, worst: Math.max(...values) };
}

function ratioTable(rows: readonly Row[], columns: readonly Column[], pick: (row: Row, column: Column) => number) {
  const line = (title: string, some: readonly Row[]): string[] => {
    const cells = columns.map((column) => summarise(some, (row) => pick(row, column)));
    return [title, `${some.length}`, ...cells.map(({ mean, worst }) => `${mean.toFixed(3)} / ${worst.toFixed(2)}`)];
  };
  const plain = rows.filter(({ amount }) => amount === 0);
  const contested = rows.filter(({ amount }) => amount > 0);
  const lines = [
    ...FAMILIES.map((family) => line(family, ofFamily(plain, family))),
    line("**slots only**", plain),
    ...FAMILIES.map((family) => line(`${family}, resource`, ofFamily(contested, family))),
    line("**slots and resource**", contested),
    line("**all**", rows),
  ];
  return table(["mean / worst", "graphs", ...columns.map((column) => TITLES[column])], lines);
}

function ofFamily(rows: readonly Row[], family: Family): Row[] {
  return rows.filter((row) => row.family === family);
}

function worstTable(rows: readonly Row[]): string {
  const worst = rows.toSorted((a, b) => b.ratios.estimates - a.ratios.estimates).slice(0, 8);
  const lines = worst.map(({ family, seed, tasks, slots, amount, ratios }) =>
    [`${family} ${seed}`, `${tasks}`, `${slots}`, `${amount}`].concat(
      COLUMNS.map((column) => ratios[column].toFixed(3)),
    ),
  );
  return table(["graph", "tasks", "slots", "resource", ...COLUMNS.map((column) => TITLES[column])], lines);
}

export function pageOf(rows: readonly Row[]): string {
  const toClose = (row: Row, column: Column): number => row.ratios[column] / row.ratios.close;
  const targets = (pick: (row: Row, column: Column) => number): string => {
    const { mean, worst } = summarise(rows, (row) => Math.max(pick(row, "estimates"), pick(row, "learned")));
    return `mean ${mean.toFixed(3)} (target 1.03), worst ${worst.toFixed(3)} (target 1.20)`;
  };
  const floor = summarise(rows, (row) => row.ratios.close);
  return `# The length of schedules

${rows.length} graphs from fixed seeds, ${count(rows, (row) => row.tasks)} tasks each on ${count(rows, (row) => row.slots)} slots, every second
one with a resource that 10 to 50 % of its tasks use; run on a virtual clock. Every schedule is checked: prerequisites, slots,
resource, and without a resource that no slot was free while a task was ready. The families are described in \`quality/graphs.ts\`.

Makespan divided by the plain lower bound, the greatest of longest path, work / slots, and use of the resource / its amount:

${ratioTable(rows, COLUMNS, (row, column) => row.ratios[column])}

With known durations: ${targets((row, column) => row.ratios[column])}.

The plain bound is out of reach where slots must idle: before a join, after a fork, in a factorisation's last steps. The close bound
counts that: for sets of tasks, their earliest beginning + their load + the path behind them (\`quality/bounds.ts\`). It is in the last
column above: whatever the order, no schedules of these graphs have a mean below ${floor.mean.toFixed(3)} and a worst below ${floor.worst.toFixed(3)}. Makespan
divided by the close bound:

${ratioTable(rows, SCHEDULES, toClose)}

With known durations: ${targets(toClose)}.

p-graph knows no resources: its functions wait for it themselves, holding their slots. The graphs on which thence is furthest from
the plain bound, with estimates:

${worstTable(rows)}
`;
}

function count(rows: readonly Row[], pick: (row: Row) => number): string {
  const numbers = rows.map(pick);
  const show = (n: number): string => n.toLocaleString("en");
  return `${show(Math.min(...numbers))} to ${show(Math.max(...numbers))}`;
}
