// Edges: what a task requires, how that was written down, and what its function gets for it.
// links.ts keeps them; the shape of `require` is kept apart, for the inputs.

import { argumentError } from "./check.ts";
import { CycleError, quoteName, TransitionError } from "./errors.ts";
import { isThenable } from "./events.ts";
import { findCycle } from "./explore.ts";
import { isLinked, link, linkAll, prerequisitesOf } from "./links.ts";
import { isTask, SettledEdge, taskOf } from "./node.ts";
import type { Task } from "./task.ts";
import type { Require, Requirement } from "./types.ts";

type AnyTask = Task<unknown>;

/** Makes a soft edge, after `Promise.allSettled`: the dependent waits for any final state of `task` and gets its {@link Outcome}. */
export function settled<R>(task: Task<R>): SettledEdge<R> {
  if (!isTask(task)) throw argumentError(TypeError, "settled()", "a task", task);
  return new SettledEdge(task);
}

/**
 * The entries of `require`, an array itself if that is one; refuses whatever is not a task, a soft edge, an array or a record of those.
 * `what` is the option or method of the task that got it.
 */
export function requirements(task: string, what: "require" | "make", require: Require): readonly Requirement[] {
  const entries = Array.isArray(require) ? require : isRecord(require) ? Object.values(require) : [require];
  for (const entry of entries as readonly Requirement[]) {
    if (!isRequirement(entry)) {
      throw argumentError(
        TypeError,
        `task ${quoteName(task)}: ${what}`,
        "a task, or an array or record of tasks",
        entry,
      );
    }
  }
  return entries as readonly Requirement[];
}

// Not a Set, a Map or a promise, whose entries would go unseen.
function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null || isRequirement(value)) return false;
  return !(Symbol.iterator in value) && !isThenable(value);
}

function isRequirement(value: unknown): value is Requirement {
  return isTask(value) || value instanceof SettledEdge;
}

/** Stands for the shape of most tasks: an array of what they require, as it is in their links. */
const LIST: unique symbol = Symbol("list");

/** What `require` was, safe from later changes by its owner. */
export type Shape = Require | typeof LIST | undefined;

/** What the function of a task gets for its `require`: a fresh value of the same shape. */
export function inputsFor(task: AnyTask): unknown {
  const { _shape: shape, _links: links } = task;
  if (shape === undefined) return undefined;
  if (shape !== LIST) return inputsOf(shape);
  const inputs: unknown[] = [];
  for (let k = 0; k < links.length; k += 2) inputs.push((links[k] as AnyTask).result);
  return inputs;
}

/** The results, or outcomes, of all that was required. */
export function inputsOf(shape: Require): unknown {
  if (Array.isArray(shape)) return (shape as Requirement[]).map(inputOf);
  if (isRequirement(shape)) return inputOf(shape);
  return Object.fromEntries(Object.entries(shape).map(([key, entry]: [string, Requirement]) => [key, inputOf(entry)]));
}

function inputOf(entry: Requirement): unknown {
  if (isTask(entry)) return entry.result;
  const { state, result, error } = entry.task;
  return { state, result, error };
}

/** Tasks given one by one, as iterables, or both. */
export function flatten(owner: string, given: readonly (Requirement | Iterable<Requirement>)[]): Requirement[] {
  const entries: Requirement[] = [];
  for (const item of given) {
    if (isRequirement(item)) entries.push(item);
    else if (typeof item === "object" && item !== null && Symbol.iterator in item) {
      for (const entry of item) {
        if (!isRequirement(entry)) throw argumentError(TypeError, owner, "tasks or iterables of tasks", entry);
        entries.push(entry);
      }
    } else throw argumentError(TypeError, owner, "tasks or iterables of tasks", item);
  }
  return entries;
}

/**
 * Throws if `dependent` may not require `entries`, and changes nothing. Order of the checks: state, itself, then (where a run is
 * under way) a cycle and whatever else the run cannot do.
 */
export function checkEdges(dependent: AnyTask, entries: readonly Requirement[]): void {
  if (dependent._state !== "PENDING" && dependent._state !== "PREPARE") throw new TransitionError(dependent, "require");
  const tasks = entries.map(taskOf);
  if (tasks.includes(dependent)) throw new CycleError([dependent]);
  const watchers = dependent._watchers();
  if (watchers.length === 0) return;
  const cycle = findCycle(tasks, dependent);
  if (cycle !== undefined) throw new CycleError(cycle);
  for (const watcher of watchers) watcher.check(tasks);
}

/** Adds edges that {@link checkEdges} has allowed. */
export function commitEdges(dependent: AnyTask, entries: readonly Requirement[]): void {
  const edges = linkEdges(dependent, entries);
  if (edges.added.length + edges.hardened.length === 0) return;
  for (const watcher of dependent._watchers()) watcher.required(dependent, edges);
}

/** What has changed for a dependent: prerequisites that are new, and such as were over a soft edge and are over a hard one now. */
export interface NewEdges {
  readonly added: readonly AnyTask[];
  readonly hardened: readonly AnyTask[];
}

/** Links tasks: twice is once, and a hard edge wins over a soft one. */
function linkEdges(dependent: AnyTask, entries: readonly Requirement[]): NewEdges {
  const added: AnyTask[] = [];
  const hardened: AnyTask[] = [];
  if (dependent._shape === LIST) dependent._shape = prerequisitesOf(dependent);
  for (const entry of entries) {
    const task = taskOf(entry);
    const soft = entry instanceof SettledEdge;
    if (isLinked(dependent, task)) {
      if (!soft && dependent._extra?.soft?.delete(task)) hardened.push(task);
      continue;
    }
    if (soft) (dependent._extras().soft ??= new Set()).add(task);
    added.push(task);
    link(dependent, task);
  }
  return { added, hardened };
}

/** Links a task that is new, whose `require` option has these entries. */
export function linkNew(task: AnyTask, require: Require, entries: readonly Requirement[]): void {
  let areDifferent = false;
  if (areTasks(entries)) areDifferent = linkAll(task, entries);
  else linkEdges(task, entries);
  if (isRequirement(require)) task._shape = require;
  else if (!Array.isArray(require)) task._shape = Object.fromEntries(Object.entries(require));
  else task._shape = areDifferent ? LIST : entries.slice();
}

// A loop and not `every`, which is felt where a million tasks are made.
function areTasks(entries: readonly Requirement[]): entries is readonly AnyTask[] {
  for (const entry of entries) if (!isTask(entry)) return false;
  return true;
}
