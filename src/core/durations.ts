// How long tasks take, as far as anybody knows: by their own `estimate`, or as earlier runs have shown. Ranks are made of it.

import type { Transition } from "./events.ts";
import type { Task } from "./task.ts";

/** Milliseconds by the names of tasks. */
export type Durations = ReadonlyMap<string, number>;

/**
 * Learns from the transitions of earlier runs how long tasks take: for each name the mean of the attempts that ended DONE, in
 * milliseconds. For `make(tasks, { durations })`, which then starts what leads to the longest path first.
 */
export function durations(transitions: Iterable<Transition>): Durations {
  const starts = new Map<Task<unknown>, number>();
  const sums = new Map<string, { ms: number; count: number }>();
  for (const { task, to, at } of transitions) {
    if (to === "RUNNING") starts.set(task, at);
    const start = starts.get(task);
    if (to !== "DONE" || start === undefined) continue;
    const { ms, count } = sums.get(task.name) ?? { ms: 0, count: 0 };
    sums.set(task.name, { ms: ms + at - start, count: count + 1 });
  }
  return new Map([...sums].map(([name, { ms, count }]) => [name, ms / count]));
}

/** What a task weighs in the length of a path: what is known of its name, else its estimate, else 1. */
export function weightOf(task: Task<unknown>, known: Durations | undefined): number {
  const learned = known?.get(task.name);
  if (learned !== undefined) return learned;
  const extra = task._extra;
  return extra === undefined ? 1 : (extra.policy?.estimate ?? 1);
}
