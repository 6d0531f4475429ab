// What a queue's test file gives to the conformance suite, and how the suite runs under any test runner. A harness is kept small,
// so that a queue's test file is some thirty lines.

import type { Queue } from "../../core/job-queue.ts";

/** What `create` is told. */
export interface CreateOptions {
  /** The module with the suite's jobs, for whoever executes them. */
  readonly jobs: URL;
  /** How many jobs the queue itself executes at once; where workers do that, `worker()` is told. */
  readonly concurrency: number;
}

/** What `worker()` is told. */
export interface WorkerOptions extends CreateOptions {
  /** Whether `kill()` may be called, so that the worker must be a process of its own; others may well run in this one, which is faster. */
  readonly killable: boolean;
}

/** A worker that the harness has started. It takes jobs by the time that the promise of `worker()` resolves, or soon after. */
export interface SuiteWorker {
  readonly pid?: number;
  /** Stops it gently: it takes nothing more, ends what it has, and is gone when this resolves. To stop it twice does nothing. */
  stop(): Promise<void>;
  /** Ends it as SIGKILL does. */
  kill(): void | Promise<void>;
  /** Halts it as SIGSTOP does, which is what its `pid` is sent if this is not there. */
  freeze?(): void;
  /** Lets it go on as SIGCONT does. */
  thaw?(): void;
}

/** How another program opens the same queue: `(await import(module))[open](...with)` gives it, or a promise of it. */
export interface Elsewhere {
  /** A URL that Node can import by itself: `import.meta.resolve("thence/sqlite")`. */
  readonly module: string;
  readonly open: string;
  /** JSON values. */
  readonly with: readonly unknown[];
}

/** A queue for one test, empty, and what belongs to it. */
export interface SuiteQueue {
  readonly queue: Queue;
  /** Executed jobs live in the very process of the tests, where none may exit or block the event loop. */
  readonly sameProcess?: boolean;
  /**
   * Starts a worker, for queues that do not execute jobs by themselves; there is none before. A worker that is killed must be
   * noticed within the suite's `patience`, so give short leases.
   */
  worker?(options: WorkerOptions): Promise<SuiteWorker>;
  /** Opens the same queue once more, on a connection of its own; durable queues must have it. The suite closes it. */
  reopen?(): Promise<Queue>;
  /** For the check from a second process; durable queues on files or servers have it. */
  readonly elsewhere?: Elsewhere;
  /** Removes what is left, such as files. The suite has stopped the workers and closed the queues before. */
  destroy(): void | Promise<void>;
}

/** The part of a test runner that the suite needs: `test` of `node:test` and of vitest, `it` of mocha and of jest. */
export interface SuiteTest {
  (title: string, body: (context?: unknown) => Promise<void>): unknown;
  /** Takes the rules of `except`, so that the report names them; without it they are left out. */
  readonly skip?: unknown;
}

/** The options of {@link queueSuite}. */
export interface QueueSuiteOptions {
  readonly test: SuiteTest;
  /** Makes a fresh queue. It is called once for each rule. */
  readonly create: (options: CreateOptions) => Promise<SuiteQueue>;
  /** A module with jobs that do the same as those of `suiteJobsUrl`, where workers cannot load that. */
  readonly jobs?: URL;
  /** Rules that the queue breaks for a good reason: by title, the reason. */
  readonly except?: Readonly<Record<string, string>>;
  /** Milliseconds after which what ought to happen counts as not happening; 30,000. */
  readonly patience?: number;
}
