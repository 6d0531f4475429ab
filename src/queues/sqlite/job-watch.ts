// Who waits for which job. All of them are served by one query: which jobs have changed since the last look? So 10,000 joins cost
// what the changes cost. Signs of news only make us look, and a slow round over everything watched stands behind.

import { isPassing, queueError } from "./failures.ts";
import { findOpen, findOutcomes, findRow, findRows, type Outcome } from "./rows.ts";
import type { Store } from "./store.ts";

/** Somebody who waits for news of one job. */
export interface Observer {
  /** Whether it wants to know of more than the end. */
  readonly wantsAll: boolean;
  /** What it is told: with "row", the outcome is a whole `Row`. */
  readonly needs: "outcome" | "row";
  /** In which order the observers of a job are told. */
  readonly order: number;
  /** Told how the job stands, perhaps repeatedly the same; `undefined` if the job is gone. Returns true when it has no more to wait for. */
  observe(row: Outcome | undefined): boolean;
  /** The queue can no longer tell. */
  fail(error: Error): void;
}

/** How many jobs are read at once, and looked at by each poll. */
const ROUND = 200;

/** The observers of a queue in this process. */
export class JobWatch {
  readonly #store: Store;
  readonly #watched = new Map<number, Observer[]>();
  #last = 0;
  /** How many observers want to know of more than the end. */
  #curious = 0;
  #fresh: number[] = [];
  #round: IteratorObject<number> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Tells an observer how the job stands, and then whatever comes, until it has no more to wait for. */
  add(seq: number, observer: Observer): void {
    // First the time, then the state: what changes in between is seen twice rather than not at all.
    if (this.#watched.size === 0) this.#last = this.#tick();
    if (observer.wantsAll && observer.observe(findRow(this.#store, seq))) return;
    const observers = this.#watched.get(seq) ?? [];
    const place = observers.findIndex(({ order }) => order > observer.order);
    observers.splice(place < 0 ? observers.length : place, 0, observer);
    this.#watched.set(seq, observers);
    if (observer.wantsAll) this.#curious++;
    else if (this.#fresh.push(seq) === 1) queueMicrotask(() => this.#lookAtFresh());
  }

  /** Those who wait for an end often come in great numbers at once, and one query serves them all. */
  #lookAtFresh(): void {
    const seqs = this.#fresh;
    this.#fresh = [];
    try {
      const open = new Set(findOpen(this.#store, seqs));
      this.#tell(seqs.filter((seq) => !open.has(seq)));
    } catch (error) {
      // What is locked at this moment is looked at again by the slow poll.
      if (!isPassing(error)) this.fail(queueError(this.#store.path, error));
    }
  }

  remove(seq: number, observer: Observer): void {
    const observers = this.#watched.get(seq) ?? [];
    if (!observers.includes(observer)) return;
    if (observer.wantsAll) this.#curious--;
    if (observers.length === 1) this.#watched.delete(seq);
    else
      this.#watched.set(
        seq,
        observers.filter((other) => other !== observer),
      );
  }

  #tick(): number {
    return this.#store.row<{ tick: number }>("SELECT tick FROM clock")!.tick;
  }

  /** Looks at what has changed. */
  look(): void {
    if (this.#watched.size === 0) return;
    const now = this.#tick();
    if (now === this.#last) return;
    const ended = "SELECT seq FROM jobs WHERE changed > ? AND ended_at IS NOT NULL";
    const all = "SELECT seq FROM jobs WHERE changed > ?";
    const changed = this.#store.rows<{ seq: number }>(this.#curious > 0 ? all : ended, this.#last);
    this.#last = now;
    this.#tell(changed.flatMap(({ seq }) => (this.#watched.has(seq) ? seq : [])));
  }

  /** Looks at some of the watched jobs, whether they have changed or not. */
  reconcile(): void {
    this.#round ??= this.#watched.keys();
    const seqs = [...this.#round.take(ROUND)];
    if (seqs.length < ROUND) this.#round = undefined;
    this.#tell(seqs);
  }

  #tell(seqs: readonly number[]): void {
    for (let start = 0; start < seqs.length; start += ROUND) {
      const part = seqs.slice(start, start + ROUND);
      const isPlain = part.every((seq) => this.#watched.get(seq)?.every(({ needs }) => needs === "outcome") ?? true);
      const found = isPlain ? findOutcomes(this.#store, part) : findRows(this.#store, part);
      const rows = new Map<number, Outcome>(found.map((row) => [row.seq, row]));
      for (const seq of part) {
        const row = rows.get(seq);
        for (const observer of this.#watched.get(seq) ?? []) if (observer.observe(row)) this.remove(seq, observer);
      }
    }
  }

  /** Tells all observers that there will be no more news. */
  fail(error: Error): void {
    const all = [...this.#watched.values()].flat();
    this.#watched.clear();
    this.#curious = 0;
    for (const observer of all) observer.fail(error);
  }
}
