// Calls on their way to a thread or in it, of which piscina knows as one task. All but the first can be taken back as long as the thread
// has not begun with them.

import type { ErrorRecord } from "../../core/job-queue.ts";
import type { LocalAttempt } from "./attempt.ts";
import { claim, LARGEST_BATCH, offer, ownerOf } from "./claims.ts";
import type { Batch } from "./messages.ts";

/**
 * The attempts of a batch, in order. It goes to piscina in place of an AbortSignal, for which any emitter will do: a hundred thousand
 * jobs need no signal of their own.
 */
export class ThreadBatch {
  readonly aborted = false;
  readonly slot: number;
  readonly sentAt: number = performance.now();
  /** When it was sent, or last heard of. */
  since: number = this.sentAt;
  /** Why its thread ends, as far as the thread has said so. */
  fault: ErrorRecord | undefined;
  readonly #claims: Int32Array;
  readonly #attempts: readonly LocalAttempt[];
  #index = 0;
  #terminate: (() => void) | undefined;

  /** `slot`: no other batch has the same at the same time. */
  constructor(claims: Int32Array, slot: number, attempts: readonly LocalAttempt[]) {
    this.#claims = claims;
    this.slot = slot;
    this.#attempts = attempts;
    for (const [index, { call }] of attempts.entries()) offer(claims, this.#place + index, call.key);
  }

  /** The first attempt that is not settled: the one in the thread. */
  get current(): LocalAttempt | undefined {
    while (this.#attempts[this.#index]?.hasEnded === true) this.#index++;
    return this.#attempts[this.#index];
  }

  /** The current attempt and those behind it. */
  get unsettled(): LocalAttempt[] {
    return this.#attempts.slice(this.#index).filter(({ hasEnded }) => !hasEnded);
  }

  /** Whether there are others behind the current one. */
  get isLong(): boolean {
    return this.unsettled.length > 1;
  }

  /** What the thread gets. */
  message(isEarly: boolean): Batch {
    return { place: this.#place, calls: this.#attempts.map(({ call }) => call), isEarly };
  }

  has(attempt: LocalAttempt): boolean {
    return this.#attempts.includes(attempt);
  }

  /** Takes an attempt back, if the thread has not begun with it. */
  claim(attempt: LocalAttempt): boolean {
    return claim(this.#claims, this.#place + this.#attempts.indexOf(attempt), attempt.call.key, 0);
  }

  /** The thread that has begun with an attempt. */
  ownerOf(attempt: LocalAttempt): number {
    return ownerOf(this.#claims, this.#place + this.#attempts.indexOf(attempt));
  }

  /** Takes back what the thread has not begun with; the last comes first, so that each can be put in front of the others. */
  takeBack(from: number = 0): LocalAttempt[] {
    return this.unsettled
      .slice(from)
      .toReversed()
      .filter((attempt) => this.claim(attempt));
  }

  /** Ends the thread that has it. */
  terminate(): void {
    this.#terminate?.();
  }

  /** For piscina. */
  once(_event: string, terminate: () => void): void {
    this.#terminate = terminate;
  }

  /** For piscina. */
  removeListener(): void {
    this.#terminate = undefined;
  }

  get #place(): number {
    return this.slot * LARGEST_BATCH;
  }
}
