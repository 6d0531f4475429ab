// Who waits for which job. All of them are served by one query: which jobs have changed since the last look? So 10,000 joins cost
// what the changes cost. Signs of news only make us look, and a slow round over everything watched stands behind.

import { findRow, type Row } from "./rows.ts";
import type { Store } from "./store.ts";

/** Somebody who waits for news of one job. */
export interface Observer {
  /** Whether it wants to know of more than the end. */
  readonly wantsAll: boolean;
  /** In which order the observers of a job are told. */
  readonly order: number;
  /** Told how the job stands, perhaps repeatedly the same; `undefined` if the job is gone. Returns true when it has no more to wait for. */
  observe(row: Row | undefined): boolean;
  /** The queue can no longer tell. */
  fail(error: Error): void;
}

/** How many watched jobs a round of the slow poll looks at. */
const ROUND = 200;

/** The observers of a queue in this process. */
export class Watcher {
  readonly #store: Store;
  readonly #watched = new Map<number, Observer[]>();
  #last = 0;
  #round: MapIterator<number> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Tells an observer how the job stands, and then whatever comes, until it has no more to wait for. */
  add(seq: number, observer: Observer): void {
    // First the time, then the state: what changes in between is seen twice rather than not at all.
    if (this.#watched.size === 0) this.#last = this.#tick();
    if (observer.observe(findRow(this.#store, seq))) return;
    const observers = this.#watched.get(seq) ?? [];
    const place = observers.findIndex(({ order }) => order > observer.order);
    observers.splice(place < 0 ? observers.length : place, 0, observer);
    this.#watched.set(seq, observers);
  }

  remove(seq: number, observer: Observer): void {
    const left = (this.#watched.get(seq) ?? []).filter((other) => other !== observer);
    if (left.length > 0) this.#watched.set(seq, left);
    else this.#watched.delete(seq);
  }

  #tick(): number {
    return this.#store.row<{ tick: number }>("SELECT tick FROM clock")!.tick;
  }

  /** Looks at what has changed. */
  look(): void {
    if (this.#watched.size === 0) return;
    const now = this.#tick();
    if (now === this.#last) return;
    const changed = this.#store.rows<{ seq: number; ended: number }>(
      "SELECT seq, ended_at IS NOT NULL AS ended FROM jobs WHERE changed > ?",
      this.#last,
    );
    this.#last = now;
    for (const { seq, ended } of changed) {
      const observers = this.#watched.get(seq);
      if (observers !== undefined && (ended === 1 || observers.some(({ wantsAll }) => wantsAll)))
        this.#tell(seq, observers);
    }
  }

  /** Looks at some of the watched jobs, whether they have changed or not. */
  reconcile(): void {
    for (let count = 0; count < ROUND && this.#watched.size > 0; count++) {
      this.#round ??= this.#watched.keys();
      const { value: seq } = this.#round.next();
      if (seq === undefined) {
        this.#round = undefined;
        return;
      }
      this.#tell(seq, this.#watched.get(seq) ?? []);
    }
  }

  #tell(seq: number, observers: readonly Observer[]): void {
    const row = findRow(this.#store, seq);
    for (const observer of observers) if (observer.observe(row)) this.remove(seq, observer);
  }

  /** Tells all observers that there will be no more news. */
  fail(error: Error): void {
    const all = [...this.#watched.values()].flat();
    this.#watched.clear();
    for (const observer of all) observer.fail(error);
  }
}
