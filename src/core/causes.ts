// What led to an error, for whoever shows or judges it.

/**
 * The causes of whatever was thrown, the nearest first, each once, at most so many. Never throws: causes that cannot be read, since a
 * getter throws, are none.
 */
export function causesOf(error: unknown, most: number): unknown[] {
  const chain = new Set([error]);
  try {
    for (let link = error; chain.size <= most;) {
      const { cause } = Object(link) as { cause?: unknown };
      if (cause === undefined || chain.has(cause)) break;
      chain.add(cause);
      link = cause;
    }
  } catch {
    // What has been found so far is what there is.
  }
  return [...chain].slice(1);
}
