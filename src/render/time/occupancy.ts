// Who held slots and resources when, and so what a task that was ready was short of. A scheduler keeps no record of that; but a
// task that waits does so because something is taken, and what was taken is known from the attempts.

import type { Wait } from "./lives.ts";

/** A slot, and amounts of resources, held for a while. */
export interface Holding {
  readonly from: number;
  readonly to: number;
  readonly uses: Readonly<Record<string, number>> | undefined;
}

/** What a ready task lacks for a while. */
type Lack = Pick<Wait, "kind" | "on" | "from" | "to">;

/** How many pieces of one wait are told apart, at most. */
const PIECES = 2000;

/** Slots and resources as they were taken over time. */
export class Occupancy {
  /** The times at which anything changed, ascending; what is counted holds from each to the next. */
  readonly times: readonly number[];
  /** How many slots were taken. */
  readonly slots: readonly number[];
  /** How much of each resource was taken, by its name. */
  readonly used: ReadonlyMap<string, readonly number[]>;
  readonly #concurrency: number;
  readonly #resources: ReadonlyMap<string, number>;
  readonly #end: number;
  readonly #tolerance: number;
  readonly #lacks = new Map<string, Lack[]>();

  constructor(
    holdings: readonly Holding[],
    limits: { concurrency: number; resources: ReadonlyMap<string, number>; startedAt: number; endedAt: number },
  ) {
    const { startedAt, endedAt } = limits;
    this.#concurrency = limits.concurrency;
    this.#resources = limits.resources;
    this.#end = endedAt;
    // Between two attempts a slot is free for the moment that it takes to start the next.
    this.#tolerance = Math.max(0.5, (endedAt - startedAt) / Math.min(PIECES, 4e6 / (holdings.length + 1)));
    const times = new Set([startedAt]);
    for (const { from, to } of holdings) times.add(from).add(to);
    this.times = [...times].toSorted((a, b) => a - b);
    const places = new Map(this.times.map((time, place) => [time, place]));
    const slots = this.times.map(() => 0);
    const used = new Map<string, number[]>();
    for (const { from, to, uses } of holdings) {
      const [start, end] = [places.get(from)!, places.get(to)!];
      change(slots, start, end, 1);
      for (const [name, amount] of Object.entries(uses ?? {})) {
        let amounts = used.get(name);
        if (amounts === undefined) used.set(name, (amounts = this.times.map(() => 0)));
        change(amounts, start, end, amount);
      }
    }
    this.slots = summed(slots);
    this.used = new Map([...used].map(([name, amounts]) => [name, summed(amounts)]));
  }

  /** What a ready task that needs a slot and `uses` lacked between two times, piece by piece. */
  lacks(uses: Readonly<Record<string, number>> | undefined, from: number, to: number): Lack[] {
    const all = this.#lacksFor(uses);
    const pieces: Lack[] = [];
    for (let place = firstAfter(all, from); place < all.length && all[place]!.from < to; place++) {
      const piece = all[place]!;
      const last = pieces.at(-1);
      const [start, end] = [Math.max(from, piece.from), Math.min(to, piece.to)];
      if (last?.kind === piece.kind && last.on === piece.on) pieces[pieces.length - 1] = { ...last, to: end };
      else pieces.push({ kind: piece.kind, on: piece.on, from: start, to: end });
    }
    return pieces;
  }

  #lacksFor(uses: Readonly<Record<string, number>> | undefined): Lack[] {
    const needs = Object.entries(uses ?? {}).filter(([name, amount]) => amount > 0 && this.#resources.has(name));
    const key = JSON.stringify(needs);
    let lacks = this.#lacks.get(key);
    if (lacks === undefined) this.#lacks.set(key, (lacks = this.#allLacks(needs)));
    return lacks;
  }

  #allLacks(needs: readonly (readonly [string, number])[]): Lack[] {
    const lacks: Lack[] = [];
    for (const [place, from] of this.times.entries()) {
      const to = Math.max(from, this.times[place + 1] ?? this.#end);
      const lack = this.#lackAt(place, needs);
      const last = lacks.at(-1);
      const isSame = last?.kind === lack.kind && last.on === lack.on;
      if (last !== undefined && (isSame || to - from < this.#tolerance)) lacks[lacks.length - 1] = { ...last, to };
      else lacks.push({ ...lack, from, to });
    }
    return lacks;
  }

  // A resource first: with that short, a free slot would not help. What fits and is not taken is kept for somebody before it.
  #lackAt(place: number, needs: readonly (readonly [string, number])[]): Pick<Wait, "kind" | "on"> {
    const takenOf = (name: string): number => this.used.get(name)?.[place] ?? 0;
    const limitOf = (name: string): number => (this.#resources.get(name) ?? 0) * (1 + 1e-9);
    const short = needs.find(([name, amount]) => takenOf(name) + amount > limitOf(name));
    if (short !== undefined) return { kind: "resource", on: short[0] };
    if (this.slots[place]! >= this.#concurrency) return { kind: "slot", on: undefined };
    const kept = needs.find(([name]) => takenOf(name) > 0);
    return kept === undefined ? { kind: "turn", on: undefined } : { kind: "resource", on: kept[0] };
  }
}

function change(counts: number[], start: number, end: number, amount: number): void {
  counts[start]! += amount;
  counts[end]! -= amount;
}

function summed(changes: readonly number[]): number[] {
  let sum = 0;
  return changes.map((each) => (sum += each));
}

// The first piece that ends after a time.
function firstAfter(pieces: readonly Lack[], time: number): number {
  let [low, high] = [0, pieces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (pieces[middle]!.to <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
