// The rules of a run, each as one small question, so that a test can put a wrong answer in the place of a
// right one and see that the comparison notices. Written from the documents, not from the implementation.

import { availableParallelism } from "node:os";
import { isFinal } from "./state.ts";
import type { ModelRun, ModelTask, State } from "./state.ts";

export const RULES = {
  /** A hard prerequisite satisfies when it is DONE, a soft one in any final state. */
  isSatisfied: (task: ModelTask): boolean =>
    [...task.requires].every(([prerequisite, edge]) =>
      edge === "soft" ? isFinal(prerequisite) : prerequisite.state === "DONE",
    ),

  /** What hard prerequisites force upon a task that waits: FAILED wins over CANCELLED. */
  verdict(task: ModelTask): "FAILED" | "CANCELLED" | undefined {
    const hard = [...task.requires].filter(([, edge]) => edge === "hard");
    const states = new Set(hard.map(([prerequisite]) => prerequisite.state));
    if (states.has("FAILED")) return "FAILED";
    return states.has("CANCELLED") ? "CANCELLED" : undefined;
  },

  /** A run starts tasks until it is over, left, cancelled or stopped by fail-fast, and repairs before it starts. */
  mayStart: (run: ModelRun): boolean => run.phase === "active" && !run.over && run.repairs.size === 0,

  /** Marking dependents of what failed goes on after fail-fast has stopped a run. */
  marks: (run: ModelRun): boolean => (run.phase === "active" || run.phase === "stopped") && !run.over,

  /** A run without a queue takes the machine's parallelism; one with a queue is limited only if told so. */
  limit: ({ options }: ModelRun): number =>
    options.concurrency ?? (options.queue === "none" ? availableParallelism() : Number.POSITIVE_INFINITY),

  /** A group has no function to run, and so starts without a slot. */
  needsSlot: ({ kind }: ModelTask): boolean => kind !== "group",

  /** What fills a slot. */
  takesSlot: ({ kind, state }: ModelTask): boolean => kind !== "group" && (state === "QUEUED" || state === "RUNNING"),

  /** Priority, where a task's urgency reaches its prerequisites; then the longest remaining path; then creation. */
  precedes(rank: (task: ModelTask) => Rank, one: ModelTask, other: ModelTask): boolean {
    const [a, b] = [rank(one), rank(other)];
    if (a.urgency !== b.urgency) return a.urgency > b.urgency;
    if (a.path !== b.path) return a.path > b.path;
    return one.index < other.index;
  },

  /** Only requested tasks are yielded, unless the run asks for every task. */
  isYielded: (run: ModelRun, task: ModelTask): boolean =>
    run.options.every ? run.graph.has(task) : run.requested.includes(task),

  /** Any outcome but DONE sets off fail-fast. */
  setsOffFailFast: (state: State): boolean => state !== "DONE",

  /** Failed attempts are repeated as often as the limit says; attempts given back do not count. */
  isRepeated: (task: ModelTask): boolean => task.retriesLeft > 0,

  /** An attempt that stops because its run was left goes back to PENDING. */
  releases: (): boolean => true,
};

export type Rules = typeof RULES;

export interface Rank {
  readonly urgency: number;
  readonly path: number;
}

/**
 * Ranks within a run's graph. The documents leave open whether dependents that have started or settled meanwhile still
 * lend their urgency and length: a task ranks at least as high as without them, and at most as high as with them.
 */
export function ranks(run: ModelRun, lends: (task: ModelTask) => boolean): (task: ModelTask) => Rank {
  const dependents = new Map<ModelTask, ModelTask[]>();
  for (const task of run.graph) {
    if (!lends(task)) continue;
    for (const prerequisite of task.requires.keys()) {
      dependents.set(prerequisite, [...(dependents.get(prerequisite) ?? []), task]);
    }
  }
  const known = new Map<ModelTask, Rank>();
  return function rank(task: ModelTask): Rank {
    const found = known.get(task);
    if (found) return found;
    let { priority: urgency } = task;
    let path = 0;
    // A late `require` may close a circle through a task that has settled.
    known.set(task, { urgency, path });
    for (const dependent of dependents.get(task) ?? []) {
      const other = rank(dependent);
      urgency = Math.max(urgency, other.urgency);
      path = Math.max(path, other.path);
    }
    const result = { urgency, path: path + 1 };
    known.set(task, result);
    return result;
  };
}
