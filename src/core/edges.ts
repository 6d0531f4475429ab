// Edges: what a task requires, how that was written down, and what its function gets for it.
// Prerequisites and dependents are plain arrays on the tasks; the shape of `require` is kept apart, for the inputs.

import { argumentError } from "./check.ts";
import { CycleError, quoteName, TransitionError } from "./errors.ts";
import { isThenable } from "./events.ts";
import { findCycle } from "./explore.ts";
import { isTask, SettledEdge, taskOf } from "./node.ts";
import type { Task } from "./task.ts";
import type { Require, Requirement } from "./types.ts";

type AnyTask = Task<unknown>;

/** Makes a soft edge, after `Promise.allSettled`: the dependent waits for any final state of `task` and gets its {@link Outcome}. */
export function settled<R>(task: Task<R>): SettledEdge<R> {
  if (!isTask(task)) throw argumentError(TypeError, "settled()", "a task", task);
  return new SettledEdge(task);
}

/** The entries of `require`, in a fresh array; refuses whatever is not a task, a soft edge, an array or a record of those. */
export function requirements(task: string, require: Require): Requirement[] {
  const isMany = Array.isArray(require) || isRecord(require);
  const entries = isMany ? (Array.isArray(require) ? require.slice() : Object.values(require)) : [require];
  for (const entry of entries as Requirement[]) {
    if (!isRequirement(entry)) {
      throw argumentError(
        TypeError,
        `task ${quoteName(task)}: require`,
        "a task, or an array or record of tasks",
        entry,
      );
    }
  }
  return entries as Requirement[];
}

// Not a Set, a Map or a promise, whose entries would go unseen.
function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null || isRequirement(value)) return false;
  return !(Symbol.iterator in value) && !isThenable(value);
}

function isRequirement(value: unknown): value is Requirement {
  return isTask(value) || value instanceof SettledEdge;
}

/** A `require` option to keep, safe from later changes by its owner; `entries` are those of the option. */
export function shapeOf(require: Require, entries: readonly Requirement[]): Require {
  if (isRequirement(require)) return require;
  return Array.isArray(require) ? entries : Object.fromEntries(Object.entries(require));
}

/** What a function gets for its `require`: a fresh value of the same shape. */
export function inputsOf(shape: Require | undefined): unknown {
  if (shape === undefined) return undefined;
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
  for (const watcher of watchers) watcher.check(dependent, tasks);
}

/** Adds edges that {@link checkEdges} has allowed. */
export function commitEdges(dependent: AnyTask, entries: readonly Requirement[]): void {
  const links = linkEdges(dependent, entries);
  if (links.added.length + links.hardened.length === 0) return;
  for (const watcher of dependent._watchers()) watcher.required(dependent, links);
}

/** What `linkEdges` has changed: prerequisites that are new, and such as were over a soft edge and are over a hard one now. */
export interface Links {
  readonly added: readonly AnyTask[];
  readonly hardened: readonly AnyTask[];
}

/** Links tasks: twice is once, and a hard edge wins over a soft one. */
function linkEdges(dependent: AnyTask, entries: readonly Requirement[]): Links {
  const has = membership(dependent, entries.length);
  const added: AnyTask[] = [];
  const hardened: AnyTask[] = [];
  if (dependent._prerequisites === dependent._shape) dependent._prerequisites = dependent._prerequisites.slice();
  for (const entry of entries) {
    const task = taskOf(entry);
    const soft = entry instanceof SettledEdge;
    if (has(task)) {
      if (!soft && dependent._extra?.soft?.delete(task)) hardened.push(task);
      continue;
    }
    if (soft) (dependent._extras().soft ??= new Set()).add(task);
    added.push(task);
    task._dependents = grow(task._dependents, dependent);
    dependent._prerequisites = grow(dependent._prerequisites, task);
  }
  return { added, hardened };
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

/**
 * Links a task that is new, which can be done at once where all of `entries` are different tasks. Then its list of prerequisites
 * is `entries` itself, which may serve as its shape too: `grow` leaves short lists as they are and `linkEdges` copies long ones.
 */
export function linkNew(task: AnyTask, entries: Requirement[]): void {
  if (!areDifferentTasks(entries)) return void linkEdges(task, entries);
  task._prerequisites = entries;
  for (const prerequisite of entries) prerequisite._dependents = grow(prerequisite._dependents, task);
}

function areDifferentTasks(entries: readonly Requirement[]): entries is AnyTask[] {
  if (entries.length > 8)
    return !entries.some((entry) => entry instanceof SettledEdge) && new Set(entries).size === entries.length;
  for (let i = 0; i < entries.length; i++) {
    if (entries[i] instanceof SettledEdge) return false;
    for (let k = 0; k < i; k++) if (entries[k] === entries[i]) return false;
  }
  return true;
}

// An array that `push` has grown keeps room for 17 and more, and most of a million tasks have a few edges. A literal has room for
// just what it names; `pop` empties some of that room and leaves it there.
function grow(list: AnyTask[], task: AnyTask): AnyTask[] {
  if (list.length === 0) return [task];
  if (list.length === 1) {
    const three = [list[0] as AnyTask, task, task];
    three.pop();
    return three;
  }
  if (list.length === 3) {
    const [a, b, c] = list as [AnyTask, AnyTask, AnyTask];
    const six = [a, b, c, task, task, task];
    six.pop();
    six.pop();
    return six;
  }
  list.push(task);
  return list;
}
