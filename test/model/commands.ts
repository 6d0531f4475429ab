// Gives the commands of a script to the real thing, each told to the reference first. What a pick means is
// decided by looking at the real thing alone, so that a script does the same with and without a reference.

import { BlockedError, CycleError, TransitionError } from "thence";
import type { Task } from "thence";
import type { Command, RunSpec, TaskSpec } from "./arbitrary.ts";
import { outcomeOf } from "./functions.ts";
import { PlayedRun } from "./played-run.ts";
import { queueFor } from "./queues.ts";
import type { Stage } from "./stage.ts";
import type { ModelTask } from "./state.ts";

const choose = <T>(from: readonly T[], pick: number): T | undefined => from[pick % from.length];

/** Carries out one command; `within` tells that a listener or a function gives it, in the midst of a step. */
export async function perform(stage: Stage, command: Command, within = false): Promise<void> {
  const { tasks, runs, functions } = stage;
  switch (command.do) {
    case "finish":
      choose(functions.live, command.pick)?.end(outcomeOf(command.how));
      break;
    case "settle":
      settle(stage, command.pick, command.how);
      break;
    case "cancel":
      cancel(stage, choose(tasks, command.task), within);
      break;
    case "dispatch":
      dispatch(stage, choose(tasks, command.task));
      break;
    case "require":
      require(stage, choose(tasks, command.task), choose(tasks, command.on), command.evenCycles, within);
      break;
    case "cancelRun": {
      const run = choose(runs, command.run);
      // What a run does with a cycle that is cancelled or left before it looks for one is left open, and so is
      // a cancel of one that was left.
      if (run && !run.left && (run.begun || !stage.cyclic)) run.cancel(`run reason ${stage.stirred}`);
      break;
    }
    case "leave": {
      const run = choose(runs, command.run);
      if (run && (run.begun || !stage.cyclic)) void run.leave();
      break;
    }
    case "pull":
      choose(runs, command.run)?.pull();
      break;
    case "admit":
      void choose(stage.held.splice(command.pick % (stage.held.length || 1), 1), 0)?.();
      break;
    case "wait":
      await stage.clock.advance(command.ms);
      break;
    case "again":
      if (stage.scenario.sideBySide || runs.every((run) => run.left || run.over)) begin(stage, command.run);
      break;
  }
}

/** Starts a run, or prepares it if its consumer waits to be told. */
export function begin(stage: Stage, given: RunSpec): void {
  const { tasks, reference, scenario } = stage;
  // Where it is open which of two runs starts a task, slots and queues would be, too.
  const spec = scenario.sideBySide
    ? { ...given, concurrency: Number.POSITIVE_INFINITY, queue: "none" as const, retry: false }
    : given;
  const { concurrency, failFast, every, retry } = spec;
  const requested =
    spec.requested === "sinks"
      ? tasks.filter((task) => task.dependents.length === 0)
      : spec.requested.map((pick) => choose(tasks, pick) as Task<unknown>);
  const queue = queueFor(spec, stage.held, (task) => stage.indexOf(task), stage);
  const model = reference?.addRun(
    new Set(requested.map((task) => stage.modelOf(task) as ModelTask)),
    spec,
    scenario.grace,
  );
  const options = {
    clock: stage.clock,
    grace: scenario.grace,
    failFast,
    every,
    retry,
    ...(concurrency !== undefined && { concurrency }),
    ...(queue && { queue }),
  };
  const modelOf = (task: Task<unknown>): ModelTask | undefined => stage.modelOf(task);
  const run = new PlayedRun({ spec, tasks: requested, options, model, modelOf }, stage);
  stage.runs.push(run);
  run.start();
}

function cancel(stage: Stage, task: Task<unknown> | undefined, within: boolean): void {
  if (!task) return;
  const reason = `reason ${stage.stirred}`;
  const model = stage.modelOf(task);
  const expected = model && stage.reference?.cancelTask(model, reason);
  const did = task.cancel(reason);
  if (model && !within && did !== expected) stage.complain(`${task.name}: cancel() returned ${did}`);
}

function settle(stage: Stage, pick: number, how: "value" | "error"): void {
  const live = stage.functions.live.filter(({ index, number }) => {
    const task = stage.tasks[index];
    return task?.state === "RUNNING" && task.attempts === number;
  });
  const task = stage.tasks[choose(live, pick)?.index ?? -1];
  if (!task) return;
  const outcome = outcomeOf(how);
  const model = stage.modelOf(task);
  if (model) stage.reference?.settles(model, outcome);
  if ("value" in outcome) task.done(outcome.value);
  else task.fail(outcome.error);
}

function dispatch(stage: Stage, task: Task<unknown> | undefined): void {
  // What becomes of a task dispatched by hand under a cancelled prerequisite is left open.
  const failed = task?.blockers().some(({ state }) => state === "FAILED");
  if (!task || (!failed && task.blockers().some(({ state }) => state === "CANCELLED"))) return;
  // By hand the machine's clock is taken, and nobody is going to wait for that.
  const spec = stage.scenario.tasks[stage.indexOf(task)];
  if (task.state === "QUEUED" || spec?.retryDelay !== 0 || spec.onAbort === "ignores") return;
  const model = stage.modelOf(task);
  const expected = model && stage.reference?.dispatch(model);
  let did = "starts";
  try {
    task.dispatch().catch(() => {});
  } catch (error) {
    did = error instanceof BlockedError || error instanceof TransitionError ? error.name : String(error);
  }
  if (model && did !== expected) stage.complain(`${task.name}: dispatch() ${did}, expected ${expected}`);
}

/** Whether `from` requires `target`, directly or not, through tasks that have not settled, or through any. */
function leadsTo(from: Task<unknown>, target: Task<unknown>, throughAny = false): boolean {
  const found = new Set([from]);
  for (const task of found) {
    if (throughAny || !task.isSettled()) for (const prerequisite of task.prerequisites) found.add(prerequisite);
  }
  return found.has(target);
}

function require(
  stage: Stage,
  task: Task<unknown> | undefined,
  on: Task<unknown> | undefined,
  evenCycles: boolean,
  within: boolean,
): void {
  if (!task || !on) return;
  // Of a circle through what has settled, and is repaired the next moment, nobody knows when it is closed.
  if (within && leadsTo(on, task, true)) return;
  const closes = leadsTo(on, task);
  if (closes && (!evenCycles || stage.runs.some((run) => run.isDoomed))) return;
  // What a hard edge makes of a soft one is left open.
  const index = stage.indexOf(task);
  if (stage.edges(stage.scenario.tasks[index] as TaskSpec, index).get(stage.indexOf(on)) === "soft") return;
  const [model, modelOn] = [stage.modelOf(task), stage.modelOf(on)];
  const expected = model && modelOn && stage.reference?.require(model, modelOn);
  let did = "added";
  try {
    task.require(on);
    if (closes) stage.cyclic = true;
    if (model && modelOn && expected === "open") stage.reference?.connect(model, modelOn);
  } catch (error) {
    did = error instanceof CycleError ? "cycle" : error instanceof TransitionError ? "state" : String(error);
  }
  if (expected && expected !== "open" && did !== expected) {
    stage.complain(`${task.name}.require(${on.name}): ${did}, expected ${expected}`);
  }
}
