// What became of a run, in numbers and lists; computed when somebody asks for it.

import { CANCELLED, DONE, FAILED, OPEN, type Roster } from "./roster.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** The outcome of a run. Every task of its graph is in exactly one of the first four lists. */
export interface Summary {
  readonly done: readonly AnyTask[];
  readonly failed: readonly AnyTask[];
  readonly cancelled: readonly AnyTask[];
  /** Tasks that are not settled: the run was left, or failed fast. */
  readonly notStarted: readonly AnyTask[];
  /** Tasks whose function ignored its signal beyond the grace, so that it may still be running; its outcome is dropped. */
  readonly abandoned: readonly AnyTask[];
  /** Milliseconds from the first `next()` to the end. */
  readonly wallMs: number;
  /** Of the chains of tasks that ran, the one that took longest; `ms` is the time of a task's last attempt. */
  readonly criticalPath: readonly { readonly task: AnyTask; readonly ms: number }[];
}

/** When a run was. */
export interface RunEnd {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Sums up a scheduler's roster as it stood when the run ended. */
export function summarize(
  { roster, abandoned }: { readonly roster: Roster; readonly abandoned: readonly AnyTask[] },
  { startedAt, endedAt }: RunEnd,
): Summary {
  const { tasks, seen, took } = roster;
  const lists: AnyTask[][] = [[], [], [], []];
  const ran = new Map<AnyTask, number>();
  for (const [place, task] of tasks.entries()) {
    lists[seen[place] as number]?.push(task);
    if (!Number.isNaN(took[place])) ran.set(task, took[place] as number);
  }
  const criticalPath = longestPath(tasks, (task) => ran.get(task)).map((task) => ({ task, ms: ran.get(task) ?? 0 }));
  return {
    done: lists[DONE] ?? [],
    failed: lists[FAILED] ?? [],
    cancelled: lists[CANCELLED] ?? [],
    notStarted: lists[OPEN] ?? [],
    abandoned: [...new Set(abandoned)],
    wallMs: endedAt - startedAt,
    criticalPath,
  };
}

/**
 * The chain of `tasks` that weighs most, prerequisites first. Tasks without a weight do not count, and no chain leads through
 * them. The tasks must not be in a cycle.
 */
export function longestPath(tasks: readonly AnyTask[], weigh: (task: AnyTask) => number | undefined): AnyTask[] {
  const waitsFor = new Map<AnyTask, number>();
  for (const task of tasks) if (weigh(task) !== undefined) waitsFor.set(task, 0);
  for (const task of waitsFor.keys()) {
    waitsFor.set(task, task.prerequisites.filter((prerequisite) => waitsFor.has(prerequisite)).length);
  }
  const ready = [...waitsFor.keys()].filter((task) => waitsFor.get(task) === 0);
  const best = new Map<AnyTask, { total: number; before: AnyTask | undefined }>();
  let last: AnyTask | undefined;
  for (const task of ready) {
    let before: AnyTask | undefined;
    for (const prerequisite of task.prerequisites) {
      if ((best.get(prerequisite)?.total ?? -1) > (before === undefined ? -1 : (best.get(before)?.total ?? -1))) {
        before = prerequisite;
      }
    }
    const total = (weigh(task) ?? 0) + (before === undefined ? 0 : (best.get(before)?.total ?? 0));
    best.set(task, { total, before });
    if (last === undefined || total > (best.get(last)?.total ?? 0)) last = task;
    for (const dependent of task.dependents) {
      const left = (waitsFor.get(dependent) ?? 0) - 1;
      if (left >= 0) waitsFor.set(dependent, left);
      if (left === 0) ready.push(dependent);
    }
  }
  const path: AnyTask[] = [];
  for (let task = last; task !== undefined; task = best.get(task)?.before) path.push(task);
  return path.toReversed();
}
