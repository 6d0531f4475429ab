// Queues that are faulty in what they start when.

import { JobRefusedError } from "../../../src/core/job-errors.ts";
import {
  fault,
  type Fault,
  type JobRequest,
  MemoryEngine,
  MemoryQueue,
  type MemoryWorker,
  Row,
  telling,
  without,
} from "./fault.ts";

const PRIORITY = "jobs of a greater priority start sooner, or priorities are refused";
const INFINITE = "a priority may be infinite, as that of a task may";
const DELAY = "a delayed job starts when its delay is over and not sooner, or delays are refused";
const AT_ONCE = "jobs run at once, as many as the concurrency allows";
const LIMIT = "no more jobs of a name run at once than their limit says, and other jobs pass them";
const ROOM = "a job with a limit that fails, or is cancelled, makes room for the next of its name";
const REFUSED = "a job beyond its limit is refused with a JobRefusedError if it asks for that";

export const order: readonly Fault[] = [
  fault("it starts the youngest job first", "jobs of the same priority start in the order of their submission", {
    Engine: class extends MemoryEngine {
      override precedes(a: Row, b: Row): boolean {
        return a.sequence > b.sequence;
      }
    },
  }),
  fault("it knows no priorities", [PRIORITY, INFINITE], {
    Engine: class extends MemoryEngine {
      override precedes(a: Row, b: Row): boolean {
        return a.sequence < b.sequence;
      }
    },
  }),
  fault("it starts what has the smaller priority", [PRIORITY, INFINITE], {
    Engine: class extends MemoryEngine {
      override precedes(a: Row, b: Row): boolean {
        return super.precedes(b, a);
      }
    },
  }),
  fault("it takes negative priorities for 0", [PRIORITY, INFINITE], {
    Engine: class extends MemoryEngine {
      override create(id: string, sequence: number, request: JobRequest, input: string | undefined): Row {
        return super.create(id, sequence, { ...request, priority: Math.max(0, request.priority ?? 0) }, input);
      }
    },
  }),
  fault("it keeps priorities within bounds", INFINITE, {
    Engine: class extends MemoryEngine {
      override create(id: string, sequence: number, request: JobRequest, input: string | undefined): Row {
        const priority = Math.max(-1e6, Math.min(request.priority ?? 0, 1e6));
        return super.create(id, sequence, { ...request, priority }, input);
      }
    },
  }),
  fault(
    "it takes priorities and delays that it does not support",
    [PRIORITY, DELAY],
    {
      Engine: class extends MemoryEngine {
        override checkSupport(): void {}
      },
    },
    "least",
  ),
  fault("it knows no delays", DELAY, {
    Engine: class extends MemoryEngine {
      override isDue(): boolean {
        return true;
      }
    },
  }),
  fault("it holds everybody up while a job is delayed", DELAY, {
    Engine: class extends MemoryEngine {
      override next(): Row | undefined {
        return [...this.waiting].some((row) => !this.isDue(row)) ? undefined : super.next();
      }
    },
  }),
  fault("it does not say when delayed jobs may start", DELAY, {
    Engine: telling((info) => without(info, "notBefore")),
  }),
  fault("it never wakes for delayed jobs", DELAY, {
    Engine: class extends MemoryEngine {
      override isDue({ notBefore }: Row): boolean {
        return notBefore === undefined;
      }
    },
  }),
  fault("it does one thing after the other", AT_ONCE, {
    Queue: class extends MemoryQueue {
      override work(): MemoryWorker {
        return super.work(1);
      }
    },
  }),
  fault("it does one thing more than it may", AT_ONCE, {
    Queue: class extends MemoryQueue {
      override work(concurrency: number): MemoryWorker {
        return super.work(concurrency + 1);
      }
    },
  }),
  fault("it knows no limits", LIMIT, {
    Engine: class extends MemoryEngine {
      override isHeld(): boolean {
        return false;
      }
    },
  }),
  fault("it lets a job beyond its limit hold up the others", LIMIT, {
    Engine: class extends MemoryEngine {
      override next(): Row | undefined {
        return [...this.waiting].some((row) => row.state === "queued" && this.isHeld(row)) ? undefined : super.next();
      }
    },
  }),
  fault("it counts failed jobs as running ones", ROOM, {
    Engine: class extends MemoryEngine {
      override isHeld(row: Row): boolean {
        const { job, limit = Infinity } = row.request;
        return super.isHeld(row) || this.list({ state: "failed", job }).length >= limit;
      }
    },
  }),
  fault("it counts cancelled jobs as running ones", ROOM, {
    Engine: class extends MemoryEngine {
      override isHeld(row: Row): boolean {
        const { job, limit = Infinity } = row.request;
        return super.isHeld(row) || this.list({ state: "cancelled", job }).length >= limit;
      }
    },
  }),
  fault("it lets jobs wait that ask to be refused", REFUSED, {
    Engine: class extends MemoryEngine {
      override isFull(): boolean {
        return false;
      }
    },
  }),
  fault("it counts jobs that have ended", REFUSED, {
    Engine: class extends MemoryEngine {
      override isFull({ job, limit = Infinity }: JobRequest): boolean {
        return this.list({ job }).length >= limit;
      }
    },
  }),
  fault("it keeps a job that it has refused", REFUSED, {
    Engine: class extends MemoryEngine {
      override submit(request: JobRequest): Row {
        try {
          return super.submit(request);
        } catch (error) {
          if (error instanceof JobRefusedError) this.rows.set(request.id ?? "", new Row("", 0, request, undefined));
          throw error;
        }
      }
    },
  }),
];
