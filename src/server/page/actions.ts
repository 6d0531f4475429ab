// What can be done from the page: cancel, and retry. To retry is to repair: a task that is blocked needs what blocks it, and what it
// has blocked in turn is meant as well. Whether the run is still there to go on with them decides who makes them.

import { BlockedError, CancelledError } from "../../core/errors.ts";
import { make } from "../../core/make.ts";
import { isSoft } from "../../core/node.ts";
import { Run } from "../../core/run.ts";
import type { MakeOptions, Settings } from "../../core/settings.ts";
import type { Task } from "../../core/task.ts";
import type { Watch } from "./watch.ts";

const REASON = "cancelled from the page";

/** Cancels one task. Returns false if it was settled. */
export function cancelOne(task: Task): boolean {
  return task.cancel(REASON);
}

/** Cancels everything that is unfinished. */
export function cancelAll({ roll }: Watch): void {
  for (const source of roll.sources) if (source instanceof Run && source.endedAt === undefined) source.cancel(REASON);
  if (roll.source instanceof Run) return;
  for (const task of [...roll.tasks, ...roll.rest]) task.cancel(REASON);
}

/**
 * Returns tasks to PENDING, with all that they need and all that they held up, and has them made: by the run if it goes on, else
 * by a new one with the same options, which is watched too. Returns that. @throws RangeError if such a run lacks something.
 */
export function retry(wanted: readonly Task[], watch: Watch): Run | undefined {
  const { roll } = watch;
  const repaired = repairOrder(wanted);
  for (const task of repaired) if (isLost(task)) task.retry();
  const idle = repaired.filter(
    (task) => !task.isSettled() && !task._watchers().some((watcher) => watcher.drives(task, new Set())),
  );
  if (idle.length === 0) return undefined;
  const run: Run = make(idle, optionsOf(roll.source._settings));
  // A function may log something as soon as it is called, which is when the run starts.
  watch.follow(run);
  run._start();
  return run;
}

// Prerequisites first, so that nobody sees a repaired task behind a broken one.
function repairOrder(wanted: readonly Task[]): readonly Task[] {
  const needed = new Set<Task>();
  const open = wanted.filter(isLost);
  for (const task of open) {
    if (needed.has(task)) continue;
    needed.add(task);
    for (const prerequisite of task.prerequisites) {
      if (isLost(prerequisite) && !isSoft(task, prerequisite)) open.push(prerequisite);
    }
  }
  const order = new Set<Task>();
  const ready = [...needed];
  for (const task of ready) {
    if (order.has(task) || lostBefore(task).some((prerequisite) => !order.has(prerequisite))) continue;
    order.add(task);
    for (const dependent of task.dependents) if (needed.has(dependent) || isHeldUp(dependent)) ready.push(dependent);
  }
  return [...order];
}

function isLost(task: Task): boolean {
  return task.state === "FAILED" || task.state === "CANCELLED";
}

function lostBefore(task: Task): readonly Task[] {
  return task.prerequisites.filter((prerequisite) => isLost(prerequisite) && !isSoft(task, prerequisite));
}

function isHeldUp({ error }: Task): boolean {
  return (
    error instanceof BlockedError || (error instanceof CancelledError && error.reason === "cancelled prerequisites")
  );
}

// All but `runId`, which names the jobs of a run that has asked for other tasks, and a signal that would cancel this one at once.
function optionsOf(settings: Settings): MakeOptions {
  const { limitsQueues, concurrency, queue, queues, resources, failFast, durations, signal, grace, clock } = settings;
  return {
    resources,
    failFast,
    grace,
    clock,
    queues: Object.fromEntries(queues),
    ...(limitsQueues ? { concurrency } : {}),
    ...(queue === undefined ? {} : { queue }),
    ...(durations === undefined ? {} : { durations }),
    ...(signal === undefined || signal.aborted ? {} : { signal }),
  };
}
