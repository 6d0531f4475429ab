// What a run hands to its consumer: settled tasks in order, with or without somebody waiting. A hand-written async iterator, for
// an `async function*` would make `return()` wait behind a pending `next()`.

import { Fifo } from "./fifo.ts";

/** A buffer between one producer and the callers of `next()`. */
export class Stream<T> {
  readonly #items = new Fifo<T>();
  readonly #waiting = new Fifo<PromiseWithResolvers<IteratorResult<T, undefined>>>();
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  /** Hands an item over. Returns whether somebody was waiting for it. */
  push(item: T): boolean {
    if (this.#ended) return false;
    const isAwaited = this.#waiting.size > 0;
    if (isAwaited) this.#waiting.shift().resolve({ value: item, done: false });
    else this.#items.push(item);
    return isAwaited;
  }

  /** There will be no more items; those that are buffered can still be taken, unless `drop` is set. */
  end(drop = false): void {
    this.#ended = true;
    if (drop) this.#items.takeAll();
    for (const next of this.#waiting.takeAll()) next.resolve({ value: undefined, done: true });
  }

  /** Like `end`, but the next `next()` rejects, once. */
  fail(error: unknown): void {
    if (this.#waiting.size > 0) this.#waiting.shift().reject(error);
    else this.#failure = { error };
    this.end();
  }

  /** Takes all that is buffered. */
  takeAll(): T[] {
    return this.#items.takeAll();
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#items.size > 0) return Promise.resolve({ value: this.#items.shift(), done: false });
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true });
    const next = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.#waiting.push(next);
    return next.promise;
  }
}
