// Whether something will still come of what a scheduler waits for. Schedulers may wait for each other's tasks, in a circle too: each
// is asked once.

import type { Watcher } from "./node.ts";
import { MEMBER, OPEN } from "./roster.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

// Whether a task runs, is queued or will be tried again, or would be started in time by a watcher that has not been `asked`.
function isInFlight(task: AnyTask, asked: Set<Watcher>): boolean {
  if (task._state === "RUNNING" || task._state === "QUEUED") return true;
  if (task._extra?.holder?.isWaiting(task) === true) return true;
  return task._watchers().some((watcher) => !asked.has(watcher) && watcher.drives(task, asked));
}

/** Whether a scheduler would start a task in time. */
export function drives(scheduler: Scheduler, task: AnyTask, asked: Set<Watcher>): boolean {
  const { roster, phase, isPaused } = scheduler;
  const place = roster.placeOf(task);
  const isGoing = (phase === "planning" || phase === "open") && !isPaused;
  return place !== -1 && isGoing && roster.has(place, MEMBER) && isMoving(scheduler, asked);
}

// Whether it has something to do, or waits for something that is in flight elsewhere.
function isMoving(scheduler: Scheduler, asked: Set<Watcher>): boolean {
  asked.add(scheduler);
  if (scheduler.phase === "planning" || scheduler.live > 0 || !scheduler.isAtRest()) return true;
  return scheduler.roster.tasks.some((task, place) => isExpected(scheduler, place) && awaitsSome(task, asked));
}

/** Whether a task, or one of those that keep it from running, is in flight. */
export function awaitsSome(task: AnyTask, asked: Set<Watcher>): boolean {
  return isInFlight(task, asked) || task.blockers().some((blocker) => isInFlight(blocker, asked));
}

function isExpected({ roster }: Scheduler, place: number): boolean {
  return roster.seen[place] === OPEN && roster.has(place, MEMBER);
}
