// What there is to know about a task: its name, state, edges, and what it came to. What can be done with it is in task.ts.
// There may be a million of them: whatever few tasks need (listeners, promises, retries) lives in `_extra`, made on demand.

import { EventEmitter } from "eventemitter3";
import type { Shape } from "./edges.ts";
import { Observable, type Emitter } from "./events.ts";
import { historyOf, type HistoryEntry } from "./history.ts";
import type { JobWork } from "./job-work.ts";
import { dependentsOf, NO_LINKS, prerequisitesOf, type Links } from "./links.ts";
import { EVENTS, nextState, type EventName, type State } from "./machine.ts";
import { isSatisfied, TASK, type Watcher } from "./node.ts";
import { platform } from "./platform.ts";
import type { Policy } from "./policy.ts";
import type { Task } from "./task.ts";
import type { Requirement, TaskContext } from "./types.ts";

type AnyTask = Task<unknown>;

/** A task's function, whatever its inputs. */
export type Work = (inputs: never, context: TaskContext) => unknown;

/** How a task ended: its final state, and its result or error. @internal */
export interface End {
  readonly state: State;
  readonly value: unknown;
}

/** The promise behind `join()`, and how the task had ended when it was resolved, which a retry may undo at once. @internal */
export interface Waiting extends PromiseWithResolvers<AnyTask> {
  end?: End;
}

/** What only some tasks need. @internal */
export interface Extra {
  policy?: Policy;
  /** The job that it was made from. */
  job?: JobWork;
  /** How often it has been handed to a job queue. */
  handed?: number;
  /** How many attempts have begun, if more than one. */
  attempts?: number;
  emitter?: Emitter;
  /** The promise behind `join()`, while somebody waits. */
  settled?: Waiting | undefined;
  /** Where in `_links` each prerequisite is, of a task that has many. */
  places?: Map<AnyTask, number>;
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
  making?: Set<readonly Requirement[]>;
  /** When it was handed to a queue, if that was its first step. */
  queuedAt?: number;
  /** Its transitions, once it has left the straight way. */
  past?: HistoryEntry[];
}

const NONE: never[] = [];
const TASKS_PER_ARRAY = 256;
let created = 0;
let times = new Float64Array(0);

// Start and end of the last attempt, NaN where there is none. In fields of their own they would take three times the room.
function timesOf(id: number): Float64Array {
  if (startOf(id) === 0 || times.length === 0) times = new Float64Array(2 * TASKS_PER_ARRAY).fill(NaN);
  return times;
}

function startOf(id: number): number {
  return (id % TASKS_PER_ARRAY) * 2;
}

function timeAt(array: Float64Array, index: number): number | undefined {
  const time = array[index] as number;
  return Number.isNaN(time) ? undefined : time;
}

/** Makes something without its tasks being counted: the next task gets the `id` that it would have got anyway. @internal */
export function uncounted<T>(make: () => T): T {
  const count = created;
  const made = make();
  created = count;
  return made;
}

/** The facts about a task with results of type `R`. */
export abstract class TaskFacts<R> extends Observable {
  // What a run reads of its neighbours comes first, so that it lies on one line of the processor's cache.
  /** @internal Its scheduler, the first where there are several, */ _watcher: Watcher | undefined = undefined;
  /** @internal and its place there. */ _place: number = -1;
  /** @internal */ _state: State;
  /** @internal The result when DONE, the error when FAILED or CANCELLED, the Attempt when RUNNING. */ _value: unknown =
    undefined;
  /** @internal Its edges to what it requires. */ _links: Links = NO_LINKS;
  /** @internal */ _extra: Extra | undefined = undefined;
  /** @internal */ _work: Work | undefined;
  /** @internal What `require` was, for the inputs. */ _shape: Shape = undefined;
  /** @internal The last task that has come to require it. */ _latest: AnyTask | undefined = undefined;
  /** A serial number: tasks created later have greater ones. */
  readonly id: number = ++created;
  /** @internal Its times, among those of other tasks. */ readonly _times: Float64Array;
  readonly name: string;
  /** @internal */ get [TASK](): true {
    return true;
  }

  constructor(name: string, state: State, work: Work | undefined) {
    super();
    this.name = name;
    this._state = state;
    this._work = work;
    this._times = timesOf(this.id);
  }

  /** @internal */
  _extras(): Extra {
    return (this._extra ??= {});
  }

  /** @internal */
  get _policy(): Policy | undefined {
    return this._extra?.policy;
  }

  /** @internal Counts an attempt that begins. */
  _begin(at: number): void {
    const start = startOf(this.id);
    if (!Number.isNaN(this._times[start])) this._extras().attempts = this.attempts + 1;
    this._times[start] = at;
    this._times[start + 1] = NaN;
  }

  /** @internal The attempt has ended or, if there has been none, the task. */
  _end(at: number): void {
    const start = startOf(this.id);
    const isAttempt = Number.isNaN(this._times[start + 1]);
    if (isAttempt || Number.isNaN(this._times[start])) this._times[start + 1] = at;
  }

  /** @internal When it ended, with or without an attempt; a task that was retried keeps that in its history. */
  _endTime(): number | undefined {
    return timeAt(this._times, startOf(this.id) + 1);
  }

  /** @internal How many milliseconds its last attempt took, NaN unless that began at `since` or later and has ended. */
  _took(since: number): number {
    const start = startOf(this.id);
    const began = this._times[start] as number;
    return began >= since ? (this._times[start + 1] as number) - began : NaN;
  }

  /** @internal */
  override _emitter(): Emitter {
    return (this._extras().emitter ??= new EventEmitter());
  }

  /** @internal The emitters that its events go to. */
  _emitters(): readonly Emitter[] {
    if (this._extra === undefined) {
      const only = this._watcher?.emitter;
      return only === undefined ? NONE : [only];
    }
    const emitters = [this._extra.emitter, ...this._watchers().map((watcher) => watcher.emitter)];
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
    return this._extra?.attempts ?? (Number.isNaN(this._times[startOf(this.id)]) ? 0 : 1);
  }

  /** When the last attempt began, in milliseconds since the epoch. */
  get startedAt(): number | undefined {
    return timeAt(this._times, startOf(this.id));
  }

  /** When the last attempt ended, in milliseconds since the epoch; `undefined` while it runs. */
  get endedAt(): number | undefined {
    return this.startedAt === undefined ? undefined : this._endTime();
  }

  /** Every change of state so far, oldest first: at most the last 200. */
  get history(): readonly HistoryEntry[] {
    return historyOf(this as unknown as AnyTask);
  }

  /** The tasks that must come first, in the order in which they were required; later edges do not change the list. */
  get prerequisites(): readonly AnyTask[] {
    return prerequisitesOf(this as unknown as AnyTask);
  }

  /** The tasks that require this one, in the order in which they came to; later edges do not change the list. */
  get dependents(): readonly AnyTask[] {
    return dependentsOf(this as unknown as AnyTask);
  }

  /** The label by which pictures put tasks together. */
  get group(): string | undefined {
    return this._policy?.group;
  }

  /** What was given as `meta`. */
  get meta(): unknown {
    return this._policy?.meta;
  }

  is(state: State): boolean {
    return this._state === state;
  }

  /** Whether the machine allows an event now. */
  can(event: EventName): boolean {
    return EVENTS.includes(event) && nextState(this._state, event) !== undefined;
  }

  /** Whether the task is DONE, FAILED or CANCELLED. */
  isSettled(): boolean {
    const state = this._state;
    return state === "DONE" || state === "FAILED" || state === "CANCELLED";
  }

  /** Whether some prerequisite keeps the task from running. */
  isBlocked(): boolean {
    return this.prerequisites.some((prerequisite) => !isSatisfied(this as unknown as AnyTask, prerequisite));
  }

  /** The prerequisites that are not DONE or, over a soft edge, not settled. */
  blockers(): AnyTask[] {
    return this.prerequisites.filter((prerequisite) => !isSatisfied(this as unknown as AnyTask, prerequisite));
  }

  /** @internal */
  _now(): number {
    return (this._watcher?.clock ?? platform.clock).now();
  }

  /** What tells of it in JSON. */
  toJSON(): { readonly id: number; readonly name: string; readonly state: State } {
    return { id: this.id, name: this.name, state: this._state };
  }

  /** `Task:<name>:<state>`. */
  override toString(): string {
    return `Task:${this.name}:${this._state}`;
  }
}

// What `console.log` prints, and `JSON.stringify` makes of it: not the graph around it.
Object.defineProperty(TaskFacts.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: TaskFacts<unknown>): string {
    return this.toString();
  },
});
