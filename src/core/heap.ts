// A binary heap: what could start, where no order was worked out beforehand.

/** Numbers of which the first is to hand, in the order of `comesBefore`. */
export class Heap {
  readonly #items: number[] = [];
  readonly #comesBefore: (a: number, b: number) => boolean;

  constructor(comesBefore: (a: number, b: number) => boolean) {
    this.#comesBefore = comesBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The first number, or -1. */
  first(): number {
    return this.#items[0] ?? -1;
  }

  push(item: number): void {
    this.#rise(item, this.#items.length);
  }

  /** Takes off the first number; there must be one. The gap at the top sinks to the bottom, and the last number rises from there:
   * that takes half the comparisons of one that sinks, since the last one belongs near the bottom (R. W. Floyd). */
  pop(): void {
    const items = this.#items;
    const last = items.pop() as number;
    if (items.length === 0) return;
    let gap = 0;
    for (let child = 1; child < items.length; child = 2 * gap + 1) {
      if (child + 1 < items.length && this.#comesBefore(items[child + 1] as number, items[child] as number)) child++;
      items[gap] = items[child] as number;
      gap = child;
    }
    this.#rise(last, gap);
  }

  /** Takes off all numbers, in no order. */
  takeAll(): number[] {
    return this.#items.splice(0);
  }

  // Puts a number where there is a gap, or above it.
  #rise(item: number, gap: number): void {
    const items = this.#items;
    let at = gap;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#comesBefore(item, items[parent] as number)) break;
      items[at] = items[parent] as number;
      at = parent;
    }
    items[at] = item;
  }
}
