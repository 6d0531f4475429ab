// Threads, by piscina: one job a thread at a time, short ones handed over several together. A job that must be ended by force loses its
// thread, which piscina replaces; the jobs behind it go to others.

import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { reviveError } from "../../core/job-errors.ts";
import type { ErrorRecord } from "../../core/job-queue.ts";
import { recordError } from "../../core/json.ts";
import type { LocalAttempt } from "./attempt.ts";
import { LARGEST_BATCH } from "./claims.ts";
import { lost } from "./errors.ts";
import type { Answer, Broken, FromThread, KnownJob, Order, Reply, StopOrder } from "./messages.ts";
import type { Pool, Source } from "./pool.ts";
import { BATCH_MS, JobTimes } from "./short-jobs.ts";
import { ThreadBatch } from "./thread-batch.ts";
import type { Hello } from "./thread.ts";

/** What is used of piscina. */
export interface Threads {
  run(batch: unknown, options: { signal?: unknown }): Promise<unknown>;
  on(event: "message" | "error", listener: (message: never) => void): unknown;
  destroy(): Promise<void>;
}

/** A pool of threads. */
export class ThreadPool implements Pool {
  readonly #source: Source;
  readonly #claims: Int32Array;
  readonly #start: () => Promise<Threads>;
  readonly #times = new JobTimes();
  // By slot; there are as many slots as there may be threads, and those that are free.
  readonly #batches: (ThreadBatch | undefined)[];
  readonly #free: number[];
  // Of the threads that are ready; `undefined` for those that are gone.
  readonly #ports = new Map<number, MessagePort | undefined>();
  // What threads have answered before they said how to reach them: piscina gives work to threads that are still starting.
  readonly #early = new Map<number, () => void>();
  #ready = 0;
  #starting: Promise<Threads> | undefined;
  #threads: Threads | undefined;
  #loading: Promise<readonly KnownJob[]> | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(source: Source, concurrency: number, claims: Int32Array, start: () => Promise<Threads>) {
    this.#source = source;
    this.#claims = claims;
    this.#start = start;
    this.#batches = Array.from({ length: concurrency }, () => undefined);
    this.#free = Array.from({ length: concurrency }, (_, slot) => slot);
  }

  load(): Promise<readonly KnownJob[]> {
    return (this.#loading ??= this.#load());
  }

  wake(): void {
    for (const batch of this.#send()) this.#begin(batch);
  }

  stop(attempt: LocalAttempt, order: StopOrder): void {
    const batch = this.#batchOf(attempt);
    if (batch === undefined) return;
    if (!batch.claim(attempt)) {
      this.#ports.get(batch.ownerOf(attempt))?.postMessage(order);
      return;
    }
    attempt.settle({ isBack: true });
    // It was said to have begun when it was sent, and the thread says nothing of the one that it begins with instead.
    if (attempt.hasBegun) this.#begin(batch);
  }

  kill(attempt: LocalAttempt): void {
    const batch = this.#batchOf(attempt);
    if (batch === undefined) return;
    // The others first, so that it cannot end now and have the next one pay for it.
    giveBack(batch.takeBack(1));
    this.#drain(batch.ownerOf(attempt));
    if (!attempt.hasEnded) batch.terminate();
    this.wake();
  }

  async close(): Promise<void> {
    clearInterval(this.#watch);
    await this.#starting?.catch(() => {});
    for (const port of this.#ports.values()) port?.close();
    // A module may never get to its end.
    await this.#threads?.destroy();
  }

  async #load(): Promise<readonly KnownJob[]> {
    this.#starting = this.#start();
    const threads = await this.#starting;
    this.#threads = threads;
    threads.on("message", (hello: Hello) => this.#greet(hello));
    // Of threads that fail while they have no job; the next job gets a new one.
    threads.on("error", () => {});
    const found = threads.run(undefined, {}) as Promise<readonly KnownJob[] | Broken>;
    const known = await found.catch((error: unknown) => ({
      broken: explain(error, "a thread that loaded the module"),
    }));
    if ("broken" in known) throw reviveError(known.broken);
    return known;
  }

  /** The next attempt, and those behind it that are so short that they may as well wait in the same thread. */
  #take(): LocalAttempt[] {
    const attempts: LocalAttempt[] = [];
    const share = Math.min(LARGEST_BATCH, Math.ceil(this.#source.size / this.#batches.length));
    let load = 0;
    const fits = (name: string): boolean => load + this.#times.expect(name) <= BATCH_MS;
    while (attempts.length === 0 || attempts.length < share) {
      const attempt = this.#source.take(attempts.length === 0 ? undefined : fits);
      if (attempt === undefined) return attempts;
      load += this.#times.expect(attempt.job.name);
      attempts.push(attempt);
    }
    return attempts;
  }

  /** Hands over what there is room for. Returns the batches that threads have begun with. */
  #send(): ThreadBatch[] {
    const begun: ThreadBatch[] = [];
    while (this.#free.length > 0) {
      const attempts = this.#take();
      if (attempts.length === 0) break;
      const batch = new ThreadBatch(this.#claims, this.#free.pop() as number, attempts);
      if (this.#run(batch)) begun.push(batch);
    }
    return begun;
  }

  #run(batch: ThreadBatch): boolean {
    const isEarly = this.#ready < this.#batches.length - this.#free.length;
    this.#batches[batch.slot] = batch;
    if (batch.isLong) this.#watch ??= setInterval(() => this.#watchOver(), BATCH_MS).unref();
    const answer = (this.#threads as Threads).run(batch.message(isEarly), { signal: batch });
    answer.then(
      (found) => this.#finish(batch, found as Answer),
      (error: unknown) => this.#fail(batch, error),
    );
    return !isEarly;
  }

  #finish(batch: ThreadBatch, { last, thread }: Answer): void {
    if (thread !== undefined && !this.#ports.has(thread)) {
      this.#early.set(thread, () => this.#finish(batch, { last, thread }));
      return;
    }
    if (thread !== undefined) this.#drain(thread);
    this.#release(batch);
    // The thread has its next job before anybody looks at what came of this one.
    const sent = this.#send();
    if (last !== undefined) this.#answer(batch, last);
    for (const each of sent) this.#begin(each);
    if (this.#free.length > 0) this.wake();
  }

  #fail(batch: ThreadBatch, error: unknown): void {
    for (const thread of this.#ports.keys()) this.#drain(thread);
    const victim = batch.current;
    if (victim !== undefined) this.#lose(batch.ownerOf(victim));
    const back = batch.takeBack();
    this.#release(batch);
    giveBack(back.filter((attempt) => attempt !== victim));
    // It is the victim that is left, and of a thread that was gone before it could say how to reach it, also what it had done.
    for (const attempt of batch.unsettled)
      attempt.settle({ error: batch.fault ?? explain(error, `the thread of job ${JSON.stringify(attempt.job.name)}`) });
    this.wake();
  }

  #release({ slot }: ThreadBatch): void {
    this.#batches[slot] = undefined;
    this.#free.push(slot);
  }

  #answer(batch: ThreadBatch, reply: Reply): void {
    const attempt = batch.current;
    if (attempt === undefined || attempt.call.key !== reply.key) return;
    if (reply.ms !== undefined) this.#times.learn(attempt.job.name, reply.ms);
    attempt.settle(reply);
    this.#begin(batch);
  }

  #begin(batch: ThreadBatch): void {
    batch.since = performance.now();
    const attempt = batch.current;
    if (attempt !== undefined) this.#source.begin(attempt);
  }

  #greet({ thread, port }: Hello): void {
    this.#ports.set(thread, port);
    this.#ready++;
    port.on("message", (word: FromThread) => this.#hear(port, word));
    port.on("close", () => this.#lose(thread));
    port.unref();
    this.#early.get(thread)?.();
    this.#early.delete(thread);
  }

  #lose(thread: number): void {
    if (this.#ports.get(thread) === undefined) return;
    this.#ports.set(thread, undefined);
    this.#ready--;
  }

  #hear(port: MessagePort, word: FromThread): void {
    const batch = this.#batches.find((each) => each?.current?.call.key === word.key);
    const attempt = batch?.current;
    if (batch === undefined || attempt === undefined) return;
    if (word.kind === "begun") this.#begin(batch);
    else if (word.kind === "reply") this.#answer(batch, word);
    else if (word.kind === "fault") batch.fault = word.error;
    else this.#source.note(attempt, word, (order: Order) => port.postMessage(order));
  }

  // What a thread said before its answer is in the port already, though no event may have told so.
  #drain(thread: number): void {
    const port = this.#ports.get(thread);
    if (port === undefined) return;
    for (let found = receiveMessageOnPort(port); found !== undefined; found = receiveMessageOnPort(port)) {
      this.#hear(port, found.message as FromThread);
    }
  }

  // What waits behind a job that turns out to be long goes to others, or behind those that are more urgent; so does what waits behind
  // many that are not as short as they were.
  #watchOver(): void {
    let isLong = false;
    for (const batch of this.#batches) {
      const current = batch?.current;
      if (batch === undefined || current === undefined || !batch.isLong) continue;
      this.#drain(batch.ownerOf(current));
      const now = performance.now();
      if (now - batch.since > BATCH_MS || now - batch.sentAt > 2 * BATCH_MS) giveBack(batch.takeBack(1));
      isLong ||= batch.isLong;
    }
    if (!isLong) {
      clearInterval(this.#watch);
      this.#watch = undefined;
    }
    this.wake();
  }

  #batchOf(attempt: LocalAttempt): ThreadBatch | undefined {
    return this.#batches.find((batch) => batch?.has(attempt));
  }
}

function giveBack(attempts: readonly LocalAttempt[]): void {
  for (const attempt of attempts) attempt.settle({ isBack: true });
}

function explain(error: unknown, thread: string): ErrorRecord {
  const { name, code, message } = error as Partial<Error & { code: string }>;
  const exit = /^worker exited with code: (\d+)/.exec(message ?? "");
  if (exit !== null) return lost(`${thread} ended with code ${exit[1]}`);
  if (name === "AbortError" || message === "Terminating worker thread") return lost(`${thread} was terminated`);
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return { name: "Error", code, message: `${thread} used more memory than it may have` };
  }
  return recordError(error);
}
