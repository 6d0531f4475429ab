// Whether a transition that was observed is one that the rules allow at this moment. The same questions,
// asked when all is quiet, tell what should have happened and has not (see rest.ts).

import { MACHINE } from "../helpers/machine.ts";
import { ranks } from "./rules.ts";
import type { Rules } from "./rules.ts";
import { isFinal } from "./state.ts";
import type { Attempt, EventName, ModelRun, ModelTask, Outcome, Owner, State } from "./state.ts";

export interface World {
  readonly tasks: readonly ModelTask[];
  readonly runs: readonly ModelRun[];
  readonly rules: Rules;
  readonly now: () => number;
}

export const next = (state: State, event: EventName): State | undefined => MACHINE[state][event];

const isRun = (owner: Owner): owner is ModelRun => owner !== "user";

/** The prerequisites are there, no retry is waiting, and nobody has decided otherwise. */
export function isReady({ rules, now }: World, run: ModelRun, task: ModelTask): boolean {
  return (
    run.graph.has(task) &&
    task.state === "PENDING" &&
    rules.isSatisfied(task) &&
    rules.verdict(task) === undefined &&
    !task.refused?.final &&
    !task.cancelAsked &&
    now() >= task.notBefore
  );
}

/** Slots that are surely free, or with `perhaps` those that may be. */
export function freeSlots({ tasks, rules }: World, run: ModelRun, perhaps: boolean): number {
  const taken = tasks.filter((task) => {
    const lingers = [...task.lingering.values()].some(({ owners }) => owners.includes(run));
    if (lingers && !perhaps) return true;
    if (!rules.takesSlot(task)) return false;
    if (task.state === "QUEUED") return task.holder === run;
    const owners = task.attempt?.owners ?? [];
    return owners.includes(run) && (!perhaps || owners.length === 1);
  });
  return rules.limit(run) - taken.length;
}

/** Whether the run may start the task (or hand it to its queue) now. */
function mayStart(world: World, run: ModelRun, task: ModelTask): boolean {
  const { rules } = world;
  if (!rules.mayStart(run)) return false;
  // A run that takes over what another one gave up need not wait for that one's retry.
  const gaveUp = (owner: Owner): boolean => isRun(owner) && owner !== run && owner.phase !== "active";
  const waitsElsewhere = task.waitsWith.some(gaveUp);
  const ready = isReady(waitsElsewhere ? { ...world, now: () => Number.POSITIVE_INFINITY } : world, run, task);
  if (!ready || !rules.needsSlot(task)) return ready;
  if (run.held || freeSlots(world, run, true) < 1) return false;
  const least = ranks(run, ({ state }) => state === "PENDING");
  const most = ranks(run, (other) => !run.initial.has(other));
  // Of two retries whose time has come in the same moment, the first to be woken need not know of the other.
  const isWaking = (other: ModelTask): boolean => other.notBefore === world.now() && other.retryDelay > 0;
  const comesFirst = (other: ModelTask): boolean =>
    other !== task &&
    other.kind !== "group" &&
    !isWaking(other) &&
    isReady(world, run, other) &&
    rules.precedes((each) => (each === task ? most : least)(each), other, task);
  return !world.tasks.some(comesFirst);
}

/** Who may be starting the task now. */
export function starters(world: World, task: ModelTask, event: "queue" | "dispatch"): Owner[] {
  if (task.state === "QUEUED") return task.holder && world.rules.mayStart(task.holder) ? [task.holder] : [];
  const wantsQueue = event === "queue";
  const owners: Owner[] = world.runs.filter(
    (run) =>
      (task.kind === "group" ? !wantsQueue : wantsQueue === (run.options.queue !== "none")) &&
      mayStart(world, run, task),
  );
  const byUser = task.dispatchAsked || (task.waitsWith.includes("user") && world.now() >= task.notBefore);
  if (byUser && !wantsQueue && world.rules.isSatisfied(task)) owners.unshift("user");
  return owners;
}

/** Whether somebody wants the attempt stopped, surely or `perhaps` (where it is open who started it). */
export function stopWanted(task: ModelTask, attempt: Attempt, why: "cancel" | "release", perhaps: boolean): boolean {
  if (why === "cancel" && task.cancelAsked) return true;
  const hasStopped = (run: ModelRun): boolean => run.phase === "stopped" || (perhaps && run.mayHaveStopped);
  const wants = (owner: Owner): boolean =>
    isRun(owner) &&
    (why === "cancel"
      ? owner.phase === "cancelled"
      : owner.gone || (hasStopped(owner) && owner.options.failFast === "abort"));
  return perhaps ? attempt.owners.some(wants) : attempt.owners.length > 0 && attempt.owners.every(wants);
}

const isAbortError = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && "error" in outcome && outcome.error instanceof Error && outcome.error.name === "AbortError";

/** Whether what a function threw says that it stopped because its own signal aborted. */
function isBecauseOfSignal(attempt: Attempt): boolean {
  if (!attempt.signalled || !attempt.outcome || !("error" in attempt.outcome)) return false;
  for (let { error } = attempt.outcome; ; error = error.cause) {
    if (error === attempt.signalled.reason) return true;
    if (!(error instanceof Error)) return false;
    if (error === attempt.outcome.error && error.name === "AbortError") return true;
  }
}

/** Whether it may be this run that has started the task, or has handed it to its queue. */
export const isStartedBy = (run: ModelRun, { state, holder, attempt }: ModelTask): boolean =>
  state === "QUEUED" ? holder === run : (attempt?.owners.includes(run) ?? false);

export const graceOf = (owners: readonly Owner[]): number =>
  Math.min(...owners.map((owner) => (isRun(owner) ? owner.grace : 5_000)));

/** An attempt that ignores its signal is given up after `grace`. */
export const isOverdue = ({ now }: World, { owners, signalled }: Attempt): boolean =>
  signalled !== undefined && now() >= signalled.at + graceOf(owners);

/** Whether the task may take this step now. */
export function isDue(world: World, task: ModelTask, event: EventName): boolean {
  if (event === "queue" || event === "dispatch") return starters(world, task, event).length > 0;
  if (task.state === "RUNNING") return task.attempt !== undefined && endIsDue(world, task, task.attempt, event);
  const live = world.runs.filter((run) => !run.over && run.phase !== "new" && run.graph.has(task));
  // Whether a run that is being left or cancelled still marks dependents is left open.
  const mayMark = (run: ModelRun): boolean =>
    run.phase === "left" || run.phase === "cancelled" || world.rules.marks(run);
  const byHand = task.dispatchAsked || task.waitsWith.includes("user");
  switch (event) {
    case "error":
      if (task.refused?.final || task.settleAsked) return true;
      // What is about to be repaired marks nobody.
      if (live.some(({ phase, repairs }) => phase === "active" && repairs.size > 0)) return false;
      return world.rules.verdict(task) === "FAILED" && (live.some(mayMark) || byHand);
    case "cancel":
      if (task.cancelAsked || live.some((run) => run.phase === "cancelled")) return true;
      return world.rules.verdict(task) === "CANCELLED" && (live.some(mayMark) || byHand);
    case "retry":
      return world.runs.some((run) => run.repairs.has(task) || isPlanning(run, task));
    case "release":
      if (task.refused) return true;
      return task.holder !== undefined && (!world.rules.mayStart(task.holder) || task.holder.mayHaveStopped);
    default:
      return false;
  }
}

/** Who is so quick as to cancel a task while others are being repaired may see it repaired, too. */
export const isPlanning = (run: ModelRun, task: ModelTask): boolean =>
  run.options.retry && run.phase === "active" && !run.over && !run.started && run.graph.has(task);

function endIsDue(world: World, task: ModelTask, attempt: Attempt, event: EventName): boolean {
  const { rules } = world;
  const { outcome, signalled } = attempt;
  if (task.kind === "group") {
    // It ends as it begins, unless a listener is quicker.
    if (event === "cancel" || event === "release") return stopWanted(task, attempt, event, true);
    return event === "done";
  }
  if (task.settleAsked) return event === ("error" in task.settleAsked ? "error" : "done");
  const threw = outcome !== undefined && "error" in outcome;
  const stopped = isBecauseOfSignal(attempt);
  const overdue = isOverdue(world, attempt);
  const mustCancel = signalled?.why === "cancel";
  const mayCancel = stopWanted(task, attempt, "cancel", true);
  switch (event) {
    case "done":
      return outcome !== undefined && !threw && !mustCancel;
    case "error":
      return threw && !mustCancel && !stopped && !task.cancelOnError && !mustRepeat(world, task, attempt);
    case "retry":
      // While a run is left, what throws something else than its signal's reason has failed for good.
      return threw && !signalled && !task.cancelOnError && rules.isRepeated(task);
    case "cancel":
      if (threw && task.cancelOnError && !stopped) return true;
      return (mustCancel || mayCancel) && (outcome !== undefined || overdue || !attempt.begun);
    case "release":
      // A listener may stop an attempt before its function has begun, or when that has just thrown an
      // AbortError of its own.
      if (!attempt.begun || (!signalled && isAbortError(outcome))) return stopWanted(task, attempt, "release", true);
      return rules.releases() && signalled?.why === "release" && (stopped || (outcome === undefined && overdue));
    default:
      return false;
  }
}

/** In a run that goes on, a failed attempt with retries left is repeated; while a run ends that is left open. */
function mustRepeat({ rules }: World, task: ModelTask, attempt: Attempt): boolean {
  const goesOn = attempt.owners.every((owner) => owner === "user" || owner.phase === "active");
  return rules.isRepeated(task) && goesOn && !attempt.signalled;
}

/** Nothing of the run is running or queued, and nothing of it will start. */
export function hasSettled(run: ModelRun, now: number, surely: boolean): boolean {
  const own = (task: ModelTask): boolean => {
    const isOwn = (owners: readonly Owner[]): boolean => owners.includes(run) && (surely || owners.length === 1);
    if ([...task.lingering.values()].some(({ owners, until }) => isOwn(owners) && now < until)) return true;
    if (task.state === "QUEUED") return task.holder === run;
    if (task.state !== "RUNNING") return false;
    return isOwn(task.attempt?.owners ?? []);
  };
  const graph = [...run.graph];
  if (graph.some(own)) return false;
  if (run.phase === "new") return false;
  if (run.phase === "active" && !run.mayHaveStopped) return graph.every(isFinal);
  if (!surely) return true;
  // Whether a run that has stopped waits for what others run is left open.
  if (run.phase === "cancelled" || run.phase === "active") return graph.every(isFinal);
  return run.phase === "left" || !graph.some(({ state }) => state === "RUNNING" || state === "QUEUED");
}
