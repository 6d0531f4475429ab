// What could start, and in which order it does: urgency, then the longest remaining path, then age. Tasks that compete for the
// same resources stand in one lane, so that the first of them that does not fit keeps its place without holding up the others.

import type { Roster } from "./roster.ts";

type Amounts = Readonly<Record<string, number>>;

/** Named amounts that tasks take all or nothing. */
export class Resources {
  readonly #free: Map<string, number>;
  readonly total: ReadonlyMap<string, number>;

  constructor(total: Amounts) {
    this.total = new Map(Object.entries(total));
    this.#free = new Map(this.total);
  }

  /** Takes `uses` if all of it is free and none of its names is in `reserved`; else reserves its names and takes nothing. */
  take(uses: Amounts | undefined, reserved: Set<string>): boolean {
    if (uses === undefined) return true;
    const entries = Object.entries(uses);
    const fits = entries.every(([name, amount]) => !reserved.has(name) && amount <= (this.#free.get(name) ?? 0));
    for (const [name, amount] of entries) {
      if (fits) this.#free.set(name, (this.#free.get(name) ?? 0) - amount);
      else reserved.add(name);
    }
    return fits;
  }

  give(uses: Amounts | undefined): void {
    if (uses === undefined) return;
    for (const [name, amount] of Object.entries(uses)) this.#free.set(name, (this.#free.get(name) ?? 0) + amount);
  }
}

/** Tasks that are alike in what they need: a heap of their places. */
class Lane {
  readonly heap: number[] = [];
  readonly needsSlot: boolean;
  readonly uses: boolean;
  readonly #roster: Roster;

  constructor(roster: Roster, needsSlot: boolean, uses: boolean) {
    this.#roster = roster;
    this.needsSlot = needsSlot;
    this.uses = uses;
  }

  comesBefore(a: number, b: number): boolean {
    const { urgency, rank, tasks } = this.#roster;
    if (urgency[a] !== urgency[b]) return (urgency[a] as number) > (urgency[b] as number);
    if (rank[a] !== rank[b]) return (rank[a] as number) > (rank[b] as number);
    return (tasks[a]?.id as number) < (tasks[b]?.id as number);
  }

  push(place: number): void {
    const { heap } = this;
    let at = heap.push(place) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.comesBefore(place, heap[parent] as number)) break;
      heap[at] = heap[parent] as number;
      at = parent;
    }
    heap[at] = place;
  }

  pop(): void {
    const { heap } = this;
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

/** The ready tasks of a roster, by place. A place may be in it that has ceased to be ready: `isReady` is asked when it comes up. */
export class ReadyList {
  readonly #roster: Roster;
  readonly #lanes = new Map<string, Lane>();
  readonly #isReady: (place: number) => boolean;
  #size = 0;

  constructor(roster: Roster, isReady: (place: number) => boolean) {
    this.#roster = roster;
    this.#isReady = isReady;
  }

  /** How many places are in it, among them such as have ceased to be ready. */
  get size(): number {
    return this.#size;
  }

  /** Puts a place in; `needsSlot` tells whether it must wait for a slot. */
  push(place: number, needsSlot: boolean, uses: Amounts | undefined): void {
    const key = `${needsSlot}${uses === undefined ? "" : JSON.stringify(Object.keys(uses).toSorted())}`;
    let lane = this.#lanes.get(key);
    if (lane === undefined) this.#lanes.set(key, (lane = new Lane(this.#roster, needsSlot, uses !== undefined)));
    lane.push(place);
    this.#size++;
  }

  /**
   * Takes the first place that may start, or -1. `freeSlot`: whether there is one; `take`: takes the resources of a place or,
   * where they do not suffice, reserves them.
   */
  take(freeSlot: boolean, take: (place: number) => boolean): number {
    const closed = new Set<Lane>();
    for (;;) {
      let best: Lane | undefined;
      let place = -1;
      for (const lane of this.#lanes.values()) {
        if (closed.has(lane) || (lane.needsSlot && !freeSlot)) continue;
        const head = this.#head(lane);
        if (head === -1 || (best !== undefined && !lane.comesBefore(head, place))) continue;
        best = lane;
        place = head;
      }
      if (best === undefined) return -1;
      if (!best.uses || take(place)) {
        this.#pop(best);
        return place;
      }
      closed.add(best);
    }
  }

  #head(lane: Lane): number {
    for (let head = lane.heap[0]; head !== undefined; head = lane.heap[0]) {
      if (this.#isReady(head)) return head;
      this.#pop(lane);
    }
    return -1;
  }

  #pop(lane: Lane): void {
    lane.pop();
    this.#size--;
  }

  /** Puts everything in order again after ranks or urgencies have changed. */
  reorder(): void {
    for (const lane of this.#lanes.values()) {
      for (const place of lane.heap.splice(0)) lane.push(place);
    }
  }
}
