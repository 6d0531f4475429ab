// Compares what a task ended with, what its function got and what a run summed up with what they must be.

import type { World } from "./due.ts";
import { isFinal } from "./state.ts";
import type { EventName, ModelRun, ModelTask, State } from "./state.ts";

/** A transition as the player saw it, with tasks as the reference knows them. */
export interface Observed {
  readonly event: EventName;
  readonly from: State;
  readonly to: State;
  readonly attempt: number;
  readonly result: unknown;
  readonly error: unknown;
  readonly because: unknown;
  /** The tasks to blame, from the record. */
  readonly blamed: readonly ModelTask[] | undefined;
  /** The tasks to blame, from a BlockedError. */
  readonly blockers: readonly ModelTask[] | undefined;
}

export interface ObservedSummary {
  readonly done: readonly ModelTask[];
  readonly failed: readonly ModelTask[];
  readonly cancelled: readonly ModelTask[];
  readonly notStarted: readonly ModelTask[];
  readonly abandoned: readonly ModelTask[];
  readonly wallMs: number;
}

const names = (tasks: Iterable<ModelTask>): string => [...tasks].map(({ name }) => name).join(" ");

function sameTasks(left: Iterable<ModelTask>, right: Iterable<ModelTask>): boolean {
  const [a, b] = [[...left], new Set(right)];
  return a.length === b.size && a.every((task) => b.has(task));
}

/** What is wrong with the end that a task came to, asked before the reference takes the step. */
export function* compareEnd(world: World, task: ModelTask, observed: Observed): Iterable<string> {
  const { to, result, error } = observed;
  const outcome = task.settleAsked ?? task.attempt?.outcome;
  if (to === "DONE") {
    const expected = outcome && "value" in outcome ? outcome.value : undefined;
    if (result !== expected) yield `${task.name}: result ${String(result)}, expected ${String(expected)}`;
    if (error !== undefined) yield `${task.name}: DONE with an error`;
    return;
  }
  if (result !== undefined) yield `${task.name}: ${to} with a result`;
  if (to === "CANCELLED") {
    yield* compareCancelled(world, task, observed);
  } else if (outcome && "error" in outcome) {
    if (error !== outcome.error) yield `${task.name}: error ${String(error)}, expected ${String(outcome.error)}`;
  } else if (task.refused) {
    if (error !== task.refused.error) yield `${task.name}: error ${String(error)}, expected the queue's`;
  } else yield* compareBlocked(task, observed);
}

function* compareCancelled(world: World, task: ModelTask, { error, because, blamed }: Observed): Iterable<string> {
  if (!(error instanceof Error && error.name === "CancelledError")) {
    yield `${task.name}: CANCELLED with ${String(error)}`;
    return;
  }
  const runs = world.runs.filter((run) => run.phase === "cancelled" && run.graph.has(task));
  const reason = "reason" in error ? error.reason : undefined;
  const reasons = [task.cancelAsked, ...runs.flatMap((run) => run.cancelReasons.map((each) => ({ reason: each })))];
  const blame = [...task.requires].filter(([other, edge]) => edge === "hard" && other.state === "CANCELLED");
  if (because === "cancelled prerequisites") {
    const expected = blame.map(([other]) => other);
    if (!sameTasks(blamed ?? [], expected)) yield `${task.name}: blames ${names(blamed ?? [])}, not ${names(expected)}`;
  } else if (!task.cancelOnError && !reasons.some((asked) => asked && asked.reason === reason)) {
    yield `${task.name}: cancelled for ${String(reason)}, which nobody gave`;
  }
}

function* compareBlocked(task: ModelTask, { error, because, blamed, blockers }: Observed): Iterable<string> {
  if (!(error instanceof Error && error.name === "BlockedError")) {
    yield `${task.name}: FAILED with ${String(error)}, expected a BlockedError`;
    return;
  }
  const expected = [...task.requires].filter(([other, edge]) => edge === "hard" && other.state === "FAILED");
  const failed = expected.map(([other]) => other);
  if (!sameTasks(blockers ?? [], failed)) yield `${task.name}: blockers ${names(blockers ?? [])}, not ${names(failed)}`;
  if (!failed.some((other) => other.error === error.cause)) yield `${task.name}: cause ${String(error.cause)}`;
  if (because !== "failed prerequisites") yield `${task.name}: because ${String(because)}`;
  if (!sameTasks(blamed ?? [], failed)) yield `${task.name}: the record blames ${names(blamed ?? [])}`;
}

/** What is wrong with the inputs, given as a list in the order of the edges. */
export function* compareInputs(task: ModelTask, inputs: unknown): Iterable<string> {
  if (task.inputs.length === 0) {
    if (inputs !== undefined) yield `${task.name}: inputs without a require`;
    return;
  }
  if (!Array.isArray(inputs) || inputs.length !== task.inputs.length) {
    yield `${task.name}: inputs ${String(inputs)}, expected ${task.inputs.length}`;
    return;
  }
  for (const [index, [other, edge]] of task.inputs.entries()) {
    const input: unknown = inputs[index];
    if (edge === "hard") {
      if (input !== other.result) yield `${task.name}: input ${String(input)} for ${other.name}`;
      continue;
    }
    const outcome = input as { state?: unknown; result?: unknown; error?: unknown } | undefined;
    const same = outcome?.state === other.state && outcome.result === other.result && outcome.error === other.error;
    if (!same) yield `${task.name}: outcome of ${other.name} is ${String(outcome?.state)}, expected ${other.state}`;
  }
}

/** What is wrong with a summary; `exact` unless other runs were at work in the graph, or it grew at the end. */
export function* compareSummary(run: ModelRun, summary: ObservedSummary, exact: boolean): Iterable<string> {
  const { done, failed, cancelled, notStarted, abandoned, wallMs } = summary;
  const all = [...done, ...failed, ...cancelled, ...notStarted];
  if (new Set(all).size !== all.length) yield `run ${run.number}: its summary counts a task twice`;
  if (!(wallMs >= 0)) yield `run ${run.number}: wallMs ${wallMs}`;
  if (!exact) return;
  const required = [...run.graph].filter((task) => !run.optional.has(task));
  const missing = required.filter((task) => !all.includes(task));
  const foreign = all.filter((task) => !run.graph.has(task));
  if (missing.length > 0) yield `run ${run.number}: its summary lacks ${names(missing)}`;
  if (foreign.length > 0) yield `run ${run.number}: its summary has ${names(foreign)}`;
  for (const [list, state] of [
    [done, "DONE"],
    [failed, "FAILED"],
    [cancelled, "CANCELLED"],
  ] as const) {
    const wrong = list.filter((task) => task.state !== state);
    if (wrong.length > 0) yield `run ${run.number}: its summary has ${names(wrong)} among ${state}`;
  }
  const early = notStarted.filter(isFinal);
  if (early.length > 0) yield `run ${run.number}: its summary has ${names(early)} among those not started`;
  if (!sameTasks(abandoned, run.abandoned)) {
    yield `run ${run.number}: abandoned ${names(abandoned)}, expected ${names(run.abandoned)}`;
  }
}
