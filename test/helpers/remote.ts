// Remote-controlled tasks: a test says when an attempt ends and how, and asks what has begun. With them
// every order of events can be played without a sleep.

import { task } from "thence";
import type { GroupOptions, Require, Task, TaskContext } from "thence";

/** What an attempt does when its signal aborts: reject with the reason, or go on as if nothing had been. */
export type AbortMode = "obeys" | "ignores";

export type RemoteOptions = GroupOptions<Require | undefined> & {
  /** Default `"obeys"`: the attempt rejects with `signal.reason` as soon as its signal aborts. */
  readonly onAbort?: AbortMode;
};

interface Attempt {
  readonly context: TaskContext;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  ended: boolean;
}

/** A task whose function waits to be told how to end. */
export class Remote {
  readonly task: Task<unknown>;
  /** The inputs of every attempt, in order. */
  readonly inputs: unknown[] = [];
  /** How many attempts ran at the same time, at most; above 1 only beside an abandoned one. */
  mostAtOnce = 0;
  readonly #attempts: Attempt[] = [];
  readonly #onAbort: AbortMode;

  constructor(name: string, { onAbort = "obeys", ...options }: RemoteOptions = {}) {
    this.#onAbort = onAbort;
    this.task = task(name, {
      ...options,
      run: (inputs: unknown, context: TaskContext) => this.#begin(inputs, context),
    });
  }

  /** How many attempts have begun. */
  get starts(): number {
    return this.#attempts.length;
  }

  /** An attempt has begun and has not ended. */
  get running(): boolean {
    return this.#attempts.some(({ ended }) => !ended);
  }

  /** The context of the latest attempt. */
  get context(): TaskContext {
    const latest = this.#attempts.at(-1);
    if (!latest) throw new Error(`${this.task.name} has not begun`);
    return latest.context;
  }

  /** Ends the latest attempt: the function returns `value`. */
  finish(value?: unknown): void {
    this.#end((attempt) => attempt.resolve(value));
  }

  /** Ends the latest attempt: the function throws `error`. */
  fail(error: unknown = new Error(`${this.task.name} failed`)): void {
    this.#end((attempt) => attempt.reject(error));
  }

  #begin(inputs: unknown, context: TaskContext): Promise<unknown> {
    this.inputs.push(inputs);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const attempt: Attempt = { context, resolve, reject, ended: false };
    this.#attempts.push(attempt);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#attempts.filter(({ ended }) => !ended).length);
    if (this.#onAbort === "obeys") {
      const { signal } = context;
      const stop = (): void => {
        if (attempt.ended) return;
        attempt.ended = true;
        reject(signal.reason);
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    }
    return promise;
  }

  #end(how: (attempt: Attempt) => void): void {
    const latest = this.#attempts.at(-1);
    if (!latest || latest.ended) throw new Error(`${this.task.name} is not running`);
    latest.ended = true;
    how(latest);
  }
}

/** A remote-controlled task; its options are those of `task`, and `onAbort`. */
export function remote(name: string, options?: RemoteOptions): Remote {
  return new Remote(name, options);
}
