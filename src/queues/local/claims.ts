// Who has a call that was handed to a thread together with others: the thread, which begins it, or the pool, which takes it back. Both
// claim it in shared memory, so the pool knows at once, also of a thread that is busy and answers nothing.

/** The greatest number of calls that are handed to a thread together. */
export const LARGEST_BATCH = 64;

const LIMIT = 2 ** 30;

/** Memory for the claims of so many batches at a time. */
export function createClaims(batches: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(batches * LARGEST_BATCH * Int32Array.BYTES_PER_ELEMENT));
}

/** Makes a call claimable, at a place that may have been another's before. */
export function offer(claims: Int32Array, place: number, key: number): void {
  Atomics.store(claims, place, tokenOf(key));
}

/** Claims a call for `thread`, or for the pool, which is 0. Whoever comes second, or late, gets false. */
export function claim(claims: Int32Array, place: number, key: number, thread: number): boolean {
  const token = tokenOf(key);
  return Atomics.compareExchange(claims, place, token, -thread) === token;
}

/** The thread that has claimed a call which the pool could not take back. */
export function ownerOf(claims: Int32Array, place: number): number {
  return -Atomics.load(claims, place);
}

// Positive, for the negative numbers are threads. Two keys that look the same are a thousand million attempts apart.
function tokenOf(key: number): number {
  return (key % LIMIT) + 1;
}
