// Finding a process and waiting until something is true of it, by looking at its record again and again.

import { performance } from "node:perf_hooks";
import { ProcessNotFoundError, ProcessTimeoutError } from "./errors.ts";
import { filesOf } from "./record.ts";
import { inspect, type Inspected, type ProcessRecord } from "./view.ts";
import { FolderWatch } from "./watch.ts";

/** Looks at a process. Throws `ProcessNotFoundError` if there is none. */
export async function find(dir: string, name: string): Promise<Inspected> {
  const found = await inspect(dir, name);
  if (found === undefined) throw new ProcessNotFoundError(name, dir);
  return found;
}

/**
 * Looks at a process until `isDone`. Throws `ProcessTimeoutError` after `timeout` milliseconds, the reason of an abort, and
 * `ProcessNotFoundError` also if the process is removed meanwhile, even if the name is used again.
 */
export async function until(
  dir: string,
  name: string,
  isDone: (process: ProcessRecord) => boolean,
  timeout: number = Infinity,
  signal?: AbortSignal,
): Promise<Inspected> {
  signal?.throwIfAborted();
  const deadline = performance.now() + timeout;
  const watch = new FolderWatch(filesOf(dir, name).folder);
  let first: Inspected | undefined;
  try {
    for (;;) {
      const found = await find(dir, name);
      first ??= found;
      if (isAnother(first, found)) throw new ProcessNotFoundError(name, dir);
      if (isDone(found.process)) return found;
      const left = deadline - performance.now();
      if (left <= 0) throw new ProcessTimeoutError(name, timeout);
      await watch.next(left, signal);
    }
  } finally {
    watch.close();
  }
}

/** Whether a look found another process of the same name than the one before; a damaged record does not tell. */
export function isAnother(before: Inspected, now: Inspected): boolean {
  return before.id !== undefined && now.id !== undefined && before.id !== now.id;
}
