// p-queue as the queue of a run. The core takes anything with `add`; this file is for those who want the queue made for them.

import { availableParallelism } from "node:os";
import PQueue from "p-queue";

/** The options of p-queue's `PQueue`: `concurrency`, `interval` and `intervalCap` for rates, and others. */
export type PQueueOptions = NonNullable<ConstructorParameters<typeof PQueue>[0]>;

/**
 * A PQueue for `make(…, { queue: pQueue() })`, with as many places as the machine has cores unless `concurrency` says otherwise.
 * Beside the places it knows rates (`interval`, `intervalCap`), `pause()` and `start()`; tasks go in with their urgency as the
 * priority, and several runs may share it.
 *
 * @throws TypeError for options that PQueue refuses.
 */
export function pQueue(options: PQueueOptions = {}): PQueue {
  return new PQueue({ concurrency: availableParallelism(), ...options });
}
