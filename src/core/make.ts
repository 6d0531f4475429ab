// `make` and its relatives: the ways into a run.

import { argumentError } from "./check.ts";
import { isTask } from "./node.ts";
import { platform } from "./platform.ts";
import { Run } from "./run.ts";
import { Scheduler } from "./scheduler.ts";
import { MAKE_OPTIONS, settingsOf, type MakeOptions, type Settings } from "./settings.ts";
import type { Task } from "./task.ts";
import { atOnce } from "./turns.ts";

type AnyTask = Task<unknown>;

/** What can be made: a task, or an iterable of tasks. */
export type Makeable = AnyTask | Iterable<AnyTask>;

/** The tasks that a run of `T` yields. */
export type TasksOf<T extends Makeable> =
  T extends Iterable<infer U extends AnyTask> ? U : T extends AnyTask ? T : never;

/** A run of `T`. With `every`, or where that may be true, it yields prerequisites too, whose types nobody knows. */
export type RunOf<T extends Makeable, Every extends boolean | undefined = false> = [Every] extends [false | undefined]
  ? Run<TasksOf<T>>
  : Run;

/**
 * Makes tasks: completes them and, first, all that they require. Returns a {@link Run}, which starts with its first `next()` and
 * yields each requested task once, as it ends. Failures are data: a task that is FAILED or CANCELLED is yielded like others.
 *
 * @throws TypeError or RangeError for wrong arguments. What only the graph can tell (a CycleError, a task in PREPARE, a
 * resource or queue that the run lacks) rejects the first `next()`, before anything runs.
 */
export function make<const T extends Makeable, const Every extends boolean | undefined = false>(
  tasks: T,
  options?: MakeOptions & { readonly every?: Every },
): RunOf<T, Every> {
  return new Run(requested("make", tasks), runSettings(options)) as RunOf<T, Every>;
}

/** Makes tasks and resolves with them, in order of completion, when all is over. Failures are data here too. */
export function makeNow<const T extends Makeable, const Every extends boolean | undefined = false>(
  tasks: T,
  options?: MakeOptions & { readonly every?: Every },
): Promise<RunOf<T, Every> extends Run<infer U> ? U[] : never> {
  return new Run(requested("makeNow", tasks), runSettings(options))._collect() as Promise<never>;
}

/** Like `make`, but the run has already started: for one that nobody iterates, or not yet. */
export function makeLater<const T extends Makeable, const Every extends boolean | undefined = false>(
  tasks: T,
  options?: MakeOptions & { readonly every?: Every },
): RunOf<T, Every> {
  const run = new Run(requested("makeLater", tasks), runSettings(options));
  run._start();
  return run as RunOf<T, Every>;
}

/** Makes one task, and resolves with its run when that is over. */
export async function makeTask(task: AnyTask, options: MakeOptions): Promise<Run> {
  const run = new Run([task], runSettings(options));
  await run._collect();
  return run;
}

/** Runs one task now, whatever its prerequisites: the attempts of `dispatch()`. */
export function runTask(task: AnyTask): void {
  const outlet = {
    _settled: () => false,
    _reopened: () => {},
    _worked: () => {
      if (scheduler.live === 0 && scheduler.unsettled === 0) atOnce(scheduler.close());
    },
  };
  const { clock } = task._watcher ?? platform;
  const settings = settingsOf("dispatch", { resources: task._policy?.uses ?? {}, clock }, ["resources", "clock"]);
  const scheduler = new Scheduler(settings, outlet, false);
  scheduler.members.enlist(task);
  scheduler.startNow(task);
}

/** The tasks asked for, each once. */
export function requested(owner: string, tasks: Makeable): AnyTask[] {
  if (isTask(tasks)) return [tasks];
  if (typeof tasks !== "object" || tasks === null || !(Symbol.iterator in tasks)) {
    throw argumentError(TypeError, owner, "a task or an iterable of tasks", tasks);
  }
  const list = Array.isArray(tasks) ? (tasks as AnyTask[]).slice() : [...tasks];
  for (const task of list)
    if (!isTask(task)) throw argumentError(TypeError, owner, "a task or an iterable of tasks", task);
  return list;
}

function runSettings(options: MakeOptions = {}): Settings {
  return settingsOf("make", options, MAKE_OPTIONS);
}
