// The graph behind a picture: which of the tasks given are drawn, the edges among them, the cycles and the longest path.

import { argumentError } from "../../core/check.ts";
import { isSoft } from "../../core/node.ts";
import { longestPath } from "../../core/summary.ts";
import type { Task } from "../../core/task.ts";
import { componentsOf, type Arc } from "../digraph/digraph.ts";
import { reachable } from "../drawable.ts";
import type { Choices } from "../options.ts";
import { timeOf } from "./palette.ts";

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
  readonly path: Path;
}

/** A longest path, and how long it took; `undefined` where nothing has run. */
export interface Path {
  readonly tasks: readonly Task[];
  readonly ms: number | undefined;
}

/** What is known of the tasks beyond themselves. */
export interface Known {
  /** When the run began that is drawn: what ran before that does not count. */
  readonly since?: number;
  /** The longest path, where that has been found already. */
  readonly path?: Path;
}

const NO_PATH: Path = { tasks: [], ms: undefined };

/** The graph of the tasks given that are to be drawn; throws a RangeError for a start that is none of them. */
export function graphOf(owner: string, given: ReadonlySet<Task>, choices: Choices, known: Known = {}): Graph {
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
  const found = choices.longestPath ? (known.path ?? pathOf(tasks, known.since ?? -Infinity)) : NO_PATH;
  const path = found.tasks.some((task) => places.has(task)) ? found : NO_PATH;
  const component = componentsOf(tasks.length, edges);
  return { choices, tasks, indexOf: (task) => index.get(task) as number, edges, component, path };
}

// Of tasks that ran, as in the summary of a run; of a plan, as it was estimated. What goes on is taken to last as long as was
// estimated, so that the same graph gives the same path.
function pathOf(tasks: readonly Task[], since: number): Path {
  const hasRun = ({ startedAt }: Task): boolean => startedAt !== undefined && startedAt >= since;
  if (!tasks.some(hasRun)) return { ...NO_PATH, tasks: longestPath(tasks, estimateOf) };
  const path = longestPath(tasks, (task) => (hasRun(task) ? (timeOf([task]) ?? estimateOf(task)) : undefined));
  return { tasks: path, ms: timeOf(path) };
}

function estimateOf(task: Task): number | undefined {
  return task.isSettled() ? undefined : (task._policy?.estimate ?? 1);
}
