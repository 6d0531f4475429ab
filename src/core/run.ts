// A run: one `make`, from its first `next()` until nothing of it is running, queued or will start.

/// <reference lib="esnext.disposable" preserve="true" />

import { EventEmitter } from "eventemitter3";
import { act, Observable, type Emitter } from "./events.ts";
import { withPrerequisites } from "./explore.ts";
import { Scheduler } from "./scheduler.ts";
import type { Settings } from "./settings.ts";
import { notify } from "./step.ts";
import { Stream } from "./stream.ts";
import { summarize, type RunEnd, type Summary } from "./summary.ts";
import type { Task } from "./task.ts";
import { atOnce, inSlices } from "./turns.ts";

type AnyTask = Task<unknown>;

/**
 * One `make`: an async iterator of the requested tasks as they end. Lazy: nothing starts before the first `next()`.
 *
 * Leaving the loop early (`break`, an exception, `await using`) starts nothing more, signals what runs and waits until it has
 * stopped; what stopped is PENDING again. `cancel()` is different: everything unfinished becomes CANCELLED.
 */
export class Run<T extends AnyTask = AnyTask> extends Observable implements AsyncIterableIterator<T, undefined, void> {
  readonly #requested: readonly AnyTask[];
  readonly #scheduler: Scheduler;
  // Of tasks of any type, so that a run of some type is a run.
  readonly #stream = new Stream<AnyTask>();
  readonly #ended: PromiseWithResolvers<RunEnd> = Promise.withResolvers();
  #finished: Promise<Summary> | undefined;
  readonly #onAbort = (): void => this.cancel(this.#scheduler.settings.signal?.reason);
  #planning: Generator<void, void> | undefined;
  /** Whether a step of that is being taken: a listener may call when it repairs tasks. */
  #isPlanning = false;
  #started = false;
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #refusal: unknown;
  #retries = false;

  /** @internal Made by `make`. */
  constructor(requested: readonly AnyTask[], settings: Settings) {
    super();
    this.#requested = requested;
    this.#ended.promise.catch(() => {});
    this.#scheduler = new Scheduler(settings, this, true);
  }

  /** @internal For observers of ours it also has "ended", before the consumer hears of the end. */
  override _emitter(): Emitter {
    return (this.#scheduler.emitter ??= new EventEmitter());
  }

  /** The tasks asked for. */
  get requested(): readonly AnyTask[] {
    return this.#requested;
  }

  /**
   * Every task of the run, prerequisites before dependents; last what `context.make()` has added. Before the start: the tasks asked
   * for and all that they require; while a large graph is being planned: what has been found of it.
   */
  get tasks(): readonly AnyTask[] {
    const { tasks } = this.#scheduler.roster;
    return tasks.length > 0 ? tasks : withPrerequisites(this.#requested);
  }

  /** When it was started, in milliseconds since the epoch; `undefined` before. */
  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  /** When it ended, or could not begin, in milliseconds since the epoch; `undefined` before. */
  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  /** @internal Why it could not begin: what `finished` rejects with. */
  get _refusal(): unknown {
    return this.#refusal;
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

  /** What became of the run. Rejects with what the first `next()` rejects with. Reading it starts nothing. */
  get finished(): Promise<Summary> {
    if (this.#finished === undefined) {
      this.#finished = this.#ended.promise.then((end) => summarize(this.#scheduler, end));
      this.#finished.catch(() => {});
    }
    return this.#finished;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next requested task that has ended, in order of completion; starts the run. Rejects with a CycleError, for one. */
  next(): Promise<IteratorResult<T, undefined>> {
    const next = this.#stream.next();
    this._start();
    return next as Promise<IteratorResult<T, undefined>>;
  }

  /** Leaves the run: resolves when nothing of it runs any more, at the latest after `grace`. */
  async return(): Promise<IteratorResult<T, undefined>> {
    act(() => {
      this.#stream.end(true);
      this.#planNow();
      this.#scheduler.drain(true);
    });
    await this.#ended.promise.catch(() => {});
    return { value: undefined, done: true };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Cancels everything that is unfinished; what runs is signalled. The cancelled tasks are yielded like others. */
  cancel(reason?: unknown): void {
    act(() => {
      this.#planNow();
      this.#scheduler.cancelAll(reason);
    });
  }

  /** @internal Starts the run, once. */
  _start(): void {
    if (this.#started) return;
    this.#started = true;
    act(() => {
      this.#begin(this.#scheduler.settings.retry);
      inSlices(this.#plan(), () => this.#open());
    });
  }

  /** @internal Makes everything, and resolves with the requested tasks in order of completion. */
  async _collect(): Promise<T[]> {
    this._start();
    await this.#ended.promise;
    return this.#stream.takeAll() as T[];
  }

  #begin(retry: boolean): void {
    this.#retries = retry;
    const { signal, clock } = this.#scheduler.settings;
    this.#startedAt = this.#scheduler.roster.startedAt = clock.now();
    this.#planning = this.#scheduler.members.enroll(this.#requested, retry);
    if (signal?.aborted) this.cancel(signal.reason);
    else signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  // Plans in slices, then lets the tasks start. A generator of its own, since another call may have planned the rest meanwhile.
  *#plan(): Generator<void, void> {
    while (this.#planning !== undefined && !this.#isPlanning) {
      this.#planMore();
      yield;
    }
  }

  // Plans the rest at once.
  #planNow(): void {
    if (!this.#started) {
      this.#started = true;
      this.#begin(false);
    }
    atOnce(this.#plan());
  }

  #planMore(): void {
    this.#isPlanning = true;
    try {
      if (this.#planning?.next().done !== true) return;
      this.#planning = this.#retries ? this.#scheduler.members.retryLost() : undefined;
      this.#retries = false;
    } catch (error) {
      this.#planning = undefined;
      atOnce(this.#scheduler.close());
      this.#endedAt = this.#scheduler.clock.now();
      this.#refusal = error;
      this.#tellEnd();
      // Whoever counts on this run for a task has to know; the scheduler has taken all off its roster already.
      for (const task of withPrerequisites(this.#requested)) notify(task);
      this.#stream.fail(error);
      this.#ended.reject(error);
      this.#forgetSignal();
    } finally {
      this.#isPlanning = false;
    }
  }

  #open(): void {
    if (this.#scheduler.phase === "planning") this.#scheduler.open();
  }

  /** @internal */
  _settled(task: AnyTask, wanted: boolean): boolean {
    return wanted && this.#stream.push(task);
  }

  /** @internal */
  _reopened(): void {}

  /** @internal Ends the run if that is all. */
  _worked(): void {
    const { phase, live, unsettled } = this.#scheduler;
    if (live > 0 || (phase === "open" && unsettled > 0)) return;
    inSlices(this.#finish(), (end) => {
      this.#tellEnd();
      this.#stream.end();
      this.#ended.resolve(end);
    });
  }

  *#finish(): Generator<void, RunEnd> {
    const startedAt = this.#startedAt as number;
    const endedAt = (this.#endedAt = this.#scheduler.clock.now());
    this.#forgetSignal();
    yield* this.#scheduler.close();
    return { startedAt, endedAt };
  }

  #tellEnd(): void {
    try {
      this.#scheduler.emitter?.emit("ended");
    } catch (error) {
      console.error("an observer of a run failed", error);
    }
  }

  #forgetSignal(): void {
    this.#scheduler.settings.signal?.removeEventListener("abort", this.#onAbort);
  }
}
