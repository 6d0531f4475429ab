// The thread or child process at work: executes calls with the jobs of its module, and carries notes and orders between a job and
// the pool. Who transports them is the business of thread.ts and child.ts.

import { AsyncLocalStorage } from "node:async_hooks";
import { CancelledError } from "../../core/errors.ts";
import { execute } from "../../core/execute.ts";
import type { JobHost, ShellHost, ShellOptions, ShellResult } from "../../core/job-context.ts";
import { reviveError } from "../../core/job-errors.ts";
import type { ErrorRecord, JobRequest } from "../../core/job-queue.ts";
import type { AnyJob } from "../../core/job.ts";
import { recordError } from "../../core/json.ts";
import { runShell } from "../shell.ts";
import { lost } from "./errors.ts";
import type { Call, KnownJob, Note, Order, Reply, StopOrder } from "./messages.ts";

type Tell = (note: Note) => void;

/** The key of the call that has started whatever runs now, also after that call has ended. */
const origin = new AsyncLocalStorage<number>();

/** Executes calls. */
export class FarSide {
  readonly #jobs: ReadonlyMap<string, AnyJob>;
  readonly #tell: Tell;
  readonly #hosts = new Map<number, FarHost>();
  readonly #submits = new Map<number, PromiseWithResolvers<string>>();
  #serial = 0;

  constructor(jobs: ReadonlyMap<string, AnyJob>, tell: Tell) {
    this.#jobs = jobs;
    this.#tell = tell;
  }

  /** What the pool must know of the jobs. */
  get known(): KnownJob[] {
    return [...this.#jobs.values()].map(describe);
  }

  /** Executes one attempt. Never rejects. */
  async run(call: Call): Promise<Reply> {
    const { key } = call;
    const host = new FarHost(call, this.#tell, (request) => this.#submit(key, request));
    this.#hosts.set(key, host);
    const outcome = await origin.run(key, () => execute(this.#jobs, call, host));
    this.#hosts.delete(key);
    host.hasEnded = true;
    return outcome.state === "done"
      ? { key, result: outcome.result }
      : { key, error: outcome.error, isFinal: !this.#isWorthAnother(call, outcome.error) };
  }

  /** Hears what the pool says beside calls. */
  receive(order: Order): void {
    if (order.kind === "stop") return this.#hosts.get(order.key)?.stop(order);
    const waiting = this.#submits.get(order.serial);
    this.#submits.delete(order.serial);
    if (order.error === undefined) waiting?.resolve(order.id as string);
    else waiting?.reject(reviveError({ ...order.error, machinery: true }));
  }

  /**
   * What the present call fails with, now that something was thrown where nobody can catch it, which ends this thread or process. What
   * another call has left behind is no failure of this one.
   */
  blame({ key, job }: Call, error: unknown): ErrorRecord {
    const record = recordError(error);
    if (origin.getStore() === key) return record;
    const what = `${record.name}: ${record.message}`;
    return lost(`job ${JSON.stringify(job)} has lost its thread or process to what it did not start itself: ${what}`);
  }

  #submit(key: number, request: JobRequest): Promise<string> {
    const serial = ++this.#serial;
    const waiting = Promise.withResolvers<string>();
    this.#submits.set(serial, waiting);
    this.#tell({ kind: "submit", key, serial, request });
    return waiting.promise;
  }

  #isWorthAnother({ job, attempt }: Call, error: ErrorRecord): boolean {
    const retry = this.#jobs.get(job)?.policy.retry;
    if (typeof retry !== "object" || retry.when === undefined) return true;
    try {
      return retry.when(reviveError(error), attempt);
    } catch {
      return false;
    }
  }
}

/** What an attempt is given here. */
class FarHost implements JobHost {
  readonly id: string;
  readonly attempt: number;
  readonly submit: (request: JobRequest) => Promise<string>;
  hasEnded = false;
  readonly #call: Call;
  readonly #tell: Tell;
  // Most jobs never ask for their signal.
  #controller: AbortController | undefined;

  constructor(call: Call, tell: Tell, submit: (request: JobRequest) => Promise<string>) {
    this.id = call.id;
    this.attempt = call.attempt;
    this.submit = submit;
    this.#call = call;
    this.#tell = tell;
  }

  get lastError(): unknown {
    return this.#call.lastError && reviveError(this.#call.lastError);
  }

  get signal(): AbortSignal {
    return (this.#controller ??= new AbortController()).signal;
  }

  log(line: string): void {
    this.#say({ kind: "log", key: this.#call.key, line });
  }

  progress(progress: { value: number; total: number; message?: string }): void {
    this.#say({ kind: "progress", key: this.#call.key, ...progress });
  }

  shell(command: string, args: readonly string[], options: ShellOptions, host: ShellHost): Promise<ShellResult> {
    return runShell(command, args, options, host);
  }

  #say(note: Note): void {
    if (!this.hasEnded) this.#tell(note);
  }

  stop({ error, reason }: StopOrder): void {
    this.#controller ??= new AbortController();
    this.#controller.abort(error === undefined ? new CancelledError(reason) : reviveError(error));
  }
}

function withoutFunctions<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => typeof value !== "function")) as T;
}

function describe({ name, policy: { timeout, retry } }: AnyJob): KnownJob {
  return {
    name,
    ...(timeout === undefined ? {} : { timeout }),
    ...(retry === undefined ? {} : { retry: typeof retry === "number" ? retry : withoutFunctions(retry) }),
  };
}
