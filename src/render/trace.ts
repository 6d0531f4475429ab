// Traces in the format of Chrome, which Perfetto (ui.perfetto.dev), Chrome and Speedscope open: for those who want to zoom, search and
// measure a long run. Times are whole microseconds from the start, since the format counts in them.

import { livesOf } from "./time/lives.ts";
import { pastOf, type Timed } from "./time/past.ts";
import { attemptEvents, counterEvents, flowEvents, lostEvents, type TraceEvent } from "./time/trace-events.ts";
import { pictureTitle } from "./words.ts";

/**
 * What ran when, as the JSON text of a Chrome trace, to be written to a file and opened in Perfetto.
 *
 * A row for each slot holds the attempts as complete events, with the task's state, error and waits in their `args`; flows lead from
 * prerequisites to dependents and from an attempt to the next; counters show running tasks and resources in use; tasks that
 * failed or were cancelled without an attempt are instant events. Times are microseconds from the start; an attempt takes at
 * least one. Of a run that is still going the open attempts end in the present. Throws a TypeError for what has no tasks.
 *
 * @example
 * ```ts
 * import { writeFile } from "node:fs/promises";
 * import { make, task } from "thence";
 * import { toTrace } from "thence/render";
 *
 * const run = make(task("bundle", { require: task("sources", () => ["a.ts"]), run: (files) => files.join() }));
 * for await (const done of run) console.log(String(done)); // Task:bundle:DONE
 * await writeFile("trace.json", toTrace(run));
 * ```
 */
export function toTrace(timed: Timed): string {
  const past = pastOf("toTrace", timed);
  const { lives, occupancy } = livesOf(past);
  const startedAt = past.startedAt ?? past.endedAt;
  const clock = (time: number): number => Math.max(0, Math.round((time - startedAt) * 1000));
  const { rows, attempts } = attemptEvents(past, lives, clock);
  const events: TraceEvent[] = [
    ...attempts.map(({ event }) => event),
    ...flowEvents(attempts, lives),
    ...lostEvents(past, lives, clock),
    ...counterEvents(lives, occupancy, clock),
  ];
  // Sorting keeps the order of what happens at once: an attempt comes before the flows that are bound to it.
  const traceEvents = [...rows, ...events.toSorted((a, b) => a.ts - b.ts)];
  const started = past.startedAt === undefined ? {} : { startedAt: new Date(past.startedAt).toISOString() };
  const otherData = { ...started, tasks: pictureTitle(past.tasks), isOver: past.isOver };
  const lines = traceEvents.map((event) => JSON.stringify(event));
  return `{"displayTimeUnit":"ms","otherData":${JSON.stringify(otherData)},"traceEvents":[\n${lines.join(",\n")}\n]}\n`;
}
