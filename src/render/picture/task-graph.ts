// The graph behind a picture: which of the tasks given are drawn, the edges among them, the cycles and the longest path.

import { argumentError } from "../../core/check.ts";
import { isSoft } from "../../core/node.ts";
import { longestPath } from "../../core/summary.ts";
import type { Task } from "../../core/task.ts";
import { componentsOf, type Arc } from "../digraph/digraph.ts";
import { reachable } from "../drawable.ts";
import type { Choices } from "../options.ts";

/** An edge from a prerequisite to a dependent. */
export interface Edge extends Arc {
  readonly isSoft: boolean;
}

/** Tasks and what there is to know of their edges. */
export interface Graph {
  readonly choices: Choices;
  readonly tasks: readonly Task[];
  /** A task's index among all that were given. */
  readonly indexOf: (task: Task) => number;
  /** Between places in `tasks`. */
  readonly edges: readonly Edge[];
  /** Tasks on a cycle together have the same number. */
  readonly component: Int32Array;
  /** The longest path, if it is to be marked. */
  readonly path: readonly Task[];
}

/** The graph of the tasks given that are to be drawn; throws a RangeError for a start that is none of them. */
export function graphOf(owner: string, given: ReadonlySet<Task>, choices: Choices): Graph {
  const { from, ways } = choices;
  const all = from === undefined && ways !== undefined ? reachable(given, ways) : given;
  for (const start of from ?? []) {
    if (!all.has(start)) throw argumentError(RangeError, `${owner}.from`, "tasks among those to draw", start.name);
  }
  const kept = from === undefined ? all : reachable(from, ways ?? "both", all);
  const index = new Map([...all].map((task, place) => [task, place]));
  const tasks = [...all].filter((task) => kept.has(task));
  const places = tasks.length === all.size ? index : new Map(tasks.map((task, place) => [task, place]));
  const edges: Edge[] = [];
  for (const [to, task] of tasks.entries()) {
    for (const prerequisite of task.prerequisites) {
      const start = places.get(prerequisite);
      if (start !== undefined) edges.push({ from: start, to, isSoft: isSoft(task, prerequisite) });
    }
  }
  const path = choices.longestPath ? longestPath(tasks, weightOf) : [];
  const component = componentsOf(tasks.length, edges);
  return { choices, tasks, indexOf: (task) => index.get(task) as number, edges, component, path };
}

// What was unneeded takes no time; what is going on takes as long as was estimated, so that the same graph gives the same path.
function weightOf(task: Task): number {
  const { state, startedAt, endedAt } = task;
  if (task.isSettled()) return startedAt === undefined || endedAt === undefined ? 0 : endedAt - startedAt;
  if (state === "PENDING" && startedAt !== undefined && endedAt !== undefined) return endedAt - startedAt;
  return task._policy?.estimate ?? 1;
}
