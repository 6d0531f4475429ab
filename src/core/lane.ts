// Ready tasks in order. The tasks that a run begins with have a position each, worked out once, so that those that are ready are the
// bits of a map; what comes later, or has priorities or durations of its own, goes into a heap beside that.

import { Bitmap } from "./bitmap.ts";
import { Heap } from "./heap.ts";
import type { Roster } from "./roster.ts";

/** Tasks that are alike in what they need to start, by their places. */
export class Lane {
  readonly needsSlot: boolean;
  readonly uses: boolean;
  /** How many places are in it. */
  size: number = 0;
  readonly #roster: Roster;
  #planned: Bitmap | undefined = undefined;
  #others: Heap | undefined = undefined;

  constructor(roster: Roster, needsSlot: boolean, uses: boolean) {
    this.#roster = roster;
    this.needsSlot = needsSlot;
    this.uses = uses;
  }

  /** Puts a place in; returns whether that makes it one more. */
  push(place: number): boolean {
    const { positions } = this.#roster;
    if (place < positions.length) {
      if (!(this.#planned ??= new Bitmap(positions.length)).add(positions[place] as number)) return false;
    } else (this.#others ??= new Heap((a, b) => this.#roster.comesBefore(a, b))).push(place);
    this.size++;
    return true;
  }

  /** The place that comes first, or -1. */
  head(): number {
    const planned = this.#planned;
    const place = planned === undefined || planned.size === 0 ? -1 : (this.#roster.planned[planned.least()] as number);
    const other = this.#others?.first() ?? -1;
    return place === -1 || (other !== -1 && this.#roster.comesBefore(other, place)) ? other : place;
  }

  /** Takes off the place that `head()` has returned. */
  pop(head: number): void {
    const { positions } = this.#roster;
    this.size--;
    if (head < positions.length) this.#planned?.delete(positions[head] as number);
    else this.#others?.pop();
  }

  /** Takes everything off. */
  takeAll(): number[] {
    const planned = this.#planned?.takeAll().map((position) => this.#roster.planned[position] as number) ?? [];
    this.#planned = undefined;
    this.size = 0;
    return [...planned, ...(this.#others?.takeAll() ?? [])];
  }
}
