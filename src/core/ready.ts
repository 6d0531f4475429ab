// What could start. Tasks that compete for the same resources stand in one lane, so that the first of them that does not fit keeps
// its place without holding up the others.

import { Lane } from "./lane.ts";
import type { Roster } from "./roster.ts";

type Amounts = Readonly<Record<string, number>>;

/** Who knows whether a place that was ready still is. */
export interface Judge {
  isReady(place: number): boolean;
}

/** The ready tasks of a roster, by place. A place may be in it that has ceased to be ready: the judge is asked when it comes up. */
export class ReadyList {
  /** How many places are in it, among them such as have ceased to be ready. */
  size: number = 0;
  readonly #roster: Roster;
  readonly #judge: Judge;
  /** Tasks that need a slot, and tasks that need none; both use no resources. */
  readonly #slotted: Lane;
  readonly #free: Lane;
  /** Tasks that use resources, by the names of those. */
  readonly #competing = new Map<string, Lane>();

  constructor(roster: Roster, judge: Judge) {
    this.#roster = roster;
    this.#judge = judge;
    this.#slotted = new Lane(roster, true, false);
    this.#free = new Lane(roster, false, false);
  }

  /** Puts a place in; `needsSlot` tells whether it must wait for a slot. */
  push(place: number, needsSlot: boolean, uses: Amounts | undefined): void {
    const lane = uses === undefined ? (needsSlot ? this.#slotted : this.#free) : this.#laneFor(needsSlot, uses);
    if (lane.push(place)) this.size++;
  }

  #laneFor(needsSlot: boolean, uses: Amounts): Lane {
    const key = `${needsSlot}${JSON.stringify(Object.keys(uses).toSorted())}`;
    let lane = this.#competing.get(key);
    if (lane === undefined) this.#competing.set(key, (lane = new Lane(this.#roster, needsSlot, true)));
    return lane;
  }

  /**
   * Takes the first place that may start, or -1. `freeSlot`: whether there is one; `take`: takes the resources of a place or,
   * where they do not suffice or it only waits for a slot, reserves them.
   */
  take(freeSlot: boolean, take: (place: number, hasSlot: boolean) => boolean): number {
    const lanes = [this.#free, this.#slotted, ...this.#competing.values()].filter(
      (lane) => freeSlot || !lane.needsSlot || lane.uses,
    );
    for (;;) {
      let best = -1;
      for (let i = 0; i < lanes.length; i++) {
        const head = this.#head(lanes[i] as Lane);
        if (head === -1) continue;
        if (best === -1 || this.#roster.comesBefore(head, this.#head(lanes[best] as Lane))) best = i;
      }
      if (best === -1) return -1;
      const lane = lanes[best] as Lane;
      const place = this.#head(lane);
      if (!lane.uses || take(place, freeSlot || !lane.needsSlot)) {
        this.#pop(lane, place);
        return place;
      }
      lanes.splice(best, 1);
    }
  }

  /** Like `take`, where no task uses resources. */
  takePlain(freeSlot: boolean): number {
    const free = this.#head(this.#free);
    const slotted = freeSlot ? this.#head(this.#slotted) : -1;
    const isFree = slotted === -1 || (free !== -1 && this.#roster.comesBefore(free, slotted));
    const place = isFree ? free : slotted;
    if (place !== -1) this.#pop(isFree ? this.#free : this.#slotted, place);
    return place;
  }

  /** Whether tasks have been in it that use resources. */
  get isContested(): boolean {
    return this.#competing.size > 0;
  }

  /** Whether all that is in it needs a slot. */
  get needsSlots(): boolean {
    return this.size === this.#slotted.size;
  }

  #head(lane: Lane): number {
    if (lane.size === 0) return -1;
    for (let head = lane.head(); head !== -1; head = lane.head()) {
      if (this.#judge.isReady(head)) return head;
      this.#pop(lane, head);
    }
    return -1;
  }

  #pop(lane: Lane, head: number): void {
    lane.pop(head);
    this.size--;
  }

  clear(): void {
    for (const lane of [this.#free, this.#slotted, ...this.#competing.values()]) lane.takeAll();
    this.#roster.unposition();
    this.size = 0;
  }

  /** Puts everything in order again after ranks or urgencies have changed. */
  reorder(): void {
    const lanes = [this.#free, this.#slotted, ...this.#competing.values()];
    const places = lanes.map((lane) => lane.takeAll());
    this.#roster.unposition();
    for (const [i, lane] of lanes.entries()) for (const place of places[i] ?? []) lane.push(place);
  }
}
