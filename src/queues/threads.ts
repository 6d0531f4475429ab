// The queue that executes jobs in worker threads of this program, on piscina.

import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Piscina } from "piscina";
import { argumentError, checkCount, checkDuration, checkNumber, checkOptions, missingPackage } from "../core/check.ts";
import type { Queue } from "../core/job-queue.ts";
import { moduleAddress } from "./load-jobs.ts";
import { createClaims } from "./local/claims.ts";
import { LocalQueue } from "./local/queue.ts";
import { ThreadPool, type Threads } from "./local/thread-pool.ts";
import type { ThreadData } from "./local/thread.ts";

/** The options of {@link threads}. */
export interface ThreadsOptions {
  /** How many threads there are, each with one job at a time; as many as the machine has cores. */
  readonly concurrency?: number;
  /** Milliseconds that a job has, once it is asked to stop, before its thread is terminated; 5,000. */
  readonly grace?: number;
  /** Megabytes of heap that a thread may have. A job that needs more fails, and the program goes on. */
  readonly maxHeap?: number;
  /** How many ended jobs are remembered; 10,000. Whoever has the handle of a job need not fear that it is forgotten. */
  readonly keep?: number;
}

const OPTIONS = ["concurrency", "grace", "maxHeap", "keep"];

/**
 * A queue that executes the jobs of a module in threads of this program. The module is loaded in each thread, never here. A job
 * that is to stop is asked by its signal first; one that does not listen is terminated after `grace`, alone. The jobs are gone
 * when the program ends, which an idle queue does not delay.
 *
 * Needs the package piscina. `submit` rejects if that is missing (ERR_THENCE_MISSING_PACKAGE) or the module cannot be loaded. What the threads run is a file of
 * this package, which therefore cannot be part of a bundle: leave it to be imported from where it is installed.
 *
 * @throws TypeError or RangeError for wrong options.
 */
export function threads(module: URL | string, options: ThreadsOptions = {}): Queue {
  checkOptions("threads", options, OPTIONS);
  const { href } = moduleAddress("threads", module);
  const { concurrency = availableParallelism(), grace = 5_000, maxHeap, keep = 10_000 } = options;
  checkCount("threads: concurrency", concurrency, 1);
  if (concurrency === Infinity) throw argumentError(RangeError, "threads: concurrency", "a finite number", concurrency);
  checkDuration("threads: grace", grace);
  if (maxHeap !== undefined) checkNumber("threads: maxHeap", maxHeap, 1);
  checkCount("threads: keep", keep, 0);
  const claims = createClaims(concurrency);
  const start = async (): Promise<Threads> => {
    const Pool = await importPiscina();
    return new Pool({
      filename: fileURLToPath(
        new URL(`./local/thread${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url),
      ),
      name: "executeInThread",
      workerData: { module: href, claims } satisfies ThreadData,
      minThreads: 1,
      maxThreads: concurrency,
      idleTimeout: Infinity,
      atomics: "disabled",
      recordTiming: false,
      stricterFIFO: true,
      ...(maxHeap === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: maxHeap } }),
    }) as unknown as Threads;
  };
  return new LocalQueue({ grace, keep }, (source) => new ThreadPool(source, concurrency, claims, start));
}

async function importPiscina(): Promise<typeof Piscina> {
  try {
    return (await import("piscina")).Piscina;
  } catch (cause) {
    throw missingPackage("threads", ["piscina"], cause);
  }
}
