// A list that is filled at one end and emptied at the other; `Array.prototype.shift` moves all that is left, each time.

/** First in, first out. */
export class Fifo<T> {
  /** How many items are in it. A field and not a getter, since the loops of runs look at nothing else as often. */
  size: number = 0;
  #items: (T | undefined)[] = [];
  #head = 0;

  push(item: T): void {
    this.#items[this.#head + this.size++] = item;
  }

  /** Takes the first item off; there must be one. Room is kept, but no more than twice as much as there are items. */
  shift(): T {
    const item = this.#items[this.#head] as T;
    this.#items[this.#head++] = undefined;
    if (--this.size === 0) {
      if (this.#head > 1024) this.#items = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head > this.size) {
      this.#items = this.#items.slice(this.#head, this.#head + this.size);
      this.#head = 0;
    }
    return item;
  }

  /** Takes all items off. */
  takeAll(): T[] {
    const items = this.#items.slice(this.#head, this.#head + this.size) as T[];
    this.#items = [];
    this.#head = this.size = 0;
    return items;
  }
}
