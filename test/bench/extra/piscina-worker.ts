// What piscina runs by itself in the bench of threads.

/** Returns at once. */
export function nothing(): void {}

/** Keeps its thread busy for a millisecond. */
export function millisecond(): void {
  for (const end = performance.now() + 1; performance.now() < end;);
}
