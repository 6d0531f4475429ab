// What a run hands to its consumer: settled tasks in order, with or without somebody waiting. A hand-written async iterator, for
// an `async function*` would make `return()` wait behind a pending `next()`.

/** A buffer between one producer and the callers of `next()`. */
export class Stream<T> {
  // The items from #head on are still to be taken; the array is cut when it has been taken whole.
  #items: T[] = [];
  #head = 0;
  readonly #waiting: PromiseWithResolvers<IteratorResult<T, undefined>>[] = [];
  #ended = false;
  #failure: { readonly error: unknown } | undefined;

  /** Hands an item over. Returns whether somebody was waiting for it. */
  push(item: T): boolean {
    if (this.#ended) return false;
    const next = this.#waiting.shift();
    if (next === undefined) this.#items.push(item);
    else next.resolve({ value: item, done: false });
    return next !== undefined;
  }

  /** There will be no more items; those that are buffered can still be taken, unless `drop` is set. */
  end(drop = false): void {
    this.#ended = true;
    if (drop) this.#items = [];
    for (const next of this.#waiting.splice(0)) next.resolve({ value: undefined, done: true });
  }

  /** Like `end`, but the next `next()` rejects, once. */
  fail(error: unknown): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#failure = { error };
    else next.reject(error);
    this.end();
  }

  /** Takes all that is buffered. */
  takeAll(): T[] {
    const items = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return items;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#head < this.#items.length) {
      const value = this.#items[this.#head++] as T;
      if (this.#head === this.#items.length) this.takeAll();
      return Promise.resolve({ value, done: false });
    }
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
