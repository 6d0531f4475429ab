// `context.make()`: a running task that waits for more tasks of the same run. While it waits it holds no slot, no resource and
// no place in a queue, so that however deep tasks make tasks, something can always run.

import type { Attempt } from "./attempt.ts";
import { inputsOf, requirements } from "./edges.ts";
import { CycleError, ReleasedError, TransitionError } from "./errors.ts";
import { findCycle } from "./explore.ts";
import { SettledEdge, taskOf } from "./node.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Require, Requirement } from "./types.ts";

/** The attempts of a scheduler that wait for tasks of their own making. */
export class Nested {
  readonly #scheduler: Scheduler;
  /** Waiting attempts. What each waits for is in its task's `making`, one entry a call. */
  readonly #parents = new Set<Attempt>();
  /** Attempts whose wait is over, which need a slot to go on, in the order in which that happened. */
  #resuming: { attempt: Attempt; resume: () => void }[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  async make(attempt: Attempt, tasks: Require): Promise<unknown> {
    const entries = requirements(attempt.task.name, "make", tasks).slice();
    const children = entries.map(taskOf);
    if (attempt.stop !== undefined) throw attempt.signal.reason;
    if (attempt.phase === "ended") throw new TransitionError(attempt.task, "make");
    const cycle = children.includes(attempt.task) ? [attempt.task] : findCycle(children, attempt.task);
    if (cycle !== undefined) throw new CycleError(cycle);
    const { members, phase } = this.#scheduler;
    if (phase !== "open" && this.#isHopeless(entries)) this.#release(attempt);
    let waits = false;
    // Children may start at once, and must see that somebody waits for them.
    this.#scheduler.together(() => {
      if (phase === "open") members.adopt(children, attempt.task);
      waits = !entries.every((entry) => taskOf(entry).isSettled());
      if (waits) this.#leave(attempt, entries);
    });
    if (waits) await this.#wait(attempt, entries);
    for (const entry of entries) throwIfLost(entry);
    return inputsOf(tasks);
  }

  async #wait(attempt: Attempt, entries: readonly Requirement[]): Promise<void> {
    const all = Promise.all(
      entries.map(async (entry) => {
        // A listener may have repaired it at once: then it is made again.
        do await taskOf(entry).join();
        while (!taskOf(entry).isSettled());
        throwIfLost(entry);
      }),
    );
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(attempt.signal.reason as Error);
    attempt.signal.addEventListener("abort", onAbort);
    try {
      await Promise.race([all, stopped]);
    } finally {
      this.#return(attempt, entries);
      await Promise.race([this.#regain(attempt), stopped]).catch(() => {});
      attempt.signal.removeEventListener("abort", onAbort);
    }
  }

  #leave(attempt: Attempt, entries: readonly Requirement[]): void {
    this.#parents.add(attempt);
    (attempt.task._extras().making ??= new Set()).add(entries);
    attempt.waits++;
    this.#hurry(attempt);
    if (attempt.holdsSlot) {
      this.#scheduler.slots.give(attempt);
      attempt.leaveQueue?.();
    }
  }

  // A wait that is over but has no slot yet does not need one: the attempt waits for more, or has ended.
  #hurry(attempt: Attempt): void {
    const own = this.#resuming.filter((each) => each.attempt === attempt);
    if (own.length > 0) this.#resuming = this.#resuming.filter((each) => each.attempt !== attempt);
    for (const { resume } of own) resume();
    if (attempt.queue !== undefined) this.#scheduler.handover.goOn(attempt);
  }

  #return(attempt: Attempt, entries: readonly Requirement[]): void {
    attempt.waits--;
    attempt.task._extra?.making?.delete(entries);
    if (attempt.waits === 0) this.forget(attempt);
  }

  // Only the last of several waits needs the slot again: with one of them still waiting, holding it could block that one.
  #regain(attempt: Attempt): Promise<void> | undefined {
    if (attempt.waits > 0 || attempt.holdsSlot || attempt.phase === "ended" || attempt.stop !== undefined)
      return undefined;
    return new Promise((resume) => {
      this.#resuming.push({ attempt, resume });
      this.#scheduler.work();
    });
  }

  /** Lets the first attempt that fits go on; the resources of those before it that do not fit are reserved. */
  resumeNext(): boolean {
    const { slots } = this.#scheduler;
    const fits = ({ attempt }: { attempt: Attempt }): boolean =>
      slots.takeResources(attempt.task, slots.free > 0 || !slots.areNeededIn(attempt.queue));
    const index = this.#resuming.findIndex(fits);
    if (index === -1) return false;
    const [{ attempt, resume }] = this.#resuming.splice(index, 1) as [{ attempt: Attempt; resume: () => void }];
    slots.take(attempt);
    if (attempt.queue === undefined) resume();
    else this.#scheduler.handover.resubmit(attempt, attempt.queue, resume);
    return true;
  }

  /** Forgets an attempt that waits no more. */
  forget(attempt: Attempt): void {
    if (this.#parents.size > 0 && this.#parents.delete(attempt)) delete attempt.task._extra?.making;
    this.#hurry(attempt);
  }

  /** Stops the attempts that wait for what will never start, because nothing more is started. */
  releaseStuck(): void {
    for (const attempt of this.#parents) {
      const waits = attempt.task._extra?.making ?? [];
      if (attempt.stop === undefined && [...waits].some((entries) => this.#isHopeless(entries))) {
        attempt.abort(new ReleasedError(attempt.task));
      }
    }
  }

  #release(attempt: Attempt): never {
    attempt.abort(new ReleasedError(attempt.task));
    throw attempt.signal.reason;
  }

  // Whether a wait will never be over, with nothing more started here: nobody runs one of the tasks, or would start it.
  #isHopeless(entries: readonly Requirement[]): boolean {
    if (entries.some(isLost)) return false;
    return entries.map(taskOf).some((task) => {
      if (task.isSettled() || task.is("RUNNING") || task.is("QUEUED")) return false;
      const others = task._watchers().filter((watcher) => watcher !== this.#scheduler);
      return !others.some((watcher) => watcher.drives(task, new Set([this.#scheduler])));
    });
  }
}

function isLost(entry: Requirement): boolean {
  return !(entry instanceof SettledEdge) && entry.isSettled() && entry.state !== "DONE";
}

function throwIfLost(entry: Requirement): void {
  if (isLost(entry)) throw taskOf(entry).error;
}
