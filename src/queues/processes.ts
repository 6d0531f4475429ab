// The queue that executes jobs in child processes of this program.

import { availableParallelism } from "node:os";
import { argumentError, checkCount, checkDuration, checkNumber, checkOptions } from "../core/check.ts";
import type { Queue } from "../core/job-queue.ts";
import { moduleAddress } from "./load-jobs.ts";
import { ProcessPool } from "./local/process-pool.ts";
import { LocalQueue } from "./local/queue.ts";

/** The options of {@link processes}. */
export interface ProcessesOptions {
  /** How many child processes there are, each with one job at a time; as many as the machine has cores. */
  readonly concurrency?: number;
  /** Milliseconds that a job has, once it is asked to stop, before its process is ended with all that it has started; 5,000. */
  readonly grace?: number;
  /** A process is replaced by a fresh one after so many jobs; no limit. */
  readonly maxJobs?: number;
  /** A process is replaced when, after a job, it takes more than so many bytes of memory (its resident set); no limit. */
  readonly maxMemory?: number;
  /** How many ended jobs are remembered; 10,000. Whoever has the handle of a job need not fear that it is forgotten. */
  readonly keep?: number;
}

const OPTIONS = ["concurrency", "grace", "maxJobs", "maxMemory", "keep"];

/**
 * A queue that executes the jobs of a module in child processes of this program. The module is loaded in each of them, never here.
 * A job that is to stop is asked by its signal first; after `grace` its process gets SIGTERM and, a second later, SIGKILL, with
 * all that it has started. However this program ends, its child processes end too. What they print goes where this program prints.
 * The jobs are gone when the program ends, which an idle queue does not delay.
 *
 * `submit` rejects if the module cannot be loaded. What the child processes run is a file of this package, which therefore cannot be
 * part of a bundle: leave it to be imported from where it is installed.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function processes(module: URL | string, options: ProcessesOptions = {}): Queue {
  checkOptions("processes", options, OPTIONS);
  const { href } = moduleAddress("processes", module);
  const { concurrency = availableParallelism(), grace = 5_000, keep = 10_000 } = options;
  const { maxJobs = Infinity, maxMemory = Infinity } = options;
  checkCount("processes: concurrency", concurrency, 1);
  if (concurrency === Infinity) {
    throw argumentError(RangeError, "processes: concurrency", "a finite number", concurrency);
  }
  checkDuration("processes: grace", grace);
  checkCount("processes: maxJobs", maxJobs, 1);
  checkNumber("processes: maxMemory", maxMemory, 1, Infinity);
  checkCount("processes: keep", keep, 0);
  return new LocalQueue(
    { grace, keep },
    (source) => new ProcessPool(source, { module: href, concurrency, maxJobs, maxMemory }),
  );
}
