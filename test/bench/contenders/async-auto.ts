// async.auto: a record of functions, each behind the names of what it requires. It calls back for a sync function, awaits an async one.

import { auto, type AsyncAutoTasks } from "async";
import type { Functions } from "../functions.ts";
import type { Graph } from "../shapes.ts";
import { CONCURRENCY, mapPrerequisites, type Built } from "./contender.ts";

type Tasks = AsyncAutoTasks<Record<string, unknown>, Error>;

export function build(graph: Graph, { kind, list }: Functions): Built {
  const tasks: Record<string, unknown> = {};
  for (const [i, run] of list.entries()) {
    const callBack = (...args: unknown[]): void => {
      run();
      (args.at(-1) as (error: null) => void)(null);
    };
    tasks[`t${i}`] = [...mapPrerequisites(graph, i, (p) => `t${p}`), kind === "sync" ? callBack : run];
  }
  return { keep: tasks, run: () => auto(tasks as Tasks, CONCURRENCY) };
}
