// Queues that cannot bear many jobs at once, and queues that close badly.

import {
  type Claim,
  fault,
  type Fault,
  handing,
  type JobHandle,
  type JobInfo,
  type JobRequest,
  MemoryEngine,
  MemoryHandle,
  MemoryQueue,
  type Outcome,
  type Row,
} from "./fault.ts";

const MANY = "10,000 jobs that are submitted at once are each done once";
const CLOSED = "a closed queue refuses every call with a QueueClosedError, and may be closed again";
const LETS = "close lets what runs in the queue's own process end first";

export const closing: readonly Fault[] = [
  fault("it drops a job when many wait", MANY, {
    Engine: class extends MemoryEngine {
      override wake(row: Row): void {
        if (row.sequence === 5000) this.waiting.delete(row);
        super.wake(row);
      }
    },
  }),
  fault("it refuses jobs when many wait", MANY, {
    Engine: class extends MemoryEngine {
      override knows(request: JobRequest): boolean {
        return this.waiting.size < 4096 && super.knows(request);
      }
    },
  }),
  fault("it lists a page of a thousand", MANY, {
    Engine: class extends MemoryEngine {
      override list(filter: Parameters<MemoryEngine["list"]>[0]): Row[] {
        return super.list(filter).slice(0, 1000);
      }
    },
  }),
  fault("it mixes up jobs that end together", "1,500 joins at once are each told the end of their own job", {
    Engine: class extends MemoryEngine {
      override finish(row: Row, claim: Claim, outcome: Outcome): void {
        const mixed = row.sequence === 77 ? { state: "done" as const, result: "0" } : outcome;
        super.finish(row, claim, mixed);
      }
    },
  }),
  fault(
    "it adds a listener to the process for each join",
    "1,500 joins at once are each told the end of their own job",
    {
      Queue: handing(
        class extends MemoryHandle {
          override async join(...given: Parameters<MemoryHandle["join"]>): Promise<JobInfo> {
            const listener = (): void => {};
            process.on("beforeExit", listener);
            return super.join(...given).finally(() => process.off("beforeExit", listener));
          }
        },
      ),
    },
  ),
  fault("it has room for a thousand who wait", "1,500 joins of one job are all told its end", {
    Queue: handing(
      class extends MemoryHandle {
        override async join(...given: Parameters<MemoryHandle["join"]>): Promise<JobInfo> {
          if (this.row.watchers.size > 1000) return new Promise(() => {});
          return super.join(...given);
        }
      },
    ),
  }),
  fault("it goes on after it was closed", CLOSED, {
    Queue: class extends MemoryQueue {
      override checkOpen(): void {}
    },
  }),
  fault("it finds nothing after it was closed", CLOSED, {
    Queue: class extends MemoryQueue {
      override async find(id: string): Promise<JobHandle | undefined> {
        return this.closing.signal.aborted ? undefined : super.find(id);
      }
    },
  }),
  fault("it lists nothing after it was closed", CLOSED, {
    Queue: class extends MemoryQueue {
      override async *jobs(): AsyncIterable<JobInfo> {
        if (!this.closing.signal.aborted) yield* super.jobs();
      }
    },
  }),
  fault("it cannot be closed twice", CLOSED, {
    Queue: class extends MemoryQueue {
      override async close(): Promise<void> {
        this.checkOpen();
        return super.close();
      }
    },
  }),
  fault(
    "it leaves joins waiting when it is closed",
    "a join of a job that has not ended is told when its queue is closed",
    {
      Queue: class extends MemoryQueue {
        override async close(): Promise<void> {
          this.closing.abort();
          await this.worker?.stop();
        }
      },
    },
  ),
  fault("it closes while jobs run", LETS, {
    Queue: class extends MemoryQueue {
      override async close(): Promise<void> {
        void this.worker?.stop();
        this.closing.abort();
      }
    },
  }),
  fault("it takes jobs while it closes", LETS, {
    Queue: class extends MemoryQueue {
      override async close(): Promise<void> {
        await this.worker?.stop();
        return super.close();
      }
    },
  }),
];
