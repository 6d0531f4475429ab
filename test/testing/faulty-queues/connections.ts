// Queues that are faulty where there is more than one connection, in this process or another.

import type { JobEvents } from "../../../src/core/job-queue.ts";
import {
  fault,
  type Fault,
  handingForeign,
  type JobHandle,
  type JobInfo,
  type JobRequest,
  MemoryHandle,
  MemoryQueue,
} from "./fault.ts";

const ELSEWHERE = "a second process finds a running job, joins it and ends by itself";

class Own extends MemoryQueue {
  readonly mine = new Set<string>();
  override async submit(request: JobRequest): Promise<JobHandle> {
    const handle = await super.submit(request);
    this.mine.add(handle.id);
    return handle;
  }
}

export const connections: readonly Fault[] = [
  fault(
    "a connection finds only its own jobs",
    "another connection finds a running job and joins it",
    {
      Queue: class extends Own {
        override async find(id: string): Promise<JobHandle | undefined> {
          return this.mine.has(id) ? super.find(id) : undefined;
        }
      },
    },
    "workers",
  ),
  fault(
    "a connection has only the logs of its own jobs",
    "another connection knows all about a job that has ended",
    {
      Queue: handingForeign(
        class extends MemoryHandle {
          override async logs(): Promise<readonly string[]> {
            return [];
          }
        },
      ),
    },
    "workers",
  ),
  fault(
    "a connection knows only its own ids",
    "an id that is submitted on another connection attaches to the same job",
    {
      Queue: class extends Own {
        override async submit(request: JobRequest): Promise<JobHandle> {
          if (!this.mine.has(request.id ?? "")) this.engine.rows.delete(request.id ?? "");
          return super.submit(request);
        }
      },
    },
    "workers",
  ),
  fault(
    "a connection cancels only its own jobs",
    "another connection cancels a running job",
    {
      Queue: handingForeign(
        class extends MemoryHandle {
          override async cancel(): Promise<boolean> {
            return true;
          }
        },
      ),
    },
    "workers",
  ),
  fault(
    "a connection tells only of its own jobs",
    "listeners on another connection are told what happens",
    {
      Queue: handingForeign(
        class extends MemoryHandle {
          override on<E extends keyof JobEvents>(_: E, _listener: JobEvents[E]): this {
            return this;
          }
        },
      ),
    },
    "workers",
  ),
  fault(
    "a connection lists only its own jobs",
    "what is submitted on one connection is listed on another",
    {
      Queue: class extends Own {
        override async *jobs(): AsyncIterable<JobInfo> {
          for await (const info of super.jobs()) if (this.mine.has(info.id)) yield info;
        }
      },
    },
    "workers",
  ),
  fault(
    "a connection that closes takes the others along",
    "to close one connection leaves the others alone",
    {
      Queue: class extends MemoryQueue {
        override async close(): Promise<void> {
          this.engine.workers.clear();
          return super.close();
        }
      },
    },
    "workers",
  ),
  fault(
    "a connection that closes takes its jobs along",
    "jobs of a durable queue outlive the connection that has submitted them",
    {
      Queue: class extends Own {
        override async close(): Promise<void> {
          for (const id of this.mine) this.engine.rows.delete(id);
          return super.close();
        }
      },
    },
    "workers",
  ),
  fault("other processes find nothing", ELSEWHERE, { mirror: "openBlind" }, "workers"),
  fault("other processes never learn how a job ends", ELSEWHERE, { mirror: "openDeaf" }, "workers"),
  fault("it keeps other processes alive", ELSEWHERE, { mirror: "openRestless" }, "workers"),
];
