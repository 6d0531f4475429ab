// Lets everything that is due happen, so that a test can look at a state that has come to rest.

/**
 * Waits until all promise reactions that are due have run and the event loop has made two turns, so that
 * a run which gives the loop a turn in between has gone on as well. Nothing waits for a length of time.
 */
export async function flush(turns = 2): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}
