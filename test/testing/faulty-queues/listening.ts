// Queues that are faulty in what they tell while jobs run.

import type { JobEvents } from "../../../src/core/job-queue.ts";
import { type Claim, fault, type Fault, handing, MemoryEngine, MemoryHandle, type Outcome, type Row } from "./fault.ts";

const LINES = "the lines of a log are kept in order, or logs are refused";
const FROM = "logs(from) gives the lines from that number on, also while the job runs";
const EACH = "a listener is told each line once, with its number, as it is logged";
const START = "a listener is told that a job has started, then that it has ended, each once";
const LATE = "a listener that comes late is told what has happened already, once";
const THROWS = "a listener that throws disturbs neither its job nor other listeners";
const PROGRESS = "progress is told as it is made and kept in the info, or there is none";

type Tell = (...given: unknown[]) => unknown;

/** A queue that writes logs in another way. */
function logging(log: (row: Row, line: string) => void): { Engine: typeof MemoryEngine } {
  return {
    Engine: class extends MemoryEngine {
      override log(row: Row, line: string): void {
        log(row, line);
        row.changed();
      }
    },
  };
}

/** A queue whose handles tell in another way. */
function telling(teller: (handle: MemoryHandle, event: keyof JobEvents, tell: Tell) => (() => void) | undefined): {
  Queue: ReturnType<typeof handing>;
} {
  return {
    Queue: handing(
      class extends MemoryHandle {
        override teller(event: keyof JobEvents, tell: Tell): () => void {
          return teller(this, event, tell) ?? super.teller(event, tell);
        }
      },
    ),
  };
}

export const listening: readonly Fault[] = [
  fault(
    "it keeps the last line first",
    LINES,
    logging(({ logs }, line) => logs.unshift(line)),
  ),
  fault(
    "it drops empty lines",
    LINES,
    logging(({ logs }, line) => line !== "" && logs.push(line)),
  ),
  fault(
    "it trims lines",
    LINES,
    logging(({ logs }, line) => logs.push(line.trim())),
  ),
  fault(
    "it drops repeated lines",
    LINES,
    logging(({ logs }, line) => logs.includes(line) || logs.push(line)),
  ),
  fault(
    "it cuts long lines",
    LINES,
    logging(({ logs }, line) => logs.push(line.slice(0, 4096))),
  ),
  fault(
    "it has empty logs instead of none",
    LINES,
    {
      Queue: handing(
        class extends MemoryHandle {
          override async logs(): Promise<readonly string[]> {
            return [];
          }
        },
      ),
    },
    "least",
  ),
  fault("it always gives the whole log", FROM, {
    Queue: handing(
      class extends MemoryHandle {
        override async logs(): Promise<readonly string[]> {
          return super.logs(0);
        }
      },
    ),
  }),
  fault("it has the log only at the end", FROM, {
    Queue: handing(
      class extends MemoryHandle {
        override async logs(from?: number): Promise<readonly string[]> {
          return this.row.hasEnded ? super.logs(from) : [];
        }
      },
    ),
  }),
  fault("it drops the log of a failed job", "a job that fails keeps its log", {
    Engine: class extends MemoryEngine {
      override finish(row: Row, claim: Claim, outcome: Outcome): void {
        if (outcome.state === "failed") row.logs.length = 0;
        super.finish(row, claim, outcome);
      }
    },
  }),
  fault("it loses lines when many come", "a log of 5,000 lines arrives whole and in order", {
    ...logging(({ logs }, line) => logs.length < 1000 && logs.push(line)),
  }),
  fault("it tells only the last of many lines", "a log of 5,000 lines arrives whole and in order", {
    ...telling(({ row }, event, tell) => {
      if (event !== "log") return undefined;
      let told = 0;
      return () => {
        if (told < row.logs.length) tell(row.logs.at(-1), (told = row.logs.length) - 1);
      };
    }),
  }),
  fault("it tells all lines again with each new one", EACH, {
    ...telling(({ row }, event, tell) =>
      event === "log" ? () => row.logs.forEach((line, i) => tell(line, i)) : undefined,
    ),
  }),
  fault("it counts lines from 1", EACH, {
    ...telling((handle, event, tell) =>
      event === "log"
        ? MemoryHandle.prototype.teller.call(handle, event, (line, index) => tell(line, Number(index) + 1))
        : undefined,
    ),
  }),
  fault("it tells lines only at the end", EACH, {
    ...telling((handle, event, tell) => {
      if (event !== "log") return undefined;
      const teller = MemoryHandle.prototype.teller.call(handle, event, tell);
      return () => handle.row.hasEnded && teller();
    }),
  }),
  fault("it says that waiting jobs have started", START, {
    ...telling((handle, event, tell) => (event === "start" ? once(() => tell(handle.row.info)) : undefined)),
  }),
  fault("it tells the end twice", START, {
    ...telling(({ row }, event, tell) => {
      let told = 0;
      return event === "end" ? () => row.hasEnded && told++ < 2 && (tell(row.info), tell(row.info)) : undefined;
    }),
  }),
  fault("it never tells that jobs have started", START, {
    ...telling((_, event) => (event === "start" ? () => {} : undefined)),
  }),
  fault("it tells the end of what runs", START, {
    ...telling(({ row }, event, tell) =>
      event === "end" ? once(() => row.attempts > 0 && tell(row.info)) : undefined,
    ),
  }),
  fault("it tells the start of each attempt", "the start of a job is told once, however often the job is repeated", {
    ...telling(({ row }, event, tell) => {
      let attempts = 0;
      if (event !== "start") return undefined;
      return () => {
        if (row.attempts > attempts) tell(row.info);
        attempts = row.attempts;
      };
    }),
  }),
  fault("it tells late listeners nothing", LATE, {
    Queue: handing(
      class extends MemoryHandle {
        override on<E extends keyof JobEvents>(event: E, listener: JobEvents[E]): this {
          return this.row.hasEnded ? this : super.on(event, listener);
        }
      },
    ),
  }),
  fault(
    "it says that cancelled jobs have started",
    "a job that is cancelled while it waits ends without having started",
    {
      ...telling(({ row }, event, tell) => {
        let told = 0;
        return event === "start"
          ? () => (row.attempts > 0 || row.hasEnded) && told++ === 0 && tell(row.info)
          : undefined;
      }),
    },
  ),
  fault("it cancels jobs whose listeners throw", THROWS, {
    Queue: handing(
      class extends MemoryHandle {
        override failed(): void {
          this.engine.cancel(this.row, undefined);
        }
      },
    ),
  }),
  fault("it tells nobody any more once a listener has thrown", THROWS, {
    Queue: handing(
      class extends MemoryHandle {
        override failed(): void {
          this.row.watchers.clear();
        }
      },
    ),
  }),
  fault("it takes no listener off", "a listener that was taken off is told nothing more", {
    Queue: handing(
      class extends MemoryHandle {
        override off(): this {
          return this;
        }
      },
    ),
  }),
  fault("it has progress only at the end", PROGRESS, {
    Engine: class extends MemoryEngine {
      override report(row: Row, progress: NonNullable<Row["progress"]>): void {
        if (progress.value === progress.total) super.report(row, progress);
      }
    },
  }),
  fault("it forgets what progress says", PROGRESS, {
    Engine: class extends MemoryEngine {
      override report(row: Row, { value, total }: NonNullable<Row["progress"]>): void {
        super.report(row, { value: value / total, total: 1, message: undefined });
      }
    },
  }),
  fault(
    "it has progress although it says that it has none",
    PROGRESS,
    {
      Engine: class extends MemoryEngine {
        override report(row: Row, progress: NonNullable<Row["progress"]>): void {
          row.progress = progress;
        }
      },
    },
    "least",
  ),
];

function once(call: () => unknown): () => void {
  let isDone = false;
  return () => {
    if (!isDone) isDone = call() !== false;
  };
}
