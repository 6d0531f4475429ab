// How long a run will still take: no less than its longest remaining path, and no less than the work that is left, shared among
// the slots. The paths are measured anew only now and then, in slices; in between a look at the first of them is enough.

import type { Durations } from "../../core/durations.ts";
import type { Task } from "../../core/task.ts";
import { inSlices } from "../../core/turns.ts";
import type { Measured, Source, Tally } from "./tally.ts";

/** The paths are measured first after so many milliseconds, and so many more for each task: a run that is over by then never pays. */
const FIRST = 500;
const FIRST_PER_TASK = 0.05;
/** They are measured anew at the earliest after so many milliseconds, and use at most one part in so many of the time. */
const PAUSE = 2_000;
const SHARE = 50;
const STRETCH = 1_000;
/** How many running tasks are looked at. */
const MOST_RUNNING = 1_000;
/** From what part on, and after how many milliseconds, a task's own progress is taken as a measure of what is left. */
const LEAST_PART = 0.05;
const LEAST_MS = 200;

/** What was found out when the paths were last measured. */
interface Survey {
  /** The tasks that had not ended, by the longest path that begins with each, longest first, */
  readonly tasks: readonly Task[];
  /** the lengths of those paths in milliseconds, */
  readonly lengths: ReadonlyMap<Task, number>;
  /** the time that those would take that were not running, and how many they were. */
  readonly waitingMs: number;
  readonly waiting: number;
}

/** Estimates the time that is left. */
export class Outlook {
  readonly #source: Source;
  readonly #tally: Tally;
  readonly #durations: Durations | undefined;
  #survey: Survey | undefined;
  /** Where in the survey the first task is that still waits. */
  #first = 0;
  #next: number | undefined;
  #isSurveying = false;

  constructor(source: Source, tally: Tally, durations: Durations | undefined) {
    this.#source = source;
    this.#tally = tally;
    this.#durations = durations;
  }

  /** Milliseconds until all tasks have ended; `undefined` while nobody can know. */
  left(now: number): number | undefined {
    const { counts, running, total } = this.#tally;
    this.#next ??= now + FIRST + FIRST_PER_TASK * total;
    if (now >= this.#next && !this.#isSurveying) this.#begin(now);
    const survey = this.#survey;
    if (survey === undefined) return undefined;
    const { tasks, lengths } = survey;
    while (this.#first < tasks.length && !isWaiting(tasks[this.#first] as Task)) this.#first++;
    let longest = lengths.get(tasks[this.#first] as Task) ?? 0;
    let runningMs = 0;
    for (const task of running.values().take(MOST_RUNNING)) {
      const took = now - (task.startedAt ?? now);
      const ms = this.#expected(task) ?? 0;
      const rest = this.#restOf(task, took) ?? Math.max(0, ms - took);
      runningMs += rest;
      longest = Math.max(longest, (lengths.get(task) ?? ms) - ms + rest);
    }
    const waiting = counts.PREPARE + counts.PENDING + counts.QUEUED;
    const waitingMs = survey.waiting === 0 ? 0 : (survey.waitingMs * waiting) / survey.waiting;
    const slots = Math.min(this.#source.concurrency, Math.max(1, waiting + running.size));
    const left = Math.max(longest, (waitingMs + runningMs) / slots);
    return left > 0 ? left : undefined;
  }

  // What a running task says itself, once that is worth something.
  #restOf(task: Task, took: number): number | undefined {
    const progress = this.#tally.progress.get(task);
    if (progress === undefined || progress.value < progress.total * LEAST_PART || took < LEAST_MS) return undefined;
    return took * Math.max(0, progress.total / progress.value - 1);
  }

  // What a task will take: what earlier runs or its author say, else what its group or, failing that, all tasks have taken so far.
  #expected(task: Task): number | undefined {
    const given = this.#durations?.get(task.name) ?? task._policy?.estimate;
    if (given !== undefined) return given;
    const group = task.group === undefined ? undefined : this.#tally.groups.get(task.group);
    return mean(group) ?? mean(this.#tally.measured);
  }

  #begin(now: number): void {
    this.#isSurveying = true;
    const begun = performance.now();
    inSlices(this.#measure(), (survey) => {
      this.#isSurveying = false;
      this.#survey = survey;
      this.#first = 0;
      const pause = survey === undefined ? PAUSE / 4 : PAUSE;
      this.#next = now + Math.max(pause, SHARE * (performance.now() - begun));
    });
  }

  // From the ends of the graph back to what can be started now.
  *#measure(): Generator<void, Survey | undefined> {
    const open = new Map<Task, number>();
    const ready: Task[] = [];
    const lengths = new Map<Task, number>();
    let [waiting, waitingMs, steps] = [0, 0, 0];
    for (const task of this.#source.tasks) {
      if (++steps % STRETCH === 0) yield;
      if (task.isSettled()) continue;
      open.set(task, 0);
      const ms = this.#expected(task);
      if (ms === undefined) return undefined;
      lengths.set(task, ms);
      if (!isWaiting(task)) continue;
      waiting++;
      waitingMs += ms;
    }
    for (const task of open.keys()) {
      if (++steps % STRETCH === 0) yield;
      let after = 0;
      for (const dependent of task.dependents) if (open.has(dependent)) after++;
      open.set(task, after);
      if (after === 0) ready.push(task);
    }
    for (const task of ready) {
      if (++steps % STRETCH === 0) yield;
      const length = lengths.get(task) as number;
      for (const prerequisite of task.prerequisites) {
        const after = open.get(prerequisite);
        if (after === undefined) continue;
        open.set(prerequisite, after - 1);
        if (after === 1) ready.push(prerequisite);
        const ms = this.#expected(prerequisite) ?? 0;
        lengths.set(prerequisite, Math.max(lengths.get(prerequisite) ?? 0, ms + length));
      }
    }
    const tasks = ready.toSorted((one, other) => (lengths.get(other) as number) - (lengths.get(one) as number));
    return { tasks, lengths, waitingMs, waiting };
  }
}

function isWaiting(task: Task): boolean {
  return task.state === "PENDING" || task.state === "QUEUED" || task.state === "PREPARE";
}

function mean(measured: Measured | undefined): number | undefined {
  return measured === undefined || measured.count === 0 ? undefined : measured.ms / measured.count;
}
