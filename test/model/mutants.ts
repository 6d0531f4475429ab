// Wrong rules, one at a time. The comparison must find fault with the real thing under each of them;
// otherwise it does not look at what that rule is about.

import { availableParallelism } from "node:os";
import { RULES } from "./rules.ts";
import type { Rules } from "./rules.ts";
import { isFinal } from "./state.ts";

export const MUTANTS: Record<string, Partial<Rules>> = {
  "dependents of a failure run": {
    isSatisfied: (task) =>
      [...task.requires].every(([{ state }]) => state === "DONE" || state === "FAILED" || state === "CANCELLED"),
    verdict: () => undefined,
  },
  "a cancel does not reach dependents": {
    verdict: (task) => (RULES.verdict(task) === "FAILED" ? "FAILED" : undefined),
  },
  "a cancelled prerequisite counts for more than a failed one": {
    verdict: (task) =>
      [...task.requires].some(([{ state }, edge]) => edge === "hard" && state === "CANCELLED")
        ? "CANCELLED"
        : RULES.verdict(task),
  },
  "a soft edge waits for DONE like any other": {
    isSatisfied: (task) => [...task.requires.keys()].every(({ state }) => state === "DONE"),
  },
  "levels are barriers": {
    mayStart: (run) => RULES.mayStart(run) && ![...run.graph].some(({ state }) => state === "RUNNING"),
  },
  "leaving lets what is ready start": {
    mayStart: (run) => RULES.mayStart({ ...run, phase: run.phase === "left" ? "active" : run.phase }),
  },
  "a fail-fast run goes on": {
    mayStart: (run) => RULES.mayStart({ ...run, phase: run.phase === "stopped" ? "active" : run.phase }),
  },
  "fail-fast leaves dependents unmarked": { marks: (run) => run.phase === "active" && !run.over },
  "a cancelled task does not set off fail-fast": { setsOffFailFast: (state) => state === "FAILED" },
  "there is one slot more than asked for": { limit: (run) => RULES.limit(run) + 1 },
  "queued tasks take no slot": {
    takesSlot: (task) => task.kind !== "group" && task.state === "RUNNING",
  },
  "groups wait for a slot": { needsSlot: () => true },
  "a queue is limited like the machine": { limit: ({ options }) => options.concurrency ?? availableParallelism() },
  "urgency does not reach prerequisites": {
    precedes: (rank, one, other) =>
      one.priority === other.priority ? RULES.precedes(rank, one, other) : one.priority > other.priority,
  },
  "the shortest remaining path comes first": {
    precedes(rank, one, other) {
      const [a, b] = [rank(one), rank(other)];
      const same = a.urgency === b.urgency && a.path !== b.path;
      return same ? a.path < b.path : RULES.precedes(rank, one, other);
    },
  },
  "the last created comes first": {
    precedes(rank, one, other) {
      const [a, b] = [rank(one), rank(other)];
      const same = a.urgency === b.urgency && a.path === b.path;
      return same ? one.index > other.index : RULES.precedes(rank, one, other);
    },
  },
  "failures are not yielded": {
    isYielded: (run, task) => RULES.isYielded(run, task) && !(isFinal(task) && task.state === "FAILED"),
  },
  "every task is yielded": { isYielded: (run, task) => run.graph.has(task) },
  "only requested tasks are yielded": { isYielded: (run, task) => run.requested.includes(task) },
  "there is one retry more than asked for": { isRepeated: (task) => task.retriesLeft >= 0 },
  "nothing is repeated": { isRepeated: () => false },
  "what is left is not given back": { releases: () => false },
};
