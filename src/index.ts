// The public surface of the core, and the one place where it meets Node: the clock, the cores, the async context.

import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { keepOneOfEach } from "./core/keep.ts";
import { installPlatform, platform, type Call, type Context } from "./core/platform.ts";
import type { Task } from "./core/task.ts";
import type { Drawable } from "./render/drawable.ts";
import type { PictureOptions } from "./render/options.ts";

const loadedAt = performance.timeOrigin;
const currentTask = new AsyncLocalStorage<Task<unknown>>();

// The resource restores the caller's context afterwards, so that one switch is enough where `currentTask.run()` would make two.
class Captured implements Context {
  readonly #here = new AsyncResource("thence");

  run(call: Call): unknown {
    return this.#here.runInAsyncScope(callAs, call);
  }
}

// `this` is the call: further arguments would cost an array each.
function callAs(this: Call): unknown {
  currentTask.enterWith(this.task);
  return this.run();
}

installPlatform({
  clock: {
    now: () => loadedAt + performance.now(),
    setTimeout: (callback, ms) => setTimeout(callback, ms),
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  },
  parallelism: availableParallelism(),
  current: () => currentTask.getStore(),
  captureContext: () => new Captured(),
  nextTurn(callback, keepAlive) {
    const immediate = setImmediate(callback);
    if (!keepAlive) immediate.unref();
  },
  async shell(...call) {
    const { runShell } = await import("./queues/shell.ts");
    return runShell(...call);
  },
});
// Not at once, which would make the import longer.
platform.nextTurn(keepOneOfEach, false);

export { task } from "./core/create.ts";
export { durations, type Durations } from "./core/durations.ts";
export { settled } from "./core/edges.ts";
export {
  BlockedError,
  CancelledError,
  CycleError,
  ReleasedError,
  StalledError,
  TaskTimeoutError,
  ThenceError,
  TransitionError,
  type StuckTask,
} from "./core/errors.ts";
export type { HistoryEntry } from "./core/history.ts";
export type { JobContext, RequestArguments, ShellOptions, ShellResult, SubmitOptions } from "./core/job-context.ts";
export {
  JobLostError,
  JobMismatchError,
  JobRefusedError,
  JoinTimeoutError,
  QueueClosedError,
  QueueError,
  RemoteError,
  SchemaError,
  SerializationError,
  UnknownJobError,
  UnsupportedError,
  outcomeOfJob,
  reviveError,
} from "./core/job-errors.ts";
export type * from "./core/job-queue.ts";
export { job, Job, type JobOptions, type JobPolicy, type JobTaskArguments, type JobTaskOptions } from "./core/job.ts";
export type { Schema } from "./core/schema.ts";
export { make, makeLater, makeNow, type Makeable, type RunOf, type TasksOf } from "./core/make.ts";
export type { SettledEdge } from "./core/node.ts";
export { EVENTS, STATES, taskMachine, type EventName, type State } from "./core/machine.ts";
export { plan, type Plan } from "./core/plan.ts";
export { Run } from "./core/run.ts";
export { Task } from "./core/task.ts";
export { TaskQueue, type TaskQueueRun } from "./core/task-queue.ts";
export type { ListenerFailure, Progress, TaskEvents, Transition, TransitionDetail } from "./core/events.ts";
export type { Clock } from "./core/platform.ts";
export type { AddQueue, AnyQueue, ClosureQueue, QueueFunction } from "./core/queue.ts";
export type { MakeOptions, TaskQueueOptions } from "./core/settings.ts";
export type { Summary } from "./core/summary.ts";
export type * from "./core/types.ts";

/** Tasks, a run, a queue or a plan as text for Graphviz: `toDOT` of `thence/render`, where there is more. */
export function toDOT(tasks: Drawable, options?: PictureOptions): string {
  return loadDot().toDOT(tasks, options);
}

// Pictures are loaded by the first drawing: they are a quarter of all modules. `require` since DOT is drawn at once.
function loadDot(): { readonly toDOT: typeof toDOT } {
  const { url } = import.meta;
  try {
    return createRequire(url)(`./render/dot.${url.endsWith(".ts") ? "ts" : "js"}`) as ReturnType<typeof loadDot>;
  } catch (error) {
    // In a bundle there is no such file, but bundlers put what they have taken in for this call.
    if (typeof require !== "function") throw error;
    return require("./render/dot.js") as ReturnType<typeof loadDot>;
  }
}

/** Tasks, a run, a queue or a plan as an SVG picture: `toSVG` of `thence/render`, where there is more. */
export async function toSVG(tasks: Drawable, options?: PictureOptions): Promise<string> {
  const svg = await import("./render/svg.ts");
  return svg.toSVG(tasks, options);
}
