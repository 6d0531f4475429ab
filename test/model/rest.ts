// What must have happened by the time that all is quiet. The counterpart of due.ts: that one finds what
// happened without cause, this one what had cause and did not happen.

import { freeSlots, hasSettled, isOverdue, isReady, stopWanted } from "./due.ts";
import type { World } from "./due.ts";
import type { ModelRun, ModelTask } from "./state.ts";

/** Every complaint about a quiet moment. */
export function* overdue(world: World): Iterable<string> {
  for (const task of world.tasks) {
    const late = lateTask(world, task);
    if (late) yield `${task.name} (${task.state}): ${late}`;
  }
  for (const run of world.runs) {
    const late = lateRun(world, run);
    if (late) yield `run ${run.number} (${run.phase}): ${late}`;
  }
}

function lateTask(world: World, task: ModelTask): string | undefined {
  switch (task.state) {
    case "PENDING":
      return latePending(world, task);
    case "QUEUED":
      return lateQueued(world, task);
    case "RUNNING":
      return lateRunning(world, task);
    default:
      return undefined;
  }
}

function latePending(world: World, task: ModelTask): string | undefined {
  const { rules, runs } = world;
  if (task.cancelAsked) return "was cancelled and waits";
  if (task.dispatchAsked) return "was dispatched and waits";
  const live = runs.filter((run) => run.graph.has(task) && !run.over);
  if (live.some((run) => isCancelledIn(run, task))) return "its run was cancelled and it waits";
  if (task.refused?.final) return "was refused for good and waits";
  const verdict = rules.verdict(task);
  if (verdict && live.some((run) => rules.marks(run) && !run.optional.has(task)))
    return `a prerequisite is ${verdict} and it waits`;
  const byUser = task.waitsWith.includes("user") && rules.isSatisfied(task) && world.now() >= task.notBefore;
  if (byUser) return "its retry is due";
  for (const run of live) {
    if (!rules.mayStart(run) || run.mayHaveStopped || !isReady(world, run, task)) continue;
    if (!rules.needsSlot(task) || freeSlots(world, run, false) > 0) return `is ready in run ${run.number} and waits`;
  }
  return undefined;
}

/** A retry that waits in another run is not this run's to cancel. */
function isCancelledIn(run: ModelRun, task: ModelTask): boolean {
  return run.phase === "cancelled" && !run.past.has(task) && task.waitsWith.every((owner) => owner === run);
}

function lateQueued({ tasks, rules }: World, task: ModelTask): string | undefined {
  const run = task.holder;
  if (!run) return "is in nobody's queue";
  if (task.cancelAsked) return "was cancelled and is still queued";
  if (!rules.mayStart(run)) return "its run starts nothing more and it is still queued";
  if (run.options.queue === "held") return undefined;
  if (run.options.queue !== "p-queue") return "its queue has let it start and it has not";
  // An abandoned function may go on filling a place in the p-queue.
  const busy = tasks.filter((other) => other.holder === run && other.state === "RUNNING").length;
  const abandoned = tasks.reduce((sum, other) => sum + other.abandoned.size, 0);
  return busy + abandoned < run.options.queueWidth ? "the p-queue has room and it waits" : undefined;
}

function lateRunning(world: World, task: ModelTask): string | undefined {
  const { attempt } = task;
  if (!attempt) return "has no attempt";
  if (task.kind === "group") return "is a group and still running";
  if (!attempt.begun) return "its function has not begun";
  if (attempt.outcome) return "its function has ended";
  if (task.settleAsked) return "was settled from outside";
  if (isOverdue(world, attempt)) return "ignores its signal beyond grace";
  const wanted = stopWanted(task, attempt, "cancel", false) || stopWanted(task, attempt, "release", false);
  return wanted && !attempt.signalled ? "is to stop and its signal has not aborted" : undefined;
}

function lateRun(world: World, run: ModelRun): string | undefined {
  if (run.repairs.size > 0 && run.phase === "active") return "retry: true has not returned all tasks to PENDING";
  if (run.held && run.waiting) return "a task was handed over and not received";
  if (!run.over && hasSettled(run, world.now(), true)) return "everything has settled but not the run";
  if (run.waiting && !run.gone && run.first.size + run.buffer.length > 0) {
    return `has not yielded ${[...run.first, ...run.buffer].map(({ name }) => name).join(" ")}`;
  }
  if (run.waiting && run.over) return "has settled and its iteration goes on";
  return undefined;
}
