// Threads, by piscina: one job a thread at a time. A job that must be ended by force loses its thread, which piscina replaces.

import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { ErrorRecord } from "../../core/job-queue.ts";
import { recordError } from "../../core/json.ts";
import type { Attempt } from "./attempt.ts";
import { lost } from "./lost.ts";
import type { KnownJob, Note, Order, Reply, StopOrder } from "./messages.ts";
import type { Pool, Source } from "./pool.ts";
import type { Hello } from "./thread.ts";

/** What is used of piscina. */
export interface Threads {
  run(call: unknown, options: { signal?: unknown }): Promise<unknown>;
  on(event: "message" | "error", listener: (message: never) => void): unknown;
  destroy(): Promise<void>;
}

/** A pool of threads. */
export class ThreadPool implements Pool {
  readonly #source: Source;
  readonly #start: () => Promise<Threads>;
  readonly #running = new Map<number, Running>();
  // By thread.
  readonly #ports = new Map<number, MessagePort>();
  // Replies that are here before the first word of their thread.
  #early: { readonly thread: number; deliver(): void }[] = [];
  #threads: Threads | undefined;
  #loading: Promise<readonly KnownJob[]> | undefined;
  #free: number;

  constructor(source: Source, concurrency: number, start: () => Promise<Threads>) {
    this.#source = source;
    this.#start = start;
    this.#free = concurrency;
  }

  load(): Promise<readonly KnownJob[]> {
    return (this.#loading ??= this.#load());
  }

  wake(): void {
    while (this.#free > 0) {
      const attempt = this.#source.take();
      if (attempt === undefined) return;
      this.#free--;
      this.#run(attempt);
    }
  }

  stop(attempt: Attempt, order: StopOrder): void {
    const running = this.#running.get(attempt.call.key);
    if (running === undefined) return;
    running.stop = order;
    // Piscina does not tell which thread has it; the others do not know the key.
    for (const port of this.#ports.values()) port.postMessage(order);
  }

  kill(attempt: Attempt): void {
    this.#running.get(attempt.call.key)?.terminate?.();
  }

  async close(): Promise<void> {
    await this.#loading?.catch(() => {});
    for (const port of this.#ports.values()) port.close();
    await this.#threads?.destroy();
  }

  async #load(): Promise<readonly KnownJob[]> {
    const threads = await this.#start();
    this.#threads = threads;
    threads.on("message", (hello: Hello) => this.#greet(hello));
    // Of threads that fail while they have no job; the next job gets a new one.
    threads.on("error", () => {});
    return (await threads.run(undefined, {})) as readonly KnownJob[];
  }

  #run(attempt: Attempt): void {
    const running = new Running(attempt);
    this.#running.set(attempt.call.key, running);
    (this.#threads as Threads).run(attempt.call, { signal: running }).then(
      (reply) => this.#receive(attempt, reply as Reply),
      (error: unknown) => {
        for (const port of this.#ports.values()) this.#drain(port);
        this.#settle(attempt, { error: explain(error, attempt.call.job) });
      },
    );
  }

  #receive(attempt: Attempt, reply: Reply): void {
    const { thread } = reply;
    if (thread !== undefined) {
      const port = this.#ports.get(thread);
      if (port === undefined) {
        this.#early.push({ thread, deliver: () => this.#receive(attempt, reply) });
        return;
      }
      this.#drain(port);
    }
    this.#settle(attempt, reply);
  }

  #settle(attempt: Attempt, reply: Omit<Reply, "key">): void {
    this.#running.delete(attempt.call.key);
    this.#free++;
    // The thread has its next job before anybody looks at what came of this one.
    this.wake();
    attempt.settle(reply);
    if (this.#free > 0) this.wake();
  }

  #greet({ thread, port }: Hello): void {
    this.#ports.set(thread, port);
    port.on("message", (note: Note) => this.#hear(port, note));
    port.on("close", () => this.#ports.delete(thread));
    port.unref();
    for (const { stop } of this.#running.values()) if (stop !== undefined) port.postMessage(stop);
    const early = this.#early.filter((each) => each.thread === thread);
    this.#early = this.#early.filter((each) => each.thread !== thread);
    for (const each of early) each.deliver();
  }

  #hear(port: MessagePort, note: Note): void {
    const running = this.#running.get(note.key);
    if (running !== undefined) this.#source.note(running.attempt, note, (order: Order) => port.postMessage(order));
  }

  // What a thread said before its reply is in the port already, though no event may have told so.
  #drain(port: MessagePort): void {
    for (let found = receiveMessageOnPort(port); found !== undefined; found = receiveMessageOnPort(port)) {
      this.#hear(port, found.message as Note);
    }
  }
}

/**
 * An attempt in a thread. It goes to piscina in place of an AbortSignal, for which any emitter will do: a hundred thousand jobs need
 * no signal of their own.
 */
class Running {
  readonly attempt: Attempt;
  readonly aborted = false;
  stop: StopOrder | undefined;
  terminate: (() => void) | undefined;

  constructor(attempt: Attempt) {
    this.attempt = attempt;
  }

  once(_event: string, terminate: () => void): void {
    this.terminate = terminate;
  }

  removeListener(): void {
    this.terminate = undefined;
  }
}

function explain(error: unknown, job: string): ErrorRecord {
  const { name, code, message } = error as Partial<Error & { code: string }>;
  const exit = /^worker exited with code: (\d+)/.exec(message ?? "");
  if (exit !== null) return lost(`the thread of job ${JSON.stringify(job)} ended with code ${exit[1]}`);
  if (name === "AbortError" || message === "Terminating worker thread") {
    return lost(`the thread of job ${JSON.stringify(job)} was terminated`);
  }
  if (code === "ERR_WORKER_OUT_OF_MEMORY") {
    return { name: "Error", code, message: `job ${JSON.stringify(job)} used more memory than its thread may have` };
  }
  return recordError(error);
}
