// What the consumer of a run sees: the order of what it receives, the end of the iteration, the summary.

import { compareSummary } from "./compare.ts";
import type { ObservedSummary } from "./compare.ts";
import { hasSettled } from "./due.ts";
import type { Reference } from "./reference.ts";
import { isFinal } from "./state.ts";
import type { ModelRun, ModelTask } from "./state.ts";

/** The consumer calls `next()`. */
export function asks(run: ModelRun): void {
  run.waiting = true;
  run.handed = !run.gone && run.first.size + run.buffer.length + run.optional.size > 0;
}

/** The consumer has got a task. From here on the run may start others, unless the consumer leaves. */
export function received(reference: Reference, run: ModelRun, task: ModelTask): void {
  reference.log.push(`run ${run.number} yields ${task.name}:${task.state}`);
  run.waiting = false;
  run.held = false;
  const unexpected = (why: string): void => reference.complain(`run ${run.number} yielded ${task.name}, ${why}`);
  if (run.gone && !run.handed) unexpected("though it was left");
  run.handed = false;
  // A consumer may be slower than a later run that tries the task again.
  if (!isFinal(task) && !run.over) unexpected(`which is ${task.state}`);
  if (run.optional.delete(task)) return;
  if (run.first.size > 0) {
    if (!run.first.delete(task)) unexpected("before what was settled from the start");
  } else if (run.buffer[0] === task) run.buffer.shift();
  else unexpected(`expected ${run.buffer[0]?.name ?? "nothing"}`);
}

/** `next()` has said that there is no more. */
export function iterated(reference: Reference, run: ModelRun): void {
  reference.log.push(`run ${run.number} has no more to yield`);
  run.waiting = false;
  run.held = false;
  run.ended = true;
  const kept = [...run.first, ...run.buffer].map(({ name }) => name);
  if (!run.gone && kept.length > 0) {
    reference.complain(`run ${run.number} ended its iteration without ${kept.join(" ")}`);
  }
}

export function finished(reference: Reference, run: ModelRun, summary: ObservedSummary): void {
  reference.log.push(`run ${run.number} has settled`);
  if (run.over) reference.complain(`run ${run.number} settled twice`);
  if (!hasSettled(run, reference.now(), false)) reference.complain(`run ${run.number} settled too early`);
  if (run.held) run.held = false;
  run.over = true;
  for (const task of run.graph) {
    if ([...task.lingering.values()].some(({ owners }) => owners.includes(run))) run.abandoned.add(task);
  }
  for (const text of compareSummary(run, summary, !run.shared)) reference.complain(text);
}
