// What attempts take up while they run: a slot, and amounts of the run's resources. Both are given back together.

import type { Attempt } from "./attempt.ts";
import { queueOf, type AnyQueue } from "./queue.ts";
import { Resources } from "./resources.ts";
import type { Settings } from "./settings.ts";
import type { Task } from "./task.ts";

/** The slots and resources of a scheduler. */
export class Slots {
  readonly #settings: Settings;
  readonly #resources: Resources;
  /** Names of resources that somebody waits for whose turn comes first. */
  readonly #reserved = new Set<string>();
  /** How many more attempts may run at once. */
  free: number;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#resources = new Resources(settings.resources);
    this.free = settings.concurrency;
  }

  /** How many attempts may run at once, as far as the run is concerned. */
  get limit(): number {
    const { queue, limitsQueues, concurrency } = this.#settings;
    return queue === undefined || limitsQueues ? concurrency : Infinity;
  }

  /** Where the attempts of a task go; `undefined` for right here. */
  queueOf(task: Task<unknown>): AnyQueue | undefined {
    return queueOf(task, this.#settings);
  }

  /** Whether attempts need a slot here: a queue has its own limits, unless the run sets one for all. */
  areNeededIn(queue: AnyQueue | undefined): boolean {
    return queue === undefined || this.#settings.limitsQueues;
  }

  /** Takes the resources that a task uses, if all of them are free and it `hasSlot`; else reserves them for it. */
  takeResources(task: Task<unknown>, hasSlot: boolean): boolean {
    const uses = task._extra?.policy?.uses;
    if (hasSlot) return uses === undefined || this.#resources.take(uses, this.#reserved);
    if (uses !== undefined) this.#resources.reserve(uses, this.#reserved);
    return false;
  }

  /** Reservations hold for one look at those who wait, in order. */
  endReservations(): void {
    if (this.#reserved.size > 0) this.#reserved.clear();
  }

  /** Takes a slot, where one is needed, for an attempt whose resources have been taken. */
  take(attempt: Attempt): void {
    attempt.holdsSlot = true;
    if (this.areNeededIn(attempt.queue)) this.free--;
  }

  /** Gives slot and resources back. */
  give(attempt: Attempt): void {
    if (!attempt.holdsSlot) return;
    attempt.holdsSlot = false;
    if (this.areNeededIn(attempt.queue)) this.free++;
    const uses = attempt.task._extra?.policy?.uses;
    if (uses !== undefined) this.#resources.give(uses);
  }
}
