// What is known of a run at any moment, kept up to date by its transitions. A run may have a million of them: each costs a few
// additions here, and nothing walks over all tasks but the census at the beginning and the end.

import { BlockedError } from "../../core/errors.ts";
import type { Progress, Transition } from "../../core/events.ts";
import { STATES, type State } from "../../core/machine.ts";
import type { Task } from "../../core/task.ts";

/** Where the tasks come from: a run or a TaskQueue. */
export interface Source {
  readonly tasks: readonly Task[];
  readonly concurrency: number;
}

/** How long attempts took that ended DONE. */
export interface Measured {
  ms: number;
  count: number;
}

/** As long as a run is being planned, counting takes at most one part in so many of the time, if it takes more milliseconds than this. */
const SHARE = 20;
const CHEAP = 1;

/** Counts the tasks of a run and keeps those that are running. */
export class Tally {
  /** How many tasks are in each state. */
  readonly counts: Record<State, number> = noTasks();
  /** The tasks that are running, those that began first before others. */
  readonly running: Set<Task> = new Set();
  /** How far the running tasks have come that have said so. */
  readonly progress: Map<Task, Progress> = new Map();
  /** The latest line that any task has logged. */
  lastLog: { readonly task: Task; readonly line: string } | undefined = undefined;
  /** How many of the failed tasks never ran, because of others. */
  blocked = 0;
  /** What tasks have taken so far, all of them, and those of each group. */
  readonly measured: Measured = { ms: 0, count: 0 };
  readonly groups: Map<string, Measured> = new Map();
  readonly #source: Source;
  #tasks: readonly Task[] = [];
  #known = 0;
  /** Whether all tasks are counted, so that transitions say the rest. A run that is still being planned has no such list. */
  #isSettled = false;
  #nextCensus = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** How many tasks there are. */
  get total(): number {
    return this.#known;
  }

  /** How many of them have ended, one way or another. */
  get ended(): number {
    return this.counts.DONE + this.counts.FAILED + this.counts.CANCELLED;
  }

  /** Takes a transition into account. */
  hear(transition: Transition): void {
    const { task, from, to } = transition;
    if (to === "RUNNING") this.running.add(task);
    else if (from === "RUNNING") {
      this.running.delete(task);
      if (this.progress.size > 0) this.progress.delete(task);
      if (to === "DONE") this.#measure(task, transition.at);
    }
    if (!this.#isSettled) return;
    if (this.#tasks.length !== this.#known) this.#enterNew(task, from);
    this.counts[from]--;
    this.counts[to]++;
    if (to === "FAILED" && transition.detail.because !== undefined) this.blocked++;
    else if (from === "FAILED" && this.blocked > this.counts.FAILED) this.blocked--;
  }

  /** Counts all tasks, unless transitions have said it all since the last time. To be called before anything is read. */
  count(): void {
    if (this.#isSettled && this.#tasks.length >= this.#known) return this.#enterNew();
    const begun = performance.now();
    if (begun < this.#nextCensus) return;
    const { tasks } = this.#source;
    this.#isSettled = tasks === this.#tasks && tasks.length > 0;
    this.recount(tasks);
    const took = performance.now() - begun;
    if (took > CHEAP) this.#nextCensus = begun + SHARE * took;
  }

  /** Counts all tasks anew, whatever has been heard. */
  recount(tasks: readonly Task[] = this.#source.tasks): void {
    this.#tasks = tasks;
    Object.assign(this.counts, noTasks());
    this.#known = 0;
    this.blocked = 0;
    this.#enterNew();
  }

  // Nothing moves unheard, so the present state of a task that is new here is what its next transition will start from, but for
  // the one whose transition is being heard.
  #enterNew(moving?: Task, from?: State): void {
    for (; this.#known < this.#tasks.length; this.#known++) {
      const task = this.#tasks[this.#known] as Task;
      const state = task === moving && from !== undefined ? from : task.state;
      this.counts[state]++;
      if (state === "FAILED" && task.error instanceof BlockedError) this.blocked++;
      if (task.state === "RUNNING") this.running.add(task);
    }
  }

  #measure(task: Task, at: number): void {
    const ms = at - (task.startedAt ?? at);
    add(this.measured, ms);
    const { group } = task;
    if (group === undefined) return;
    let ofGroup = this.groups.get(group);
    if (ofGroup === undefined) this.groups.set(group, (ofGroup = { ms: 0, count: 0 }));
    add(ofGroup, ms);
  }
}

function add(measured: Measured, ms: number): void {
  measured.ms += ms;
  measured.count++;
}

function noTasks(): Record<State, number> {
  return Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>;
}
