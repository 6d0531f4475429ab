// Queues that are faulty where there is more than one worker, or where one is lost.

import {
  type Claim,
  fault,
  type Fault,
  type JobRequest,
  MemoryEngine,
  MemoryWorker,
  type Outcome,
  type Row,
} from "./fault.ts";

const SHARE = "several workers share the jobs, and each job is executed once";
const STOPPED = "a worker that is stopped ends what it has and takes nothing more";
const KILLED = "the job of a worker that is killed is done by another one, or fails with a JobLostError";

export const workers: readonly Fault[] = [
  fault(
    "it refuses jobs while there is no worker",
    "jobs wait for a worker, and a worker takes what was there before it",
    {
      Engine: class extends MemoryEngine {
        override knows(request: JobRequest): boolean {
          return this.workers.size > 0 && super.knows(request);
        }
      },
    },
    "workers",
  ),
  fault(
    "its workers take only what comes after them",
    "jobs wait for a worker, and a worker takes what was there before it",
    {
      Worker: class extends MemoryWorker {
        #isReady = false;
        override pump(): void {
          // The first call is the constructor's own.
          if (#isReady in this && this.#isReady) super.pump();
          else queueMicrotask(() => (this.#isReady = true));
        }
      },
    },
    "workers",
  ),
  fault(
    "its workers take jobs that others have just taken",
    SHARE,
    {
      Engine: class extends MemoryEngine {
        override begin(row: Row, worker: string): Claim {
          const claim = super.begin(row, worker);
          if (row.request.job === "flaky" && !row.id.endsWith(".again")) {
            const again = this.create(`${row.id}.again`, row.sequence, row.request, row.input);
            this.waiting.add(again);
          }
          return claim;
        }
      },
    },
    "workers",
  ),
  fault(
    "it has one worker do everything",
    SHARE,
    {
      Engine: class extends MemoryEngine {
        override begin(row: Row, _: string): Claim {
          return super.begin(row, "worker-1");
        }
      },
    },
    "workers",
  ),
  fault(
    "its workers leave what they have",
    STOPPED,
    {
      Worker: class extends MemoryWorker {
        override async stop(): Promise<void> {
          this.kill();
        }
      },
    },
    "workers",
  ),
  fault(
    "its workers go on after they were stopped",
    STOPPED,
    {
      Worker: class extends MemoryWorker {
        override async stop(): Promise<void> {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      },
    },
    "workers",
  ),
  fault(
    "it does not notice that a worker is gone",
    KILLED,
    {
      Engine: class extends MemoryEngine {
        override lose(): void {}
      },
    },
    "workers",
  ),
  fault(
    "it gives the jobs of lost workers up although it is durable",
    KILLED,
    {
      Engine: class extends MemoryEngine {
        override lose(row: Row): void {
          row.error = { name: "JobLostError", message: "gone", machinery: true };
          row.settle("failed");
          row.changed();
          this.wake(row);
        }
      },
    },
    "workers",
  ),
  fault(
    "it lets late workers overwrite",
    "what a worker does to a job that was given to another one comes too late",
    {
      Engine: class extends MemoryEngine {
        override finish(row: Row, claim: Claim, outcome: Outcome): void {
          row.claim = claim;
          super.finish(row, claim, outcome);
        }
      },
    },
    "workers",
  ),
  fault(
    "it hangs when a job's process is gone",
    "a job that ends its thread or process fails with a JobLostError, and alone",
    {
      Engine: class extends MemoryEngine {
        override lose(): void {}
      },
    },
    "isolated",
  ),
  fault(
    "it loses all jobs when one process is gone",
    "a job that ends its thread or process fails with a JobLostError, and alone",
    {
      Engine: class extends MemoryEngine {
        override lose(row: Row): void {
          for (const each of this.list({ state: "running" })) super.lose(each);
          super.lose(row);
        }
      },
    },
    "isolated",
  ),
  fault(
    "it takes a process that is gone for a failed job",
    "a job that ends its thread or process fails with a JobLostError, and alone",
    {
      Engine: class extends MemoryEngine {
        override lose(row: Row): void {
          super.lose(row);
          row.error = { name: "Error", message: "exited with code 7" };
        }
      },
    },
    "isolated",
  ),
];
