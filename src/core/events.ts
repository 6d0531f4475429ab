// Listening: the emitters of tasks, runs and queues, the record of a transition, and the order in which it is delivered.
// A listener never disturbs a run: what it throws is reported, and what it fires waits until everybody has heard the news.

import type { EventEmitter } from "eventemitter3";
import type { EventName, State } from "./machine.ts";
import type { Task } from "./task.ts";

/** One change of state, frozen: what every observer of a task, a run or a queue sees. */
export interface Transition {
  readonly task: Task<unknown>;
  readonly from: State;
  readonly event: EventName;
  readonly to: State;
  /** Milliseconds since the epoch, from one monotonic clock. */
  readonly at: number;
  /** The number of the attempt, from 1; 0 before the first. */
  readonly attempt: number;
  readonly detail: TransitionDetail;
}

/** What goes with a transition: the result, the error, or who is to blame. */
export interface TransitionDetail {
  readonly result?: unknown;
  readonly error?: unknown;
  readonly reason?: unknown;
  readonly because?: "failed prerequisites" | "cancelled prerequisites";
  readonly failed?: readonly Task<unknown>[];
  readonly cancelled?: readonly Task<unknown>[];
}

/** How far a task has come: `value` of `total` (1 where only a fraction was given), with a message if there is one. */
export interface Progress {
  readonly value: number;
  readonly total: number;
  readonly message: string | undefined;
}

/** A listener that threw or rejected; `transition` is what it was told, `undefined` for a log line or progress. */
export interface ListenerFailure {
  readonly error: unknown;
  readonly transition: Transition | undefined;
  readonly listener: (...args: never[]) => unknown;
}

/** The events of tasks, runs and queues, and what their listeners get. */
export type TaskEvents = { [S in State | "transition"]: (transition: Transition) => unknown } & {
  log: (line: string, task: Task<unknown>) => unknown;
  progress: (progress: Progress, task: Task<unknown>) => unknown;
  listenerError: (failure: ListenerFailure) => unknown;
};

type Listener = (...args: never[]) => unknown;
type Guard = ((...args: unknown[]) => void) & { listener?: Listener };

/** An emitter of {@link TaskEvents}; eventemitter3 underneath. */
export type Emitter = EventEmitter<string>;

/** Who hears of a task's events: the task itself and whatever runs it. */
export interface Hearing {
  _emitters(): Emitter[];
}

/** Something with listeners: a task, a run, a queue. */
export abstract class Observable {
  /** @internal The emitter; made when the first listener comes. */
  abstract _emitter(): Emitter;

  /** Adds a listener. What it throws or rejects with is reported as `"listenerError"` and disturbs nothing. */
  on<E extends keyof TaskEvents>(event: E, listener: TaskEvents[E]): this {
    this._emitter().on(event, guard(event, listener));
    return this;
  }

  /** Adds a listener that hears the next such event only. */
  once<E extends keyof TaskEvents>(event: E, listener: TaskEvents[E]): this {
    this._emitter().once(event, guard(event, listener));
    return this;
  }

  /** Removes a listener that `on` or `once` added. */
  off<E extends keyof TaskEvents>(event: E, listener: TaskEvents[E]): this {
    const emitter = this._emitter();
    for (const known of emitter.listeners(event) as Guard[]) {
      if (known.listener === listener) emitter.off(event, known as never);
    }
    return this;
  }
}

let delivering: { hearing: Hearing; transition: Transition | undefined } | undefined;
let draining = false;
const deferred: (() => void)[] = [];

/** Does `action` now or, if a listener asks for it, as soon as every listener has heard the present record. */
export function act(action: () => void): void {
  if (delivering === undefined) action();
  else deferred.push(action);
}

/** Tells a transition to everybody in `hearing`: `"transition"` listeners first, then those of the new state. */
export function announce(hearing: Hearing, transition: Transition): void {
  const emitters = hearing._emitters();
  delivering = { hearing, transition };
  for (const emitter of emitters) emitter.emit("transition", transition);
  for (const emitter of emitters) emitter.emit(transition.to, transition);
  delivering = undefined;
  drain(hearing, transition);
}

/** Tells a log line or progress to everybody in `hearing`. */
export function tell(hearing: Hearing, event: "log" | "progress", news: unknown): void {
  const outer = delivering;
  delivering = { hearing, transition: undefined };
  for (const emitter of hearing._emitters()) emitter.emit(event, news, hearing);
  delivering = outer;
  if (outer === undefined) drain(hearing, undefined);
}

function drain(hearing: Hearing, transition: Transition | undefined): void {
  if (draining) return;
  draining = true;
  for (let action = deferred.shift(); action !== undefined; action = deferred.shift()) {
    try {
      action();
    } catch (error) {
      report(hearing, { error, transition, listener: action });
    }
  }
  draining = false;
}

function guard(event: string, listener: Listener): Guard {
  if (typeof listener !== "function")
    throw new TypeError(`on("${event}"): expected a function, got ${typeof listener}`);
  const call = listener as (...args: unknown[]) => unknown;
  const guarded: Guard = (...args) => {
    const { hearing, transition } = delivering as NonNullable<typeof delivering>;
    const fail = (error: unknown): void => report(hearing, { error, transition, listener }, event);
    try {
      const returned = call(...args);
      if (isThenable(returned)) returned.then(undefined, fail);
    } catch (error) {
      fail(error);
    }
  };
  guarded.listener = listener;
  return guarded;
}

function report(hearing: Hearing, failure: ListenerFailure, event?: string): void {
  const emitters = hearing._emitters().filter((emitter) => emitter.listenerCount("listenerError") > 0);
  if (emitters.length === 0 || event === "listenerError") {
    console.error("a listener failed", failure.error);
    return;
  }
  const outer = delivering;
  delivering = { hearing, transition: failure.transition };
  for (const emitter of emitters) emitter.emit("listenerError", failure);
  delivering = outer;
  if (outer === undefined) drain(hearing, failure.transition);
}

/** Whether a value is to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
