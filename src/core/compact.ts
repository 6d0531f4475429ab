// What a task queue forgets. One that lives long does not keep what has gone through it: only what is unfinished, and what that requires.

import { LINKED, OPEN } from "./roster.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** Takes everything off a scheduler's roster that it has no use for; the places of the others change. */
export function compact(scheduler: Scheduler): void {
  const { roster } = scheduler;
  const entries = roster.tasks.map((task, place) => ({
    task,
    seen: roster.seen[place] as number,
    flags: roster.flags[place] as number,
    unmet: roster.unmet[place] as number,
  }));
  const needed = new Set<AnyTask>();
  for (const { task, seen, flags } of entries) {
    if (seen !== OPEN) continue;
    needed.add(task);
    if (flags & LINKED) for (const prerequisite of task.prerequisites) needed.add(prerequisite);
  }
  roster.forget(0, 0);
  scheduler.ready.clear();
  for (const { task, seen, flags, unmet } of entries) {
    if (!needed.has(task)) continue;
    const place = roster.enter(task, flags);
    roster.seen[place] = seen;
    roster.unmet[place] = unmet;
    scheduler.hear(task);
  }
  for (const [place, task] of roster.tasks.entries()) {
    if (!roster.has(place, LINKED)) continue;
    for (const prerequisite of task.prerequisites) {
      const below = roster.placeOf(prerequisite);
      if (below !== -1) roster.edges.add(below, place);
    }
  }
}
