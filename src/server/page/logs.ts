// What tasks have said: their log lines and their progress, kept from the moment the page is served. Both are bounded, since a
// program may log for days: the oldest lines go first.

import type { Observable, Progress } from "../../core/events.ts";
import { Fifo } from "../../core/fifo.ts";
import type { Task } from "../../core/task.ts";
import { shorten } from "../../render/text.ts";

/** How many lines are kept of a task, how many of all together, and how long one may be. @internal */
export const LOG_LIMITS: { readonly task: number; readonly all: number; readonly line: number } = {
  task: 1_000,
  all: 20_000,
  line: 2_000,
};

/** What is kept of a task's log: the last lines, and how many there have been. */
export interface Log {
  readonly lines: readonly string[];
  readonly count: number;
}

interface Kept {
  readonly lines: Fifo<string>;
  count: number;
}

/** The log lines and the progress of all tasks. */
export class Logs {
  readonly #logs = new WeakMap<Task, Kept>();
  readonly #progress = new WeakMap<Task, Progress>();
  // As many entries of each log as it has lines, so that the oldest can go.
  readonly #order = new Fifo<Kept>();
  readonly #sources = new Set<Observable>();
  readonly #onNews: (task: Task) => void;

  /** `onNews` hears of each task that has said something. */
  constructor(onNews: (task: Task) => void) {
    this.#onNews = onNews;
  }

  /** Listens to a run or a queue. */
  listenTo(source: Observable): void {
    this.#sources.add(source);
    source.on("log", this.#onLog).on("progress", this.#onProgress);
  }

  /** Listens no more. */
  close(): void {
    for (const source of this.#sources) source.off("log", this.#onLog).off("progress", this.#onProgress);
    this.#sources.clear();
  }

  /** How many lines the task has logged so far. */
  countOf(task: Task): number {
    return this.#logs.get(task)?.count ?? 0;
  }

  /** What is kept of the task's lines. */
  logOf(task: Task): Log {
    const kept = this.#logs.get(task);
    if (kept === undefined) return { lines: [], count: 0 };
    const lines = kept.lines.takeAll();
    for (const line of lines) kept.lines.push(line);
    return { lines, count: kept.count };
  }

  /** How far the task has said that it has come. */
  progressOf(task: Task): Progress | undefined {
    return this.#progress.get(task);
  }

  readonly #onLog = (line: string, task: Task): void => {
    let kept = this.#logs.get(task);
    if (kept === undefined) this.#logs.set(task, (kept = { lines: new Fifo(), count: 0 }));
    kept.count++;
    kept.lines.push(shorten(line, LOG_LIMITS.line));
    if (kept.lines.size > LOG_LIMITS.task) kept.lines.shift();
    else this.#order.push(kept);
    if (this.#order.size > LOG_LIMITS.all) this.#order.shift().lines.shift();
    this.#onNews(task);
  };

  readonly #onProgress = (progress: Progress, task: Task): void => {
    this.#progress.set(task, progress);
    this.#onNews(task);
  };
}
