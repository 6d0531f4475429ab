// The tasks that pages are told of, each at its index for good. It only grows: as tasks come by `context.make()`, or as a queue
// takes them on. Only a queue that has seen very many begins anew with those that it still has.

import { randomUUID } from "node:crypto";
import { Run } from "../../core/run.ts";
import type { TaskQueue } from "../../core/task-queue.ts";
import type { Task } from "../../core/task.ts";

/** What can be watched. */
export type Source = Run | TaskQueue;

/** How many tasks a page is told of one by one; of the others it knows how many there are in each state. */
const MOST_TASKS = 20_000;

/** Lists of tasks that grow are looked through from where they ended last; once in so many looks, from the beginning. */
const WHOLE = 10;

/** The tasks of a run or queue, and of the runs that were started from its page. */
export class Roll {
  readonly source: Source;
  readonly tasks: Task[] = [];
  /** Another one when indexes begin anew. */
  epoch: string = newEpoch();
  /** Tasks beyond the first {@link MOST_TASKS}. */
  rest: readonly Task[] = [];
  readonly #others: Run[] = [];
  readonly #places = new Map<Task, number>();
  readonly #taken = new Map<Source, { readonly list: readonly Task[]; readonly length: number }>();
  #looks = 0;

  constructor(source: Source) {
    this.source = source;
  }

  /** The run or queue that was given, and the runs that were started from its page. */
  get sources(): readonly Source[] {
    return [this.source, ...this.#others];
  }

  /** Takes on a run that was started from the page. */
  follow(run: Run): void {
    this.#others.push(run);
  }

  /** The index of a task; `undefined` for one that pages are not told of. */
  indexOf(task: Task): number | undefined {
    return this.#places.get(task);
  }

  /** Takes on what has come since the last time. */
  update(): void {
    const isWhole = this.#looks++ % WHOLE === 0;
    if (isWhole) this.rest = [];
    if (isWhole && this.tasks.length >= MOST_TASKS && !(this.source instanceof Run)) this.#forget();
    for (const source of this.sources) {
      // The tasks of a run that has not begun are found by a walk each time.
      if (!isWhole && source instanceof Run && source.startedAt === undefined) continue;
      const list = source.tasks;
      const taken = this.#taken.get(source);
      const isGrown = !isWhole && taken?.list === list && list.length >= taken.length;
      this.#take(list, isGrown ? taken.length : 0);
      this.#taken.set(source, { list, length: list.length });
      if (isWhole && list.length > MOST_TASKS) {
        this.rest = [...this.rest, ...list.filter((task) => !this.#places.has(task))];
      }
    }
  }

  #take(list: readonly Task[], from: number): void {
    const added = list.slice(from).filter((task) => !this.#places.has(task));
    if (added.length === 0) return;
    for (const task of prerequisitesFirst(added)) {
      if (this.tasks.length >= MOST_TASKS) return;
      this.#places.set(task, this.tasks.length);
      this.tasks.push(task);
    }
  }

  #forget(): void {
    this.tasks.length = 0;
    this.#places.clear();
    this.epoch = newEpoch();
  }
}

// In the order in which one would do them by hand: each task after all that it requires, and close to that.
function* prerequisitesFirst(tasks: readonly Task[]): Generator<Task> {
  const open = new Set(tasks);
  const path: { readonly task: Task; readonly prerequisites: readonly Task[]; next: number }[] = [];
  const enter = (task: Task): unknown => path.push({ task, prerequisites: task.prerequisites, next: 0 });
  for (const first of tasks) {
    if (open.delete(first)) enter(first);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const prerequisite = step.prerequisites[step.next++];
      if (prerequisite === undefined) yield (path.pop() as { task: Task }).task;
      else if (open.delete(prerequisite)) enter(prerequisite);
    }
  }
}

function newEpoch(): string {
  return randomUUID().slice(0, 8);
}
