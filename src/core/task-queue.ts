// A dispatcher for "these tasks and no others": nothing that they require is pulled in. It follows its tasks from the moment they
// are added, whoever moves them, and starts them itself while `run()` is iterated.

import { EventEmitter } from "eventemitter3";
import { checkDemands } from "./demands.ts";
import { CycleError, StalledError, TransitionError } from "./errors.ts";
import { act, Observable, type Emitter } from "./events.ts";
import { awaitsSome } from "./in-flight.ts";
import { requested, type Makeable } from "./make.ts";
import { MEMBER, Roster } from "./roster.ts";
import { Scheduler } from "./scheduler.ts";
import { QUEUE_OPTIONS, settingsOf, type Settings, type TaskQueueOptions } from "./settings.ts";
import { step } from "./step.ts";
import type { Task } from "./task.ts";
import { atOnce } from "./turns.ts";
import { Walk } from "./walk.ts";

type AnyTask = Task<unknown>;
type Next = IteratorResult<AnyTask, undefined>;

/** What `TaskQueue.run()` returns: an async iterator of tasks as they end; leaving it early stops what runs. */
export type TaskQueueRun = AsyncIterableIterator<AnyTask, undefined, void> & AsyncDisposable;

/**
 * Dispatches the tasks that it is given, and no others. Prerequisites outside it are waited for if they are in flight. Iterate
 * `run()` to let it start tasks, or drive it from outside: `get()` hands out what is settled or ready.
 */
export class TaskQueue extends Observable {
  readonly #scheduler: Scheduler;
  readonly #runDependents: boolean;
  /** Settled tasks that nobody has got yet, in order of completion. */
  readonly #settled = new Set<AnyTask>();
  /** Goes through those. A new look for the first would pass by all that have been deleted before it, each time. */
  #oldest = this.#settled.values();
  /** Tasks that were handed out before they had run. */
  readonly #handed = new WeakSet<AnyTask>();
  readonly #waiting: PromiseWithResolvers<Next>[] = [];
  readonly #onAbort = (): void => this.#scheduler.cancelAll(this.#scheduler.settings.signal?.reason);
  #closed = false;
  /** A task was lost under `failFast` since `run()` was last begun. */
  #hasFailedFast = false;
  #stopped: PromiseWithResolvers<void> | undefined;

  /** @throws like `add`, and TypeError or RangeError for wrong options. */
  constructor(tasks: Makeable = [], options: TaskQueueOptions = {}) {
    super();
    const settings = settingsOf("TaskQueue", options, QUEUE_OPTIONS);
    this.#runDependents = options.runDependentTasks ?? false;
    this.#scheduler = new Scheduler(settings, this, false);
    this.#scheduler.drain(false);
    this.add(tasks);
  }

  /** @internal */
  override _emitter(): Emitter {
    return (this.#scheduler.emitter ??= new EventEmitter());
  }

  /** How many of its tasks have been neither yielded nor handed out. */
  get size(): number {
    return this.#scheduler.unsettled + this.#settled.size;
  }

  /** The tasks that it has taken on, and those outside that they wait for. */
  get tasks(): readonly AnyTask[] {
    return this.#scheduler.roster.tasks;
  }

  /** @internal Its options, completed: to go on with the same tasks in the same way. */
  get _settings(): Settings {
    return this.#scheduler.settings;
  }

  /** How many attempts may run at once; with `queue`, Infinity unless it was given. */
  get concurrency(): number {
    return this.#scheduler.slots.limit;
  }

  /** The amounts of each resource that there are. */
  get resources(): Readonly<Record<string, number>> {
    return this.#scheduler.settings.resources;
  }

  /**
   * Takes on tasks, each once until it has been yielded or handed out; also while `run()` goes on.
   *
   * @throws TransitionError for a task in PREPARE, RangeError for one that wants a resource or queue that is not there, and
   *   Error after `close()`; then none has been added.
   */
  add(tasks: Makeable): this {
    const added = requested("TaskQueue.add", tasks);
    if (this.#closed)
      throw Object.assign(new Error("TaskQueue.add: the queue is closed"), { code: "ERR_THENCE_CLOSED" });
    for (const task of added) {
      if (task._state === "PREPARE") throw new TransitionError(task, "make");
      checkDemands(task, this.#scheduler.settings);
    }
    act(() => {
      for (const task of added) {
        const { members } = this.#scheduler;
        if (members.expects(task)) continue;
        if (task.isSettled()) this._settled(task, true);
        else members.enlist(task);
      }
      this.#scheduler.work();
    });
    return this;
  }

  /** Hands out a settled task, else a ready one, each task once; `undefined` if there is neither. */
  get(): AnyTask | undefined {
    const settled = this.#takeSettled();
    if (settled !== undefined || this.#closed || this.#hasFailedFast) return settled;
    const ready = this.#scheduler.takeReady();
    if (ready !== undefined) this.#handed.add(ready);
    return ready;
  }

  /**
   * Runs the tasks and iterates each as it ends, until none is left; tasks added meanwhile join in. Starts with the first
   * `next()`, and may be called again. `next()` rejects with a StalledError, or a CycleError, when the queue can never drain.
   */
  run(): TaskQueueRun {
    let hasEnded = false;
    let hasBegun = false;
    const next = async (): Promise<Next> => {
      if (hasEnded) return { value: undefined, done: true };
      const isFirst = !hasBegun;
      hasBegun = true;
      try {
        const result = await this.#next(isFirst);
        hasEnded ||= result.done === true;
        return result;
      } catch (error) {
        hasEnded = true;
        throw error;
      }
    };
    const leave = async (): Promise<Next> => {
      hasEnded = true;
      return this.#leave();
    };
    const iterator: TaskQueueRun = {
      next,
      return: leave,
      [Symbol.asyncIterator]: () => iterator,
      [Symbol.asyncDispose]: async () => void (await leave()),
    };
    return iterator;
  }

  /** Starts nothing more until `start()`; what runs goes on. */
  pause(): void {
    this.#scheduler.pause(true);
  }

  /** Undoes `pause()`. */
  start(): void {
    this.#scheduler.pause(false);
  }

  /** Refuses further tasks and starts nothing more: what runs ends, the rest stays PENDING, and `run()` ends. */
  close(): void {
    this.#closed = true;
    act(() => this.#scheduler.drain(false));
  }

  #next(isFirst: boolean): Promise<Next> {
    const next = Promise.withResolvers<Next>();
    this.#waiting.push(next);
    act(() => {
      if (isFirst) this.#begin();
      this.#serve();
      if (this.#scheduler.phase === "closed") this._worked();
      else this.#scheduler.work();
    });
    return next.promise;
  }

  #begin(): void {
    const { signal } = this.#scheduler.settings;
    this.#hasFailedFast = false;
    if (signal?.aborted) return this.#onAbort();
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#serve();
    if (!this.#closed) this.#scheduler.open();
  }

  async #leave(): Promise<Next> {
    act(() => {
      this.#end();
      this.#scheduler.drain(true);
    });
    if (this.#scheduler.live > 0) await (this.#stopped ??= Promise.withResolvers()).promise;
    return { value: undefined, done: true };
  }

  /** @internal */
  _settled(task: AnyTask, wanted: boolean): boolean {
    if (this.#runDependents && task._state === "DONE" && !this.#closed && (wanted || this.#handed.has(task))) {
      for (const dependent of task.dependents) {
        if (dependent._state !== "PREPARE" && !dependent.isSettled()) this.#takeOn(dependent);
      }
    }
    if (task._state !== "DONE" && this.#scheduler.settings.failFast !== false) this.#hasFailedFast = true;
    if (!wanted) return false;
    this.#settled.add(task);
    return this.#serve();
  }

  // A dependent that wants what is not there fails: nobody is there to be told by an exception.
  #takeOn(dependent: AnyTask): void {
    const { members, settings } = this.#scheduler;
    members.enlist(dependent);
    try {
      checkDemands(dependent, settings);
    } catch (error) {
      if (dependent.is("PENDING")) step(dependent, "error", this.#scheduler.now(), error);
    }
  }

  /** @internal It is to be handed out when it has ended again, unless somebody has got it already. */
  _reopened(task: AnyTask): void {
    if (this.#settled.delete(task)) this.#scheduler.members.want([task]);
  }

  #takeSettled(): AnyTask | undefined {
    while (this.#settled.size > 0) {
      const task = this.#firstSettled();
      this.#settled.delete(task);
      if (task.isSettled()) {
        this.#scheduler.members.dismiss(task);
        return task;
      }
      // It was settled when it was added, and has been reset or retried since: it is to be made.
      this.#scheduler.members.enlist(task);
    }
    return undefined;
  }

  #firstSettled(): AnyTask {
    let next = this.#oldest.next();
    if (next.done === true) {
      this.#oldest = this.#settled.values();
      next = this.#oldest.next();
    }
    return next.value as AnyTask;
  }

  // Gives settled tasks to those who wait; returns whether it did.
  #serve(): boolean {
    let served = false;
    while (this.#waiting.length > 0) {
      const value = this.#takeSettled();
      if (value === undefined) break;
      this.#waiting.shift()?.resolve({ value, done: false });
      served = true;
    }
    return served;
  }

  /** @internal Ends the present iteration if nothing more can come of it. */
  _worked(): void {
    const { live, phase, unsettled } = this.#scheduler;
    if (live > 0) return;
    this.#stopped?.resolve();
    this.#stopped = undefined;
    if (this.#closed && phase !== "closed") atOnce(this.#scheduler.close());
    if (this.#waiting.length === 0) return;
    if (phase !== "open" || unsettled === 0) return this.#end();
    if (!this.#scheduler.isAtRest()) return;
    const stuck = this.#stuck();
    if (stuck === undefined) return;
    this.#waiting.shift()?.reject(stuck);
    this.#end();
  }

  #end(): void {
    for (const next of this.#waiting.splice(0)) next.resolve({ value: undefined, done: true });
    this.#scheduler.settings.signal?.removeEventListener("abort", this.#onAbort);
    this.#scheduler.drain(false);
  }

  // Why nothing can ever start, or `undefined` while something that is waited for may still come to an end.
  #stuck(): CycleError | StalledError | undefined {
    const { roster } = this.#scheduler;
    const members: AnyTask[] = [];
    for (const [place, task] of roster.tasks.entries()) {
      if (!roster.has(place, MEMBER) || task.isSettled()) continue;
      if (awaitsSome(task, new Set([this.#scheduler]))) return undefined;
      members.push(task);
    }
    try {
      new Walk(members, new Roster(), { flags: 0 }).advance(Infinity);
    } catch (error) {
      if (error instanceof CycleError) return error;
    }
    return new StalledError(members.map((task) => ({ task, on: task.blockers() })));
  }
}
