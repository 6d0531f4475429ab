// Ready tasks in order: urgency, then the longest remaining path, then age. Most come in that order already, and queue up in a
// sorted row; those that do not go into a heap beside it.

import type { Roster } from "./roster.ts";

/** Tasks that are alike in what they need to start, by their places. */
export class Lane {
  readonly needsSlot: boolean;
  readonly uses: boolean;
  /** How many places are in it. */
  size: number = 0;
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

  comesBefore(a: number, b: number): boolean {
    const { rank, tasks, isUrgent } = this.#roster;
    if (isUrgent) {
      const { urgency } = this.#roster;
      if (urgency[a] !== urgency[b]) return urgency[a]! > urgency[b]!;
    }
    return rank[a] === rank[b] ? tasks[a]!.id < tasks[b]!.id : rank[a]! > rank[b]!;
  }

  push(place: number): void {
    this.size++;
    const row = this.#row;
    if (row.length === this.#first) {
      row.length = this.#first = 0;
      row.push(place);
    } else if (this.comesBefore(place, row[row.length - 1] as number)) this.#rise(place, this.#heap.length);
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
    this.size--;
    if (this.#row[this.#first] === head) this.#first++;
    else this.#popHeap();
  }

  /** Takes everything off. */
  takeAll(): number[] {
    const places = [...this.#row.slice(this.#first), ...this.#heap];
    this.#row = [];
    this.#first = 0;
    this.size = this.#heap.length = 0;
    return places;
  }

  // The gap at the top sinks to the bottom, and the last place rises from there: that takes half the comparisons of one that sinks,
  // since the last place belongs near the bottom (R. W. Floyd).
  #popHeap(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let gap = 0;
    for (let child = 1; child < heap.length; child = 2 * gap + 1) {
      if (child + 1 < heap.length && this.comesBefore(heap[child + 1] as number, heap[child] as number)) child++;
      heap[gap] = heap[child] as number;
      gap = child;
    }
    this.#rise(last, gap);
  }

  // Puts a place where there is a gap, or above it.
  #rise(place: number, gap: number): void {
    const heap = this.#heap;
    let at = gap;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.comesBefore(place, heap[parent] as number)) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = place;
  }
}
