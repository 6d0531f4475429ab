// What the suites about runs share: many remotes at a glance, so that a test can state in one line what holds.

import { makeLater, type Task } from "thence";
import { flush } from "../helpers/flush.ts";
import type { Remote } from "../helpers/remote.ts";

/** The states of remotes: `"DONE FAILED"`. */
export function states(...remotes: readonly Remote[]): string {
  return remotes.map(({ task }) => task.state).join(" ");
}

/** The names of the remotes whose function is running: `"a c"`. */
export function running(...remotes: readonly Remote[]): string {
  return names(remotes.filter((remote) => remote.running).map(({ task }) => task));
}

/** How often each remote has begun: `"1 0"`. */
export function starts(...remotes: readonly Remote[]): string {
  return remotes.map((remote) => remote.starts).join(" ");
}

/** The names of tasks: `"a c"`. */
export function names(tasks: Iterable<Task<unknown>>): string {
  return [...tasks].map(({ name }) => name).join(" ");
}

/** The tasks of remotes. */
export function tasksOf(...remotes: readonly Remote[]): Task<unknown>[] {
  return remotes.map(({ task }) => task);
}

/** Makes tasks, all of which end well, so that a test can begin where that is behind them. */
export async function madeBefore(...remotes: readonly Remote[]): Promise<void> {
  const run = makeLater(tasksOf(...remotes));
  await playOut(...remotes);
  await run.finished;
}

/** Ends whatever runs, time and again, until nothing does; the names in the order in which they began. */
export async function playOut(...remotes: readonly Remote[]): Promise<string> {
  const order: string[] = [];
  for (;;) {
    await flush();
    const begun = remotes.filter((remote) => remote.running);
    if (begun.length === 0) return order.join(" ");
    order.push(...begun.map(({ task }) => task.name));
    for (const remote of begun) remote.finish();
  }
}
