// Listening: the emitters of tasks, runs and queues, the record of a transition, and the order in which it is delivered.
// A listener never disturbs a run: what it throws is reported, and what it fires waits until everybody has heard the news.

import type { EventEmitter } from "eventemitter3";
import { argumentError } from "./check.ts";
import { Fifo } from "./fifo.ts";
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
  /** Milliseconds until the next attempt, where there will be one. */
  readonly delay?: number;
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

/** A record that is being delivered, or a line or progress: then `transition` is undefined. */
interface Delivery {
  readonly emitters: readonly Emitter[];
  readonly transition: Transition | undefined;
}

/** What a listener fired. */
interface Deferred {
  readonly action: () => void;
  readonly heard: Delivery;
  readonly listener: Listener;
}

let delivery: Delivery | undefined;
/** The listener that is being called. */
let calling: Listener = () => {};
let isDraining = false;
const deferred = new Fifo<Deferred>();
const postponed = new Set<{ work(): void }>();

/** Does `action` now or, if a listener asks for it, as soon as every listener has heard the present record. */
export function act(action: () => void): void {
  if (delivery === undefined) action();
  else deferred.push({ action, heard: delivery, listener: calling });
}

/** Puts work off until all that listeners fired is carried out; returns false if nothing of the kind is under way. */
export function postpone(worker: { work(): void }): boolean {
  if (delivery === undefined && !isDraining) return false;
  postponed.add(worker);
  return true;
}

/**
 * Tells a transition to everybody who listens to the task: `"transition"` listeners first, then those of the new state. Before it
 * returns, what they fired is carried out, unless this is itself part of that.
 */
export function announce(task: Task<unknown>, transition: Transition): void {
  const emitters = task._emitters();
  const outer = beginDelivery({ emitters, transition });
  for (const emitter of emitters) emitter.emit("transition", transition);
  for (const emitter of emitters) emitter.emit(transition.to, transition);
  endDelivery(outer);
}

/** Tells a log line or progress to everybody who listens to the task. */
export function tell(task: Task<unknown>, event: "log" | "progress", news: unknown): void {
  const emitters = task._emitters();
  const outer = beginDelivery({ emitters, transition: undefined });
  for (const emitter of emitters) emitter.emit(event, news, task);
  endDelivery(outer);
}

// Emitters do not throw: their listeners are guarded.
function beginDelivery(next: Delivery): Delivery | undefined {
  const outer = delivery;
  delivery = next;
  return outer;
}

function endDelivery(outer: Delivery | undefined): void {
  delivery = outer;
  if (isDraining || outer !== undefined) return;
  isDraining = true;
  while (deferred.size > 0) carryOut(deferred.shift());
  isDraining = false;
  for (const worker of postponed) {
    postponed.delete(worker);
    worker.work();
  }
}

function carryOut({ action, heard, listener }: Deferred): void {
  try {
    action();
  } catch (error) {
    report(heard, error, listener, "");
  }
}

function guard(event: string, listener: Listener): Guard {
  if (typeof listener !== "function") throw argumentError(TypeError, `on("${event}")`, "a function", listener);
  const call = listener as (...args: unknown[]) => unknown;
  const guarded: Guard = (...args) => {
    const heard = delivery as Delivery;
    const fail = (error: unknown): void => report(heard, error, listener, event);
    const caller = calling;
    calling = listener;
    try {
      const returned = call(...args);
      if (isThenable(returned)) returned.then(undefined, fail);
    } catch (error) {
      fail(error);
    } finally {
      calling = caller;
    }
  };
  guarded.listener = listener;
  return guarded;
}

function report(heard: Delivery, error: unknown, listener: Listener, event: string): void {
  const emitters = heard.emitters.filter((emitter) => emitter.listenerCount("listenerError") > 0);
  if (emitters.length === 0 || event === "listenerError") {
    console.error("a listener failed", error);
    return;
  }
  const failure: ListenerFailure = { error, transition: heard.transition, listener };
  const outer = beginDelivery({ emitters, transition: heard.transition });
  for (const emitter of emitters) emitter.emit("listenerError", failure);
  endDelivery(outer);
}

/** Whether a value is to be waited for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
