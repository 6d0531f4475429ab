// What the page knows: the tasks as they were last told, and who wants to hear of it. The server decides; nothing is guessed here.

/// <reference lib="dom" />

import type { State } from "../../../core/machine.ts";
import type { Change, Described, Fraction, Hello, Status } from "../wire.ts";

/** A task as the page knows it. */
export interface LiveTask {
  readonly index: number;
  readonly name: string;
  readonly group: string | undefined;
  requires: readonly number[];
  state: State;
  attempts: number;
  startedAt: number | null;
  endedAt: number | null;
  logs: number;
  progress: Fraction | null;
  error: string | null;
}

/** What views hear: that all is new, that tasks were added or have other edges, that some have changed, how the run stands. */
export interface View {
  begin?(): void;
  described?(tasks: readonly LiveTask[]): void;
  changed?(tasks: readonly LiveTask[]): void;
  status?(status: Status): void;
}

/** All that the page knows of the run. */
export class Model {
  readonly tasks: LiveTask[] = [];
  hello: Hello | undefined;
  status: Status = { startedAt: undefined, endedAt: undefined, counts: {}, shape: 0, problem: undefined };
  /** What to add to this machine's clock to get the server's. */
  #clock = 0;
  readonly #views: View[] = [];

  /** Adds a view. Views are told in the order in which they were added. */
  add(view: View): void {
    this.#views.push(view);
  }

  /** The server's time, in milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#clock;
  }

  /** Whether something may still happen by itself. */
  get isGoing(): boolean {
    const { RUNNING = 0, QUEUED = 0 } = this.status.counts;
    return RUNNING + QUEUED > 0 || (this.status.startedAt !== undefined && this.status.endedAt === undefined);
  }

  /** Begins anew. */
  begin(hello: Hello): void {
    this.hello = hello;
    this.#clock = hello.now - Date.now();
    this.tasks.length = 0;
    for (const view of this.#views) view.begin?.();
  }

  /** Takes on tasks, or other edges of known ones. */
  describe(described: readonly Described[]): void {
    const tasks = described.map(({ index, name, group, requires, now }) => {
      const task: LiveTask = this.tasks[index] ?? { index, name, group, requires, ...factsOf(now) };
      Object.assign(task, { requires }, factsOf(now));
      this.tasks[index] = task;
      return task;
    });
    for (const view of this.#views) view.described?.(tasks);
  }

  /** Takes on what has changed. */
  change(changes: readonly Change[]): void {
    const tasks: LiveTask[] = [];
    for (const change of changes) {
      const task = this.tasks[change[0]];
      if (task !== undefined) tasks.push(Object.assign(task, factsOf(change)));
    }
    for (const view of this.#views) view.changed?.(tasks);
  }

  /** Takes on how the run stands. */
  update(status: Status): void {
    this.status = status;
    for (const view of this.#views) view.status?.(status);
  }
}

function factsOf([, state, attempts, startedAt, endedAt, logs, progress, error]: Change): Omit<
  LiveTask,
  "index" | "name" | "group" | "requires"
> {
  return { state, attempts, startedAt, endedAt, logs, progress, error };
}
