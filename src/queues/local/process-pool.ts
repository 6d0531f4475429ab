// Child processes, each with one job at a time. Jobs that are known to be short are sent several at a time.

import { reviveError } from "../../core/job-errors.ts";
import type { ErrorRecord } from "../../core/job-queue.ts";
import type { LocalAttempt } from "./attempt.ts";
import { lost } from "./errors.ts";
import type { FromChild, KnownJob, StopOrder } from "./messages.ts";
import { PoolChild, type ChildListener, type Ending } from "./pool-child.ts";
import type { Pool, Source } from "./pool.ts";
import { BATCH_MS, JobTimes } from "./short-jobs.ts";

/** The options of a pool of processes. */
export interface ProcessPoolOptions {
  readonly module: string;
  readonly concurrency: number;
  readonly maxJobs: number;
  readonly maxMemory: number;
}

type ChildReply = Extract<FromChild, { readonly kind: "reply" }>;

const LARGEST_BATCH = 64;

/** A pool of child processes. */
export class ProcessPool implements Pool, ChildListener {
  readonly #source: Source;
  readonly #options: ProcessPoolOptions;
  readonly #children = new Set<PoolChild>();
  readonly #leaving = new Set<PoolChild>();
  readonly #times = new JobTimes();
  #loaded: PromiseWithResolvers<readonly KnownJob[]> | undefined;

  constructor(source: Source, options: ProcessPoolOptions) {
    this.#source = source;
    this.#options = options;
  }

  load(): Promise<readonly KnownJob[]> {
    if (this.#loaded === undefined) {
      this.#loaded = Promise.withResolvers();
      this.#start();
    }
    return this.#loaded.promise;
  }

  wake(): void {
    let starting = 0;
    // A process that is replaced may still be at its last jobs.
    let idle = this.#options.concurrency - this.#busy();
    for (const child of this.#children) {
      if (!child.isReady) starting++;
      else if (child.attempts.size === 0 && idle-- > 0) this.#give(child);
    }
    // Each that starts will have a job to begin with.
    const room = this.#options.concurrency - this.#children.size;
    if (room > 0 && this.#source.hasWork()) {
      for (let i = Math.min(room, this.#source.size - starting); i > 0; i--) this.#start();
    }
    for (const child of this.#children) {
      if (
        child.isReady &&
        child.attempts.size > 0 &&
        child.load < BATCH_MS / 2 &&
        child.attempts.size <= LARGEST_BATCH / 2
      )
        this.#fill(child);
      child.flush();
    }
  }

  stop(attempt: LocalAttempt, order: StopOrder): void {
    this.#childOf(attempt)?.send(order);
  }

  kill(attempt: LocalAttempt): void {
    // First what the child has said is read: it may have got further than is known here.
    setImmediate(() => {
      if (!attempt.hasEnded) this.#kill(attempt);
    });
  }

  async close(): Promise<void> {
    for (const child of this.#children) {
      this.#dismiss(child);
      child.retire();
    }
    await Promise.all([...this.#leaving].map((child) => child.whenEnded()));
  }

  message(child: PoolChild, message: FromChild): void {
    if (message.kind === "reply") this.#receive(child, message);
    else if (message.kind === "leaving") {
      child.isExcused = true;
      this.#dismiss(child);
    } else if (message.kind === "ready") {
      child.isReady = true;
      child.rest();
      this.#loaded?.resolve(message.known);
    } else if (message.kind === "broken") child.broken = message.error;
    else {
      const attempt = child.attempts.get(message.key);
      if (attempt === undefined) return;
      this.#source.begin(attempt);
      this.#source.note(attempt, message, (answer) => child.send(answer));
    }
  }

  paused(child: PoolChild): void {
    if (child.isLeaving && child.condemned === undefined && child.attempts.size === 0) child.retire();
    this.wake();
  }

  ended(child: PoolChild, ending: Ending): void {
    this.#children.delete(child);
    this.#leaving.delete(child);
    if (!child.isReady) this.#mourn(child, ending);
    const [first, ...behind] = child.attempts.values();
    child.attempts.clear();
    // Those behind cannot have begun, or there would be a reply. The last comes first, so that each is put in front of the others.
    for (const attempt of behind.toReversed()) attempt.settle({ isBack: true });
    if (first !== undefined)
      first.settle(child.isExcused ? { isBack: true } : { error: lost(describe(first, ending)) });
    this.wake();
  }

  #kill(attempt: LocalAttempt): void {
    const child = this.#childOf(attempt);
    const [first] = child?.attempts.values() ?? [];
    if (child === undefined || first !== attempt) {
      // It has not begun, and the child will hear that it must not before it could.
      child?.remove(attempt.call.key, 0);
      attempt.settle({ isBack: true });
    } else {
      child.condemned = attempt;
      this.#dismiss(child);
      child.kill();
    }
    this.wake();
  }

  #start(): void {
    const { module, maxMemory } = this.#options;
    this.#children.add(new PoolChild(module, maxMemory !== Infinity, this));
  }

  #childOf({ call: { key } }: LocalAttempt): PoolChild | undefined {
    for (const child of [...this.#children, ...this.#leaving]) if (child.attempts.has(key)) return child;
    return undefined;
  }

  #busy(): number {
    let count = 0;
    for (const child of this.#children) if (child.attempts.size > 0) count++;
    for (const child of this.#leaving) if (child.attempts.size > 0) count++;
    return count;
  }

  #give(child: PoolChild): void {
    const attempt = this.#source.take();
    if (attempt === undefined) return;
    child.add(attempt, this.#times.expect(attempt.job.name));
    this.#source.begin(attempt);
  }

  #fill(child: PoolChild): void {
    const { maxJobs } = this.#options;
    const accept = (name: string, timeout: number): boolean =>
      timeout === Infinity && child.load + this.#times.expect(name) <= BATCH_MS;
    while (child.attempts.size < LARGEST_BATCH && child.served < maxJobs) {
      const attempt = this.#source.take(accept);
      if (attempt === undefined) return;
      child.add(attempt, this.#times.expect(attempt.job.name));
    }
  }

  #receive(child: PoolChild, reply: ChildReply): void {
    const attempt = child.attempts.get(reply.key);
    if (attempt === undefined) return;
    const { name } = attempt.job;
    child.remove(reply.key, this.#times.expect(name));
    if (reply.isBack === true) child.served--;
    if (reply.ms !== undefined) this.#times.learn(name, reply.ms);
    const { maxJobs, maxMemory } = this.#options;
    // So that nothing is sent to it any more by those who hear of its reply.
    if (child.served >= maxJobs || (reply.rss ?? 0) > maxMemory) this.#dismiss(child);
    // It is at something long; what it gives back must not come again before that has ended.
    if (reply.isBack === true && child.attempts.size > 0) child.load = Infinity;
    attempt.settle(reply);
    if (reply.isBack !== true) this.#beginNext(child);
  }

  #beginNext(child: PoolChild): void {
    for (const attempt of child.attempts.values()) return this.#source.begin(attempt);
  }

  // Another may start in its place, which has to wait for a job until this one has answered for what it has. Then it ends.
  #dismiss(child: PoolChild): void {
    child.isLeaving = true;
    this.#children.delete(child);
    this.#leaving.add(child);
  }

  // A process that has not got as far as to load the module. The first of them breaks the queue; of later ones, each costs a job its
  // attempt, so that a queue whose processes cannot start any more comes to an end.
  #mourn(child: PoolChild, ending: Ending): void {
    const error: ErrorRecord = child.broken ?? lost(`a process ended with ${howOf(ending)} before it was ready`);
    this.#loaded?.reject(reviveError(error));
    if (![...this.#children].some(({ isReady }) => isReady)) {
      this.#source.take()?.settle({ error: lost(`no process can be started: ${error.message}`) });
    }
  }
}

function describe({ call }: LocalAttempt, ending: Ending): string {
  return `the process of job ${JSON.stringify(call.job)} ended with ${howOf(ending)}`;
}

function howOf({ code, signal }: Ending): string {
  return signal ?? `code ${code}`;
}
