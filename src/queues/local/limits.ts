// How many jobs of a name may run at once: those beyond wait here, apart from the others, so that they hold up nobody.

import type { LocalJob } from "./job.ts";
import { ReadyJobs } from "./ready.ts";

interface Count {
  /** Neither ended nor cancelled. */
  present: number;
  running: number;
  readonly waiting: ReadyJobs;
}

/** The jobs that have a limit, by name. */
export class Limits {
  readonly #counts = new Map<string, Count>();

  /** Whether there are as many jobs of its name as a new one allows. */
  isFull(name: string, limit: number): boolean {
    return (this.#counts.get(name)?.present ?? 0) >= limit;
  }

  /** A job with a limit is there. */
  enter({ name }: LocalJob): void {
    let count = this.#counts.get(name);
    if (count === undefined) this.#counts.set(name, (count = { present: 0, running: 0, waiting: new ReadyJobs() }));
    count.present++;
  }

  /** It has ended. */
  leave({ name }: LocalJob): void {
    const count = this.#counts.get(name);
    if (count !== undefined && --count.present === 0) this.#counts.delete(name);
  }

  /** Whether a job may start now; if not, it waits here. */
  start(job: LocalJob): boolean {
    const count = this.#counts.get(job.name) as Count;
    if (count.running >= (job.request.limit ?? Infinity)) {
      count.waiting.push(job);
      return false;
    }
    count.running++;
    return true;
  }

  /** An attempt is over. Returns the job that comes up for it, to be made ready. */
  stop({ name }: LocalJob): LocalJob | undefined {
    const count = this.#counts.get(name) as Count;
    count.running--;
    const next = count.waiting.peek();
    if (next !== undefined) count.waiting.pop(next);
    return next;
  }
}
