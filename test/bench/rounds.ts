// The order of measurements: contenders take turns, so that what slows the machine down for a while slows all of them down.

import { measure, type Outcome, type Trial } from "./measure.ts";
import type { Row } from "./report.ts";

export interface Rounds {
  readonly repetitions: number;
  /** No measurement begins after this time of `performance.now()`, once each has been made. */
  readonly until: number;
  /** Called after each round. */
  readonly report?: (rows: readonly Row[]) => void;
}

/** Measures each trial several times; `known` are the rows to add to. A trial that has failed is not tried again. */
export async function measureAll(
  trials: readonly Trial[],
  { repetitions, until, report }: Rounds,
  known: readonly Row[] = [],
): Promise<Row[]> {
  const others = known.filter((row) => !trials.some((trial) => keyOf(trial) === keyOf(row)));
  const rows = trials.map((trial) => {
    const outcomes: Outcome[] = [...(known.find((row) => keyOf(row) === keyOf(trial))?.outcomes ?? [])];
    return { contender: trial.contender, shape: trial.shape, kind: trial.kind, n: trial.n, outcomes };
  });
  for (let round = 1; round <= repetitions; round++) {
    for (const row of rows) {
      if (performance.now() > until && round > 1) return [...others, ...rows];
      if (row.outcomes.some((outcome) => typeof outcome === "string")) continue;
      const isHopeless = rows.some((other) => isSmaller(other, row) && other.outcomes.includes("over 60 s"));
      const outcome = isHopeless ? "over 60 s" : await measure(row);
      row.outcomes.push(outcome);
      const ms = typeof outcome === "string" ? outcome : `${Math.round(outcome.buildMs + outcome.runMs)} ms`;
      console.error(`${round}/${repetitions} ${keyOf(row)}: ${ms}`);
    }
    report?.([...others, ...rows]);
  }
  return [...others, ...rows];
}

function keyOf({ contender, shape, kind, n }: Trial): string {
  return `${n} ${kind} ${shape} ${contender}`;
}

// A contender that is too slow for a graph is not tried on greater ones.
function isSmaller(a: Trial, b: Trial): boolean {
  return a.contender === b.contender && a.shape === b.shape && a.kind === b.kind && a.n < b.n;
}
