// Where jobs are executed: on this event loop, or in threads and child processes that are started when the first such job comes.

import { CancelledError } from "../core/errors.ts";
import { execute, type JobOutcome } from "../core/execute.ts";
import type { JobHost } from "../core/job-context.ts";
import { isOfMachinery, reasonText, reviveError } from "../core/job-errors.ts";
import type { JobRequest, Queue } from "../core/job-queue.ts";
import type { AnyJob } from "../core/job.ts";
import { fromJSON, recordError, toJSON } from "../core/json.ts";
import type { LocalQueue } from "../queues/local/queue.ts";
import { runShell } from "../queues/shell.ts";
import type { WorkerAttempt } from "./attempt.ts";
import type { WorkableJob } from "./modules.ts";

/** How the pools are made. */
export interface PlaceOptions {
  readonly concurrency: number;
  readonly grace: number;
}

/** The event loop, and the pools that a worker has started. */
export class Places {
  readonly #queue: Queue;
  readonly #jobs: ReadonlyMap<string, AnyJob>;
  readonly #options: PlaceOptions;
  // By mode and module.
  readonly #pools = new Map<string, Promise<LocalQueue>>();

  constructor(queue: Queue, jobs: ReadonlyMap<string, WorkableJob>, options: PlaceOptions) {
    this.#queue = queue;
    this.#jobs = new Map([...jobs].map(([name, { job }]) => [name, job]));
    this.#options = options;
  }

  /** Executes an attempt where the job's mode says. */
  async run(attempt: WorkerAttempt, known: WorkableJob | undefined): Promise<JobOutcome> {
    const mode = known?.job.policy.mode ?? "async";
    if (mode === "async" || known?.module === undefined) {
      return execute(this.#jobs, attempt.claim, this.#hostOf(attempt));
    }
    return this.#runIn(await this.#pool(mode, known.module), attempt);
  }

  /** Ends the threads and child processes, when what runs in them has ended. */
  async close(): Promise<void> {
    for (const pool of await Promise.allSettled(this.#pools.values())) {
      if (pool.status === "fulfilled") await pool.value.close();
    }
  }

  #hostOf(attempt: WorkerAttempt): JobHost {
    const { claim } = attempt;
    const queue = this.#queue;
    return {
      id: claim.id,
      attempt: claim.attempt,
      lastError: claim.lastError && reviveError(claim.lastError),
      get signal() {
        return attempt.signal;
      },
      log(line) {
        if (!attempt.hasEnded) claim.log(line);
      },
      progress(progress) {
        if (!attempt.hasEnded) claim.progress(progress);
      },
      shell: runShell,
      submit: async (request) => (await queue.submit(request)).id,
    };
  }

  #pool(mode: "thread" | "process", module: URL): Promise<LocalQueue> {
    const key = `${mode} ${module.href}`;
    const known = this.#pools.get(key);
    if (known !== undefined) return known;
    const pool = openPool(mode, module, this.#options);
    this.#pools.set(key, pool);
    return pool;
  }

  async #runIn(pool: LocalQueue, attempt: WorkerAttempt): Promise<JobOutcome> {
    const { claim, signal } = attempt;
    const { id, job, attempt: number, lastError } = claim;
    const host = this.#hostOf(attempt);
    // An attempt of the same job that was lost to another worker, and came back, may still be stopping.
    for (let before; (before = await pool.find(id)) !== undefined;) await before.join();
    // The limits are ours, so that they are the same wherever a job is executed.
    const call = {
      id,
      job,
      input: fromJSON(claim.input, `the input of job ${JSON.stringify(job)}`),
      retry: 0,
      timeout: Infinity,
    };
    const submit = (request: JobRequest): Promise<string> => host.submit(request);
    const handle = await pool._execute(call, { attempt: number, lastError, submit });
    handle.on("log", (line) => host.log(line));
    handle.on("progress", ({ message, ...rest }) => host.progress(message === undefined ? rest : { ...rest, message }));
    const stop = (): void => {
      const reason = signal.reason as Error;
      if (reason instanceof CancelledError)
        void handle.cancel(reason.reason === undefined ? undefined : reasonText(reason));
      else pool._stop(id, recordError(reason, isOfMachinery(reason)));
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    const { state, result, error } = await handle.join();
    if (state === "done") return { state, result: toJSON("result", result) };
    return { state: "failed", error: error ?? recordError(signal.reason) };
  }
}

/** The pools are loaded when they are needed: threads come from a package that need not be there. What has ended is not kept. */
async function openPool(mode: "thread" | "process", module: URL, settings: PlaceOptions): Promise<LocalQueue> {
  const options = { ...settings, keep: 0 };
  const { threads } = mode === "thread" ? await import("../queues/threads.ts") : { threads: undefined };
  const pool = threads?.(module, options) ?? (await import("../queues/processes.ts")).processes(module, options);
  return pool as LocalQueue;
}
