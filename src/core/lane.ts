// Ready tasks in order: urgency, then the longest remaining path, then age. Most come in that order already, and queue up in a
// sorted row; those that do not go into a heap beside it.

import type { Roster } from "./roster.ts";

/** Tasks that are alike in what they need to start, by their places. */
export class Lane {
  readonly needsSlot: boolean;
  readonly uses: boolean;
  readonly #roster: Roster;
  /** In order from #first on. */
  #row: number[] = [];
  #first = 0;
  readonly #heap: number[] = [];

  constructor(roster: Roster, needsSlot: boolean, uses: boolean) {
    this.#roster = roster;
    this.needsSlot = needsSlot;
    this.uses = uses;
  }

  get size(): number {
    return this.#row.length - this.#first + this.#heap.length;
  }

  comesBefore(a: number, b: number): boolean {
    const { urgency, rank, ids, isUrgent } = this.#roster;
    if (isUrgent && urgency[a] !== urgency[b]) return (urgency[a] as number) > (urgency[b] as number);
    if (rank[a] !== rank[b]) return (rank[a] as number) > (rank[b] as number);
    return (ids[a] as number) < (ids[b] as number);
  }

  push(place: number): void {
    const row = this.#row;
    if (row.length === this.#first) {
      row.length = this.#first = 0;
      row.push(place);
    } else if (this.comesBefore(place, row[row.length - 1] as number)) this.#pushHeap(place);
    else row.push(place);
  }

  /** The place that comes first, or -1. */
  head(): number {
    const row = this.#row[this.#first] ?? -1;
    const heap = this.#heap[0] ?? -1;
    return heap !== -1 && (row === -1 || this.comesBefore(heap, row)) ? heap : row;
  }

  /** Takes off the place that `head()` has returned. */
  pop(head: number): void {
    if (this.#row[this.#first] === head) this.#first++;
    else this.#popHeap();
  }

  /** Takes everything off. */
  takeAll(): number[] {
    const places = [...this.#row.slice(this.#first), ...this.#heap];
    this.#row = [];
    this.#first = 0;
    this.#heap.length = 0;
    return places;
  }

  #pushHeap(place: number): void {
    const heap = this.#heap;
    let at = heap.push(place) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.comesBefore(place, heap[parent] as number)) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = place;
  }

  #popHeap(): void {
    const heap = this.#heap;
    const place = heap.pop();
    if (place === undefined || heap.length === 0) return;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && this.comesBefore(heap[child + 1] as number, heap[child] as number)) child++;
      if (!this.comesBefore(heap[child] as number, place)) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = place;
  }
}
