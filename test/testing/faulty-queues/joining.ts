// Queues that are faulty in how they keep ids apart, and in how they let callers wait.

import { JoinTimeoutError } from "../../../src/core/job-errors.ts";
import {
  fault,
  type Fault,
  handing,
  type JobHandle,
  type JobInfo,
  type JobRequest,
  MemoryEngine,
  MemoryHandle,
  MemoryQueue,
  type Row,
} from "./fault.ts";

const OWN = "a request without an id is given one of its own, of the characters that ids may have";
const BAD = "an id of other characters, or too long, is refused";
const RUNS = "an id that is submitted again attaches to the job while it runs";
const ENDED = "an id that is submitted again attaches to what became of the job";
const TIMEOUT = "a join that has timed out throws a JoinTimeoutError, changes nothing, and may be repeated";
const SIGNAL = "a join ends with the reason of its signal, which changes nothing for the job";

type Wait = Parameters<MemoryHandle["join"]>[0];

/** A queue that takes other ids. */
function accepting(allowed: RegExp): { Engine: typeof MemoryEngine } {
  return {
    Engine: class extends MemoryEngine {
      override checkId(id: string): void {
        if (!allowed.test(id)) super.checkId(`${id} `);
      }
    },
  };
}

function naming(name: (sequence: number) => string): { Engine: typeof MemoryEngine } {
  return {
    Engine: class extends MemoryEngine {
      override name(sequence: number): string {
        return name(sequence);
      }
    },
  };
}

/** A queue that does a job again whose id it knows. */
function repeating(isForgotten: (row: Row) => boolean): { Engine: typeof MemoryEngine } {
  return {
    Engine: class extends MemoryEngine {
      override submit(request: JobRequest): Row {
        const row = this.rows.get(request.id ?? "");
        if (row !== undefined && isForgotten(row)) this.rows.delete(row.id);
        return super.submit(request);
      }
    },
  };
}

function waiting(join: (handle: MemoryHandle, sound: MemoryHandle["join"], options?: Wait) => Promise<JobInfo>): {
  Queue: ReturnType<typeof handing>;
} {
  return {
    Queue: handing(
      class extends MemoryHandle {
        override async join(options?: Wait): Promise<JobInfo> {
          return join(this, (given) => super.join(given), options);
        }
      },
    ),
  };
}

const latest = new WeakMap<Row, () => void>();

export const joining: readonly Fault[] = [
  fault(
    "it gives an id twice",
    OWN,
    naming((sequence) => `job-${sequence % 64}`),
  ),
  fault(
    "it gives ids that it would not take",
    OWN,
    naming((sequence) => `job:${sequence}`),
  ),
  fault("it refuses dots", "any id of the characters that ids may have is kept", accepting(/^[\w-]{1,200}$/)),
  fault("it refuses long ids", "any id of the characters that ids may have is kept", accepting(/^[\w.-]{1,128}$/)),
  fault("it takes any id", BAD, accepting(/./s)),
  fault("it takes ids of several lines", BAD, accepting(/^[A-Za-z0-9._-]{1,200}$/m)),
  fault("it takes long ids", BAD, accepting(/^[A-Za-z0-9._-]+$/)),
  fault("it takes letters of any alphabet", BAD, accepting(/^[\p{L}\p{N}._-]{1,200}$/u)),
  fault(
    "it does a job again while it runs",
    RUNS,
    repeating((row) => !row.hasEnded),
  ),
  fault(
    "it does a job again that is done",
    ENDED,
    repeating((row) => row.state === "done"),
  ),
  fault(
    "it does a job again that has failed",
    ENDED,
    repeating((row) => row.state === "failed"),
  ),
  fault("it looks for an id first, and takes it later", "an id that is submitted many times at once is one job", {
    Queue: class extends MemoryQueue {
      override async submit(request: JobRequest): Promise<JobHandle> {
        const known = this.engine.rows.get(request.id ?? "");
        await new Promise((resolve) => setImmediate(resolve));
        if (known === undefined) this.engine.rows.delete(request.id ?? "");
        return super.submit(request);
      }
    },
  }),
  fault("it throws the errors of jobs at who waits", "join resolves with the info of a job however it has ended", {
    ...waiting(async (_, sound, options) => {
      const info = await sound(options);
      if (info.state === "failed") throw new Error(info.error?.message);
      return info;
    }),
  }),
  fault(
    "it waits longer than it may",
    TIMEOUT,
    waiting((_, sound) => sound()),
  ),
  fault("it cancels a job for which nobody has the time", TIMEOUT, {
    ...waiting((handle, sound, options) =>
      sound(options).catch((error: unknown) => {
        if (error instanceof JoinTimeoutError) handle.engine.cancel(handle.row, "nobody waits");
        throw error;
      }),
    ),
  }),
  fault("it has another error for lost patience", TIMEOUT, {
    ...waiting((_, sound, options) =>
      sound(options).catch((error: unknown) => {
        throw error instanceof JoinTimeoutError ? new Error("timeout") : error;
      }),
    ),
  }),
  fault(
    "it knows no signals",
    SIGNAL,
    waiting((_, sound, { timeout } = {}) => sound(timeout === undefined ? {} : { timeout })),
  ),
  fault("it cancels a job when a signal ends a join", SIGNAL, {
    ...waiting((handle, sound, options) => {
      options?.signal?.addEventListener("abort", () => handle.engine.cancel(handle.row, "aborted"));
      return sound(options);
    }),
  }),
  fault("it has a reason of its own", SIGNAL, {
    ...waiting((_, sound, options) =>
      sound(options).catch((error: unknown) => {
        throw options?.signal?.aborted === true ? new Error("aborted") : error;
      }),
    ),
  }),
  fault("it tells only who asked last", "every join of a job is told its end, at whatever time it began", {
    ...waiting(({ row }, sound) => {
      const before = new Set(row.watchers);
      const joined = sound();
      const mine = [...row.watchers].find((watcher) => !before.has(watcher));
      row.watchers.delete(latest.get(row) ?? (() => {}));
      if (mine !== undefined) latest.set(row, mine);
      return joined;
    }),
  }),
  fault("it does only what somebody waits for", "a job that nobody waits for is executed too", {
    Engine: class extends MemoryEngine {
      override isDue(row: Row): boolean {
        return row.watchers.size > 0 && super.isDue(row);
      }
    },
  }),
];
