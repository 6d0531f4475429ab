// The queues that a scenario may ask for: they start what they get at once, later, twice, when told to, not
// at first, or as a p-queue does.

import PQueue from "p-queue";
import type { MakeOptions, Task } from "thence";
import type { RunSpec } from "./arbitrary.ts";
import type { Report } from "./functions.ts";

type Queue = NonNullable<MakeOptions["queue"]>;

/** What a held queue keeps until it is told to let one start. */
export type Held = Array<() => Promise<void>>;

export function queueFor(
  { queue, queueWidth }: RunSpec,
  held: Held,
  indexOf: (task: Task<unknown>) => number,
  report: Report,
): Queue | undefined {
  switch (queue) {
    case "none":
      return undefined;
    case "now":
      return (run) => run();
    case "later":
      return (run) => void Promise.resolve().then(run);
    case "twice":
      return async (run) => {
        await Promise.all([run(), run()]);
        await run();
      };
    case "held":
      return (run) => void held.push(run);
    case "refusing":
      return refusing(indexOf, report);
    case "p-queue":
      return new PQueue({ concurrency: queueWidth });
  }
}

/** Refuses two of three tasks when they first come: one by throwing, one by a promise that rejects. */
function refusing(indexOf: (task: Task<unknown>) => number, report: Report): Queue {
  const seen = new Set<number>();
  return (run, task) => {
    const index = indexOf(task);
    if (index % 3 === 2 || seen.has(index)) return run();
    seen.add(index);
    const error = new Error(`no place for ${index}`);
    report.tell((to) => to.refuses(to.task(index), error));
    if (index % 3 < 3) throw error;
    return Promise.reject(error);
  };
}
