// thence as a user writes it: tasks with what they require, and a loop over make() of the tasks that nobody requires.

import { make, task, type Task } from "thence";
import type { Functions } from "../functions.ts";
import type { Graph } from "../shapes.ts";
import { CONCURRENCY, mapPrerequisites, type Built } from "./contender.ts";

export function createTasks(graph: Graph, { list }: Functions): Task<unknown>[] {
  const tasks: Task<unknown>[] = [];
  for (let i = 0; i < graph.n; i++) {
    const run = list[i]!;
    const require = mapPrerequisites(graph, i, (p) => tasks[p]!);
    tasks.push(require.length === 0 ? task(`t${i}`, run) : task(`t${i}`, { require, run }));
  }
  return tasks;
}

export function build(graph: Graph, functions: Functions): Built {
  const tasks = createTasks(graph, functions);
  const ends = graph.ends.map((i) => tasks[i]!);
  return {
    keep: tasks,
    async run() {
      for await (const ended of make(ends, { concurrency: CONCURRENCY })) {
        if (!ended.is("DONE")) throw ended.error;
      }
    },
  };
}
