// Edges: what a task requires, how that was written down, and what its function gets for it.
// Prerequisites and dependents are plain arrays on the tasks; the shape of `require` is kept apart, for the inputs.

import { argumentError } from "./check.ts";
import { CycleError, TransitionError } from "./errors.ts";
import { findCycle } from "./explore.ts";
import { isTask, SettledEdge, taskOf } from "./node.ts";
import type { Task } from "./task.ts";
import type { Inputs, Require, Requirement } from "./types.ts";

type AnyTask = Task<unknown>;

/** Makes a soft edge, after `Promise.allSettled`: the dependent waits for any final state of `task` and gets its {@link Outcome}. */
export function settled<R>(task: Task<R>): SettledEdge<R> {
  if (!isTask(task)) throw argumentError(TypeError, "settled()", "a task", task);
  return new SettledEdge(task);
}

/** The entries of a `require` option, in order; refuses whatever is not a task, a soft edge, an array or a record of those. */
export function requirements(owner: string, require: Require): Requirement[] {
  const entries = isRequirement(require)
    ? [require]
    : typeof require === "object" && require !== null
      ? Object.values(require)
      : [require];
  for (const entry of entries) {
    if (!isRequirement(entry)) {
      throw argumentError(TypeError, `${owner}: require`, "a task, or an array or record of tasks", entry);
    }
  }
  return entries;
}

function isRequirement(value: unknown): value is Requirement {
  return isTask(value) || value instanceof SettledEdge;
}

/** Keeps a `require` option from later changes by its owner. */
export function copyShape(require: Require): Require {
  if (isRequirement(require)) return require;
  return Array.isArray(require) ? require.slice() : Object.fromEntries(Object.entries(require));
}

/** What a function gets for its `require`: a fresh value of the same shape. */
export function inputsOf<Q extends Require | undefined>(shape: Q): Inputs<Q> {
  return mapShape(shape, inputOf) as Inputs<Q>;
}

function mapShape(shape: Require | undefined, map: (entry: Requirement) => unknown): unknown {
  if (shape === undefined) return undefined;
  if (isRequirement(shape)) return map(shape);
  if (Array.isArray(shape)) return (shape as Requirement[]).map(map);
  return Object.fromEntries(
    Object.entries(shape as Record<string, Requirement>).map(([key, entry]) => [key, map(entry)]),
  );
}

function inputOf(entry: Requirement): unknown {
  if (!(entry instanceof SettledEdge)) return (entry as AnyTask).result;
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
  for (const watcher of watchers) watcher.check(dependent, tasks);
}

/** Adds edges that {@link checkEdges} has allowed. */
export function commitEdges(dependent: AnyTask, entries: readonly Requirement[]): void {
  const added = linkEdges(dependent, entries);
  if (added.length > 0) for (const watcher of dependent._watchers()) watcher.required(dependent, added);
}

/** Links tasks, twice is once, a hard edge wins over a soft one; returns the prerequisites that are new or became hard. */
export function linkEdges(dependent: AnyTask, entries: readonly Requirement[]): AnyTask[] {
  const has = membership(dependent, entries.length);
  const added: AnyTask[] = [];
  for (const entry of entries) {
    const task = taskOf(entry);
    const soft = entry instanceof SettledEdge;
    if (has(task)) {
      if (!soft && dependent._extra?.soft?.delete(task)) added.push(task);
      continue;
    }
    if (soft) (dependent._extras().soft ??= new Set()).add(task);
    added.push(task);
    task._dependents = grow(task._dependents, dependent);
    dependent._prerequisites = grow(dependent._prerequisites, task);
  }
  return added;
}

// A few tasks are looked up on the shorter side of each edge; for many at once a set pays, so that no way of adding is quadratic.
function membership(dependent: AnyTask, count: number): (task: AnyTask) => boolean {
  if (count < 8 || dependent._prerequisites.length > count * 4) {
    return (task) =>
      task._dependents.length < dependent._prerequisites.length
        ? task._dependents.includes(dependent)
        : dependent._prerequisites.includes(task);
  }
  const known = new Set(dependent._prerequisites);
  return (task) => known.has(task) || (known.add(task), false);
}

// Arrays that `push` has grown keep room for 17 and more; most tasks have a few edges, and there are many tasks.
function grow(list: AnyTask[], task: AnyTask): AnyTask[] {
  if (list.length < 6) return [...list, task];
  list.push(task);
  return list;
}
