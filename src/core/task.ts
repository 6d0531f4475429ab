// A task: one unit of work and its place in the graph. It holds its state, its edges and what it came to; a scheduler moves it.
// There may be a million of them: whatever few tasks need (listeners, promises, retries) lives in `_extra`, made on demand.
// There is no method `then`: it would make a task a thenable, which `await` and `yield` would call.

import { EventEmitter } from "eventemitter3";
import { argumentError, checkType } from "./check.ts";
import { checkEdges, commitEdges, copyShape, flatten, linkEdges, requirements } from "./edges.ts";
import { BlockedError, quoteName, TransitionError } from "./errors.ts";
import { act, Observable, type Emitter, type Transition } from "./events.ts";
import { nextState, type EventName, type State } from "./machine.ts";
import { runTask, makeTask } from "./make.ts";
import { isTask, TASK, taskOf, type Watcher } from "./node.ts";
import { platform } from "./platform.ts";
import { policyOf, type Policy } from "./policy.ts";
import { cancelTask, failBlocked, isSatisfied, step } from "./step.ts";
import type { Attempt } from "./attempt.ts";
import type { Require, Requirement, TaskContext, TaskOptions, TaskPolicy } from "./types.ts";
import type { MakeOptions } from "./settings.ts";

type AnyTask = Task<unknown>;
type Work = (inputs: never, context: TaskContext) => unknown;

/** What only some tasks need. @internal */
export interface Extra {
  emitter?: Emitter;
  /** The promise behind `join()`, while somebody waits. */
  settled?: PromiseWithResolvers<AnyTask> | undefined;
  /** The prerequisites by a soft edge. */
  soft?: Set<AnyTask>;
  /** Whatever else drives or watches the task, beyond `_watcher`. */
  watchers?: Watcher[];
  /** Who alone may start the task: it waits for its retry there. */
  holder?: Watcher | undefined;
  /** Failed attempts since the task was new, or was made so by hand. */
  failures?: number | undefined;
  lastError?: unknown;
  /** When the first of the attempts that `deadline` bounds began. */
  firstStart?: number | undefined;
  /** What its function waits for in `context.make()`. */
  making?: AnyTask[];
}

const NONE: never[] = [];
let created = 0;

/**
 * One unit of work and its place in the graph. `R` is the type of its result.
 *
 * `Q`, what it requires, only helps to infer the types of its function's inputs.
 */
// eslint-disable-next-line typescript/no-explicit-any
export class Task<R = unknown, const Q extends Require | undefined = any> extends Observable {
  /** A serial number: tasks created later have greater ones. */
  readonly id: number = ++created;
  readonly name: string;
  /** @internal */ _state: State;
  /** @internal */ _attempts: number = 0;
  /** @internal The result when DONE, the error when FAILED or CANCELLED, the Attempt when RUNNING. */ _value: unknown =
    undefined;
  /** @internal */ _work: Work | undefined;
  /** @internal */ _policy: Policy | undefined;
  /** @internal What `require` was, for the inputs. */ _shape: Require | undefined;
  /** @internal */ _prerequisites: AnyTask[] = NONE;
  /** @internal */ _dependents: AnyTask[] = NONE;
  /** @internal */ _startedAt: number | undefined = undefined;
  /** @internal */ _endedAt: number | undefined = undefined;
  /** @internal Set by walks through the graph. */ _mark: number = 0;
  /** @internal Its scheduler, the first where there are several, */ _watcher: Watcher | undefined = undefined;
  /** @internal and its place there. */ _place: number = -1;
  /** @internal */ _extra: Extra | undefined = undefined;
  /** @internal */ get [TASK](): true {
    return true;
  }

  constructor(name: string, work: TaskOptions<Q, R> | ((inputs: undefined, context: TaskContext) => R | PromiseLike<R>)) {
    super();
    if (typeof name !== "string" || name === "") throw argumentError(TypeError, "task", "a name that is not empty", name);
    this.name = name;
    this._state = "PENDING";
    if (typeof work === "function") {
      this._work = work as Work;
      this._policy = undefined;
      this._shape = undefined;
      return;
    }
    const owner = `task ${quoteName(name)}`;
    this._policy = policyOf(owner, work as TaskPolicy);
    if (work.run !== undefined) checkType(`${owner}: run`, work.run, "function");
    this._work = work.run as Work | undefined;
    const { require, state = "PENDING", track } = work;
    if (state !== "PENDING" && state !== "PREPARE") throw argumentError(TypeError, `${owner}: state`, `"PENDING" or "PREPARE"`, state);
    this._state = state;
    const entries = require === undefined ? NONE : requirements(owner, require);
    this._shape = require && copyShape(require);
    if (track !== undefined && track !== false) this.on("transition", track === true ? printTransition : track);
    linkEdges(this, entries);
  }

  /** @internal */
  _extras(): Extra {
    return (this._extra ??= {});
  }

  /** @internal */
  override _emitter(): Emitter {
    return (this._extras().emitter ??= new EventEmitter());
  }

  /** @internal The emitters that its events go to. */
  _emitters(): Emitter[] {
    const emitters = [this._extra?.emitter, ...this._watchers().map((watcher) => watcher.emitter)];
    return emitters.filter((emitter) => emitter !== undefined);
  }

  /** @internal */
  _watchers(): Watcher[] {
    const others = this._extra?.watchers ?? [];
    return this._watcher === undefined ? others : [this._watcher, ...others];
  }

  /** The state of the task's machine. */
  get state(): State {
    return this._state;
  }

  /** What the function returned; `undefined` until DONE. */
  get result(): R | undefined {
    return this._state === "DONE" ? (this._value as R) : undefined;
  }

  /**
   * FAILED: what the function threw, unchanged, or a BlockedError if prerequisites failed. CANCELLED: a CancelledError.
   * `undefined` otherwise.
   */
  get error(): unknown {
    return this._state === "FAILED" || this._state === "CANCELLED" ? this._value : undefined;
  }

  /** How many attempts have begun, over the whole life of the task. */
  get attempts(): number {
    return this._attempts;
  }

  /** When the last attempt began, in milliseconds since the epoch. */
  get startedAt(): number | undefined {
    return this._startedAt;
  }

  /** When the last attempt ended, in milliseconds since the epoch; `undefined` while it runs. */
  get endedAt(): number | undefined {
    return this._endedAt;
  }

  /** The tasks that must come first, in the order in which they were required. */
  get prerequisites(): readonly AnyTask[] {
    return this._prerequisites;
  }

  /** The tasks that require this one. */
  get dependents(): readonly AnyTask[] {
    return this._dependents;
  }

  /** The label by which pictures put tasks together. */
  get group(): string | undefined {
    return this._policy?.group;
  }

  /** What was given as `meta`. */
  get meta(): unknown {
    return this._policy?.meta;
  }

  /**
   * Makes this task wait for others; twice is once. It only orders: the function's inputs stay as they are.
   *
   * @throws TransitionError unless PREPARE or PENDING, CycleError for itself or, during a run, for a cycle. Then nothing changes.
   */
  require(...tasks: (Requirement | Iterable<Requirement>)[]): this {
    const entries = flatten(`task ${quoteName(this.name)}: require`, tasks);
    checkEdges(this, entries);
    commitEdges(this, entries);
    return this;
  }

  /** The reverse of `require`: makes the others wait for this task. All or none. @throws like `require`. */
  block(...tasks: (AnyTask | Iterable<AnyTask>)[]): this {
    const dependents = flatten(`task ${quoteName(this.name)}: block`, tasks).map(taskOf);
    for (const dependent of dependents) checkEdges(dependent, [this]);
    for (const dependent of dependents) commitEdges(dependent, [this]);
    return this;
  }

  /** A new task that requires this one and gets its result; or makes an existing task require this one, and returns it. */
  andThen<S>(name: string, run: (result: R, context: TaskContext) => S | PromiseLike<S>): Task<S>;
  andThen<S = undefined>(name: string, options: Omit<TaskOptions<Task<R>, S>, "require">): Task<S>;
  andThen<T extends AnyTask>(task: T): T;
  andThen(next: string | AnyTask, work?: unknown): AnyTask {
    if (isTask(next)) return next.require(this);
    if (typeof work === "function") return new Task(next, { require: this, run: work as never });
    const owner = `task ${quoteName(String(next))}`;
    if (typeof work !== "object" || work === null) throw argumentError(TypeError, owner, "a function or options", work);
    if ("require" in work) throw argumentError(TypeError, `${owner}: andThen`, `options without "require"`, work);
    return new Task(next, { ...work, require: this });
  }

  is(state: State): boolean {
    return this._state === state;
  }

  /** Whether the machine allows an event now. */
  can(event: EventName): boolean {
    return nextState(this._state, event) !== undefined;
  }

  /** Whether the task is DONE, FAILED or CANCELLED. */
  isSettled(): boolean {
    const state = this._state;
    return state === "DONE" || state === "FAILED" || state === "CANCELLED";
  }

  /** Whether some prerequisite keeps the task from running. */
  isBlocked(): boolean {
    return this._prerequisites.some((prerequisite) => !isSatisfied(this, prerequisite));
  }

  /** The prerequisites that are not DONE or, over a soft edge, not settled. */
  blockers(): AnyTask[] {
    return this._prerequisites.filter((prerequisite) => !isSatisfied(this, prerequisite));
  }

  /**
   * Runs the task now, whoever else may be about to, and resolves with its result. Retries, timeout and deadline apply.
   *
   * @throws TransitionError unless PENDING or QUEUED; BlockedError under prerequisites that are not DONE. A failed prerequisite
   *   makes the task FAILED, a cancelled one CANCELLED, before that is thrown.
   */
  dispatch(): Promise<R> {
    if (!this.can("dispatch")) throw new TransitionError(this, "dispatch");
    const blockers = this.blockers();
    if (blockers.length > 0) {
      if (this._state === "PENDING") act(() => void failBlocked(this, this._now()));
      throw this.error instanceof BlockedError ? this.error : new BlockedError(this, blockers, blockers[0]?.error);
    }
    const result = this.#outcome();
    result.catch(() => {});
    act(() => {
      if (this.can("dispatch")) runTask(this);
    });
    return result;
  }

  /** Makes the task with all that it requires, and resolves with its result, or rejects with its error. */
  async make(options: MakeOptions = {}): Promise<R> {
    await makeTask(this, options);
    if (!this.isSettled()) {
      const blockers = this.blockers();
      throw new BlockedError(this, blockers, blockers.find((blocker) => blocker.error !== undefined)?.error);
    }
    return this.#outcome();
  }

  async #outcome(): Promise<R> {
    await this.join();
    if (this._state === "DONE") return this._value as R;
    throw this.error;
  }

  /** Waits until the task is settled, and resolves with it. It starts nothing and never rejects. */
  join(): Promise<this> {
    if (this.isSettled()) return Promise.resolve(this);
    const { promise } = (this._extras().settled ??= Promise.withResolvers<AnyTask>());
    return promise as Promise<this>;
  }

  /**
   * Cancels the task: at once unless it is running. A running one is signalled, and is CANCELLED when it has stopped or when the
   * grace is over. Returns false, and does nothing, on a final state.
   */
  cancel(reason?: unknown): boolean {
    if (this.isSettled()) return false;
    act(() => cancelTask(this, reason));
    return true;
  }

  /** PREPARE → PENDING. @throws TransitionError otherwise. */
  prepared(): this {
    return this.#fire("prepared");
  }

  /** FAILED or CANCELLED → PENDING, to be made again; renews the limit of retries. @throws TransitionError otherwise. */
  retry(): this {
    if (this._state !== "FAILED" && this._state !== "CANCELLED") throw new TransitionError(this, "retry");
    return this.#fire("retry");
  }

  /** DONE → PENDING, to be made again. @throws TransitionError otherwise. */
  reset(): this {
    return this.#fire("reset");
  }

  #fire(event: "prepared" | "retry" | "reset"): this {
    if (!this.can(event)) throw new TransitionError(this, event);
    act(() => {
      if (this._extra !== undefined) this._extra.failures = this._extra.firstStart = undefined;
      step(this, event, this._now());
    });
    return this;
  }

  /** Settles a dispatched task from outside. Its function is signalled, and its outcome dropped. @throws TransitionError unless RUNNING. */
  done(result: R): this {
    if (this._state !== "RUNNING") throw new TransitionError(this, "done");
    return this.#settle("done", result);
  }

  /** Fails a queued or dispatched task from outside. @throws TransitionError unless QUEUED or RUNNING. */
  fail(error: unknown): this {
    if (this._state !== "RUNNING" && this._state !== "QUEUED") throw new TransitionError(this, "error");
    return this.#settle("error", error);
  }

  #settle(event: "done" | "error", value: unknown): this {
    act(() => {
      const attempt = this._state === "RUNNING" ? (this._value as Attempt | undefined) : undefined;
      step(this, event, this._now(), value);
      attempt?.disown();
    });
    return this;
  }

  /** @internal */
  _now(): number {
    return (this._watcher?.clock ?? platform.clock).now();
  }

  /** The task whose function is running here, also after an `await` in it. */
  static current(): AnyTask | undefined {
    return platform.current.getStore();
  }

  /** `Task:<name>:<state>`. */
  override toString(): string {
    return `Task:${this.name}:${this._state}`;
  }
}

// What `console.log` prints.
Object.defineProperty(Task.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: AnyTask): string {
    return this.toString();
  },
});

function printTransition({ task, from, event, to }: Transition): void {
  console.log(`${task.name} ${from}->${event}->${to}`);
}
