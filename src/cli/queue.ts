// The queue of a command: opened from its URL, closed at the end, and asked only for what it has.

import { existsSync } from "node:fs";
import type { JobHandle, Queue } from "../core/job-queue.ts";
import { fileOf, openQueue } from "../queues/open.ts";
import type { AttemptInfo } from "../queues/sqlite.ts";
import { CommandError } from "./host.ts";

/** Opens a queue for the length of `use`. Only who works on it may make it: to look must not turn a slip of the pen into a file. */
export async function withQueue(url: string, use: (queue: Queue) => Promise<void>, mayMake = false): Promise<void> {
  const file = fileOf(url);
  // Without a path it is for the queue to say what is wrong.
  const isMissing = file !== undefined && file !== "" && !existsSync(file);
  if (isMissing && !mayMake) throw new CommandError(`there is no queue at ${file}`);
  const queue = await openQueue(url);
  try {
    await use(queue);
  } finally {
    await queue.close();
  }
}

/** The job of an id. @throws CommandError. */
export async function findJob(queue: Queue, id: string): Promise<JobHandle> {
  const handle = await queue.find(id);
  if (handle === undefined) throw new CommandError(`there is no job ${JSON.stringify(id)} in this queue`);
  return handle;
}

/** A queue that keeps its jobs, to be repaired and tidied by hand. */
export interface KeptQueue extends Queue {
  /** Queues a job again that has failed or was cancelled; false if it is in another state. */
  retry(id: string): Promise<boolean>;
  /** Deletes jobs that have ended, and resolves with their number. */
  clean(options: { readonly olderThan?: number }): Promise<number>;
}

/** A queue as one that keeps its jobs. @throws CommandError if it does not. */
export function keptQueue(queue: Queue, url: string): KeptQueue {
  const { retry, clean } = queue as Partial<KeptQueue>;
  if (retry !== undefined && clean !== undefined) return queue as KeptQueue;
  throw new CommandError(`the queue ${url} does not keep jobs that could be repeated or deleted`);
}

/** What became of each attempt of a job, first to last; undefined if the queue does not keep that. */
export async function attemptsOf(queue: Queue, id: string): Promise<readonly AttemptInfo[] | undefined> {
  const keeper = queue as { attempts?: (id: string) => Promise<readonly AttemptInfo[]> };
  return keeper.attempts?.(id);
}
