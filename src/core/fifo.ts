// A list that is filled at one end and emptied at the other; `Array.prototype.shift` moves all that is left, each time.

/** First in, first out. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;
  #tail = 0;

  get size(): number {
    return this.#tail - this.#head;
  }

  push(item: T): void {
    this.#items[this.#tail++] = item;
  }

  /** Takes the first item off; there must be one. The room is kept as long as little of it is empty. */
  shift(): T {
    const item = this.#items[this.#head] as T;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#tail) {
      if (this.#tail > 1024) this.#items = [];
      this.#head = this.#tail = 0;
    }
    return item;
  }

  /** Takes all items off. */
  takeAll(): T[] {
    const items = this.#items.slice(this.#head, this.#tail) as T[];
    this.#items = [];
    this.#head = this.#tail = 0;
    return items;
  }
}
