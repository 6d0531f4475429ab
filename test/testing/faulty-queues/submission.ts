// Queues that are faulty in how they take jobs, and in what they tell of them.

import { SerializationError } from "../../../src/core/job-errors.ts";
import type { JobFilter, WaitOptions } from "../../../src/core/job-queue.ts";
import {
  fault,
  type Fault,
  type JobHandle,
  type JobRequest,
  handing,
  MemoryEngine,
  MemoryHandle,
  MemoryQueue,
  Row,
  telling,
  without,
  writing,
} from "./fault.ts";

const NOT_JSON = "an input that is no JSON value is refused with a SerializationError and leaves no job behind";
const WRONG = "a request that is wrong is refused with an error that says so, and leaves no job behind";
const ARGUMENTS = "wrong arguments of find, jobs, on, logs and join are refused with an error that says so";
const UNKNOWN = "a job that no worker has is refused, or fails, with an UnknownJobError";
const TIMES = "a job's info tells when it was submitted, when it started and when it ended";
const FILTER = "jobs() lists only those of a state, or of a name";

export const submission: readonly Fault[] = [
  fault("it loses inputs", "a job is executed with its input, and its result arrives", { Engine: writing(() => "{}") }),
  fault(
    "it finds jobs only once they have ended",
    "once submit has resolved the queue holds the job, and finds it by its id",
    {
      Engine: class extends MemoryEngine {
        override find(id: string): Row | undefined {
          const row = super.find(id);
          return row?.hasEnded === true ? row : undefined;
        }
      },
    },
  ),
  fault(
    "it takes jobs that wait for running ones",
    "once submit has resolved the queue holds the job, and finds it by its id",
    {
      Engine: telling((info) => ({ ...info, state: info.state === "queued" ? "running" : info.state })),
    },
  ),
  fault("it has a handle for any id", "nothing is found under an id that no job has", {
    Engine: class extends MemoryEngine {
      override find(id: string): Row {
        return super.find(id) ?? new Row(id, 0, { job: "echo" }, undefined);
      }
    },
  }),
  fault("it turns undefined into null", "jobs without an input get undefined", {
    Engine: writing((text) => text ?? "null"),
  }),
  fault("it turns null into undefined", "jobs without an input get undefined", {
    Engine: writing((text) => (text === "null" ? undefined : text)),
  }),
  fault("it reads inputs when jobs start", "an input is handed over as it is when it is submitted", {
    Engine: class extends MemoryEngine {
      override create(id: string, sequence: number, request: JobRequest, input: string | undefined): Row {
        const row = super.create(id, sequence, request, input);
        return Object.defineProperty(row, "input", { get: () => JSON.stringify(request.input) });
      }
    },
  }),
  fault("it cuts large inputs", "an input of 5 MB arrives whole", {
    Engine: writing((text) => (text !== undefined && text.length > 1e6 ? `${text.slice(0, 1e6)}"` : text)),
  }),
  fault("it writes what JSON makes of a Date", NOT_JSON, {
    Engine: class extends MemoryEngine {
      override write(request: JobRequest): string | undefined {
        return request.input instanceof Date ? JSON.stringify(request.input) : super.write(request);
      }
    },
  }),
  fault("it lets JSON say what is wrong", NOT_JSON, {
    Engine: class extends MemoryEngine {
      override write(request: JobRequest): string | undefined {
        return JSON.stringify(request.input);
      }
    },
  }),
  fault("it keeps a job whose input it has refused", NOT_JSON, {
    Engine: class extends MemoryEngine {
      override write(request: JobRequest): string | undefined {
        try {
          return super.write(request);
        } catch (error) {
          if (error instanceof SerializationError && request.id !== undefined) {
            this.rows.set(request.id, new Row(request.id, 0, request, undefined));
          }
          throw error;
        }
      }
    },
  }),
  fault("it lets a job that nobody knows wait for ever", UNKNOWN, {
    Engine: class extends MemoryEngine {
      override knows(): boolean {
        return true;
      }
      override next(): Row | undefined {
        for (const row of this.waiting) if (!this.jobs.has(row.request.job)) this.waiting.delete(row);
        return super.next();
      }
    },
  }),
  fault("it fails a job that nobody knows like any other", UNKNOWN, {
    Engine: class extends MemoryEngine {
      override knows(): boolean {
        return true;
      }
      override finish(...[row, claim, outcome]: Parameters<MemoryEngine["finish"]>): void {
        const known = this.jobs.has(row.request.job);
        super.finish(row, claim, known ? outcome : { state: "failed", error: { name: "Error", message: "unknown" } });
      }
    },
  }),
  fault("it looks for any id", ARGUMENTS, {
    Queue: class extends MemoryQueue {
      override checkFind(): void {}
    },
  }),
  fault("it lists nothing for a state that there is not", ARGUMENTS, {
    Queue: class extends MemoryQueue {
      override checkFilter(): void {}
    },
  }),
  fault("it waits for a signal that is none", ARGUMENTS, {
    Queue: handing(
      class extends MemoryHandle {
        override checkWait({ signal }: WaitOptions): void {
          if (signal?.aborted === true) throw signal.reason;
        }
      },
    ),
  }),
  fault("it rounds the numbers of lines", ARGUMENTS, {
    Queue: handing(
      class extends MemoryHandle {
        override checkFrom(): void {}
      },
    ),
  }),
  fault("it takes listeners for what never happens", ARGUMENTS, {
    Queue: handing(
      class extends MemoryHandle {
        override checkListener(): void {}
      },
    ),
  }),
  fault("it takes any request", WRONG, {
    Engine: class extends MemoryEngine {
      override check({ id }: JobRequest): void {
        if (id !== undefined) this.checkId(id);
      }
    },
  }),
  fault("it takes negative delays for none", WRONG, {
    Engine: class extends MemoryEngine {
      override check({ delay = 0, ...request }: JobRequest): void {
        super.check({ ...request, delay: Math.max(0, delay) });
      }
    },
  }),
  fault(
    "it does not look at options that it does not know",
    "a request with an option that no request has is refused, and leaves no job behind",
    {
      Engine: class extends MemoryEngine {
        override checkOptions(): void {}
      },
    },
  ),
  fault("it says that jobs were submitted when they ended", TIMES, {
    Engine: telling((info) => ({ ...info, createdAt: info.endedAt ?? info.createdAt })),
  }),
  fault("it does not say when jobs have ended", TIMES, {
    Engine: telling((info) => without(info, "endedAt")),
  }),
  fault("it counts in seconds", TIMES, {
    Engine: telling((info) => ({ ...info, createdAt: Math.floor(info.createdAt / 1000) })),
  }),
  fault("it counts an attempt when it has ended", TIMES, {
    Engine: telling((info) => ({ ...info, attempts: info.state === "running" ? 0 : info.attempts })),
  }),
  fault("it lists the youngest job first", "jobs() lists all jobs, oldest first", {
    Engine: class extends MemoryEngine {
      override list(filter: JobFilter): Row[] {
        return super.list(filter).toReversed();
      }
    },
  }),
  fault("it lists one page only", "jobs() lists all jobs, oldest first", {
    Engine: class extends MemoryEngine {
      override list(filter: JobFilter): Row[] {
        return super.list(filter).slice(0, 20);
      }
    },
  }),
  fault("it lists all states", FILTER, {
    Engine: class extends MemoryEngine {
      override list({ job }: JobFilter): Row[] {
        return super.list(job === undefined ? {} : { job });
      }
    },
  }),
  fault("it lists all names", FILTER, {
    Engine: class extends MemoryEngine {
      override list({ state }: JobFilter): Row[] {
        return super.list(state === undefined ? {} : { state });
      }
    },
  }),
  fault("it lists no cancelled jobs", FILTER, {
    Engine: class extends MemoryEngine {
      override list(filter: JobFilter): Row[] {
        return filter.state === "cancelled" ? [] : super.list(filter);
      }
    },
  }),
  fault(
    "it has its jobs executed again when they are found",
    "once submit has resolved the queue holds the job, and finds it by its id",
    {
      Queue: class extends MemoryQueue {
        override async find(id: string): Promise<JobHandle | undefined> {
          const handle = await super.find(id);
          return handle && this.submit({ job: "echo", input: "again" });
        }
      },
    },
  ),
  fault("it forgets parents", "a job queues others, which are marked with it as their parent", {
    Engine: telling((info) => without(info, "parent")),
  }),
];
