// What takes part. A contender is loaded only in the process that measures it.

import type { Functions } from "../functions.ts";
import type { Graph } from "../shapes.ts";

/** At most so many functions are under way at once, where a contender has a limit. */
export const CONCURRENCY = 16;

/** A graph as the contender holds it. */
export interface Built {
  /** Runs every function once; resolves when all have ended. */
  run(): Promise<unknown>;
  /** Whatever a program would hold on to. */
  readonly keep?: unknown;
}

/** Builds what the contender runs; `undefined` where it cannot express the graph. */
export type Contender = (graph: Graph, functions: Functions) => Built | undefined;

export const CONTENDERS = {
  ours: async () => (await import("./ours.ts")).build,
  promises: async () => (await import("./promises.ts")).build,
  limit: async () => (await import("./limit.ts")).build,
  pgraph: async () => (await import("./p-graph.ts")).build,
  pqueue: async () => (await import("./p-queue.ts")).build,
  effect: async () => (await import("./effect.ts")).build,
  async: async () => (await import("./async-auto.ts")).build,
  grfn: async () => (await import("./grfn.ts")).build,
  undertaker: async () => (await import("./undertaker.ts")).build,
} satisfies Record<string, () => Promise<Contender>>;

export type ContenderName = keyof typeof CONTENDERS;

/** How a contender is called in tables and pictures, and the package whose version goes with it. */
export const TITLES: Record<ContenderName, { title: string; package?: string }> = {
  ours: { title: "thence", package: "thence" },
  promises: { title: "memoised promises, no limit" },
  limit: { title: "bare loop (the limit)" },
  pgraph: { title: "p-graph", package: "p-graph" },
  pqueue: { title: "p-queue + counter", package: "p-queue" },
  effect: { title: "Effect", package: "effect" },
  async: { title: "async.auto", package: "async" },
  grfn: { title: "grfn, no limit", package: "grfn" },
  undertaker: { title: "undertaker, no limit", package: "undertaker" },
};

/** The prerequisites of a task as a list of what `map` makes of them. */
export function mapPrerequisites<T>(
  { prerequisites: { starts, list } }: Graph,
  task: number,
  map: (p: number) => T,
): T[] {
  const mapped: T[] = [];
  for (let k = starts[task]!; k < starts[task + 1]!; k++) mapped.push(map(list[k]!));
  return mapped;
}
