// Medians of what was measured, ratios between contenders, and the machine that it was measured on.

import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, release, totalmem, type } from "node:os";
import { CONTENDERS, TITLES, type ContenderName } from "./contenders/contender.ts";
import type { Failure, Measurement, Outcome, Trial } from "./measure.ts";

/** One trial and all its repetitions. */
export interface Row extends Trial {
  readonly outcomes: readonly Outcome[];
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
}

/** Everything that a bench has found; this is what the JSON file holds. */
export interface Results {
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly date: string;
  readonly rows: readonly Row[];
}

export function resultsOf(rows: readonly Row[]): Results {
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${type()} ${release().split("-")[0]} ${arch()}`,
    node: process.version,
  };
  const packages = Object.values(TITLES).flatMap((title) => title.package ?? []);
  const versions = Object.fromEntries(packages.map((name) => [name, versionOf(name)]));
  return { machine, versions, date: new Date().toISOString().slice(0, 10), rows };
}

function versionOf(name: string): string {
  const folder = name === "thence" ? "../../" : `../../node_modules/${name}/`;
  const manifest = readFileSync(new URL(`${folder}package.json`, import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** What a task costs: medians over the repetitions. */
export interface Cost {
  /** Building and running, in µs. */
  readonly total: number;
  readonly build: number;
  readonly run: number;
  readonly cpu: number;
  /** In bytes. */
  readonly peak: number;
  readonly peakHeap: number;
  readonly live: number;
}

/** The cost of a task, or why there is none. */
export function costOf(row: Row): Cost | Failure {
  const good: Measurement[] = [];
  for (const outcome of row.outcomes) {
    if (typeof outcome === "string") return outcome;
    good.push(outcome);
  }
  const perTask = (pick: (m: Measurement) => number): number => median(good.map(pick)) / row.n;
  return {
    total: perTask((m) => 1000 * (m.buildMs + m.runMs)),
    build: perTask((m) => 1000 * m.buildMs),
    run: perTask((m) => 1000 * m.runMs),
    cpu: perTask((m) => 1000 * m.cpuMs),
    peak: perTask((m) => m.peakBytes),
    peakHeap: perTask((m) => m.peakHeapBytes),
    live: perTask((m) => m.liveBytes),
  };
}

/** Looks up costs by contender; failures and what was not measured are `undefined`. */
export class Costs {
  readonly #rows: readonly Row[];

  /** The rows of one kind and number of tasks. */
  constructor(rows: readonly Row[], where: Pick<Trial, "kind" | "n">) {
    this.#rows = rows.filter(({ kind, n }) => kind === where.kind && n === where.n);
  }

  cell(contender: ContenderName, shape: Trial["shape"]): Cost | Failure | undefined {
    const row = this.#rows.find((other) => other.contender === contender && other.shape === shape);
    return row === undefined || row.outcomes.length === 0 ? undefined : costOf(row);
  }

  get(contender: ContenderName, shape: Trial["shape"]): Cost | undefined {
    const cell = this.cell(contender, shape);
    return typeof cell === "object" ? cell : undefined;
  }

  /** Ours divided by theirs, building and running together unless told otherwise. */
  ratio(contender: ContenderName, shape: Trial["shape"], part: keyof Cost = "total"): number | undefined {
    const ours = this.get("ours", shape);
    const theirs = this.get(contender, shape);
    return ours && theirs && ours[part] / theirs[part];
  }

  /** The peers that were measured; the bare loop is a limit, not a peer. */
  get peers(): ContenderName[] {
    const names = Object.keys(CONTENDERS) as ContenderName[];
    return names.filter((name) => name !== "ours" && name !== "limit" && this.has(name));
  }

  has(contender: ContenderName): boolean {
    return this.#rows.some((row) => row.contender === contender && row.outcomes.length > 0);
  }
}
