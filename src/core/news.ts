// What a scheduler has heard and not yet looked at.

import { Fifo } from "./fifo.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** Tasks to be looked at: those that have settled in the order in which they have, and after them such as may be ready or blocked. */
export class News {
  readonly #settled = new Fifo<AnyTask>();
  readonly #others = new Fifo<AnyTask>();

  get isEmpty(): boolean {
    return this.#settled.size + this.#others.size === 0;
  }

  add(task: AnyTask): void {
    if (task.isSettled()) this.#settled.push(task);
    else this.#others.push(task);
  }

  /** The next task; `undefined` if there is none. One that was to be looked at and has settled since comes once. */
  take(): AnyTask | undefined {
    if (this.#settled.size > 0) return this.#settled.shift();
    while (this.#others.size > 0) {
      const task = this.#others.shift();
      if (!task.isSettled()) return task;
    }
    return undefined;
  }
}
