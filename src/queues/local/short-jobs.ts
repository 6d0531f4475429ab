// How long jobs take, by name. Short ones are sent to a thread or a process several at a time; what has taken long is short again only
// after it has been so for a while, for whoever stands behind it has to wait.

/** Milliseconds of work that may be sent to one thread or process at a time. */
export const BATCH_MS = 2;

const LEAST_MS = 0.02;

/** What is known of the durations of jobs. */
export class JobTimes {
  readonly #means = new Map<string, number>();

  /** What a job of this name is expected to take, in milliseconds; Infinity for one never seen. */
  expect(name: string): number {
    return this.#means.get(name) ?? Infinity;
  }

  /** A job has taken so long. */
  learn(name: string, ms: number): void {
    const mean = this.#means.get(name) ?? ms;
    const next = ms > BATCH_MS ? Math.max(mean, ms) : mean * 0.8 + ms * 0.2;
    this.#means.set(name, Math.max(LEAST_MS, Math.min(next, 1_000)));
  }
}
