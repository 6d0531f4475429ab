// Who made what: tasks that `context.make()` adds to a run belong, in a trace, under the attempt that asked for them. The run does
// not say who that was, but the task that waits knows what it waits for; so a task that was not planned is looked up there.

import { taskOf } from "../core/node.ts";
import { Task } from "../core/task.ts";
import type { Requirement } from "../core/types.ts";
import type { Span } from "./otel-api.ts";

type AnyTask = Task<unknown>;

/** The attempts that made the tasks of one run. */
export class Makers {
  readonly #makers = new Map<AnyTask, Span>();
  readonly #seen = new WeakSet<readonly Requirement[]>();
  readonly #isKnown: (task: AnyTask) => boolean;

  /** `isKnown`: whether a task is in the run for its own sake, or has begun. */
  constructor(isKnown: (task: AnyTask) => boolean) {
    this.#isKnown = isKnown;
  }

  /** The attempt that made a task which is about to begin, if it is or was one of those that are `running`. */
  of(task: AnyTask, running: ReadonlyMap<AnyTask, Span>): Span | undefined {
    return this.#makers.get(task) ?? this.#find(task, running);
  }

  // Mostly the first child starts while its maker calls `make()`, and tells of all the others. If it could not, others of that time
  // could not either: then all makers are asked, so that few of their children will have to be looked for.
  #find(task: AnyTask, running: ReadonlyMap<AnyTask, Span>): Span | undefined {
    const current = Task.current();
    const span = current === undefined ? undefined : running.get(current);
    if (span !== undefined) this.#ask(current as AnyTask, span, task);
    if (!this.#makers.has(task)) for (const [maker, attempt] of running) this.#ask(maker, attempt, task);
    return this.#makers.get(task);
  }

  // What is settled was so before, save the one that has just been cancelled, or blocked, without ever starting.
  #ask(maker: AnyTask, attempt: Span, sought: AnyTask): void {
    for (const entries of maker._extra?.making ?? []) {
      if (this.#seen.has(entries)) continue;
      this.#seen.add(entries);
      const made = new Set(entries.map(taskOf));
      for (const task of made) {
        if ((task.isSettled() && task !== sought) || this.#isKnown(task) || this.#makers.has(task)) continue;
        this.#makers.set(task, attempt);
        for (const prerequisite of task.prerequisites) made.add(prerequisite);
      }
    }
  }
}
