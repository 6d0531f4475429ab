// The work of a task that is made from a job: what its function gets when it runs right here, and what a job queue gets.

import { argumentError, wrongArgument } from "./check.ts";
import type { Work } from "./facts.ts";
import { checkSubmitted, contextOf, type JobContext, type JobHost, type SubmitOptions } from "./job-context.ts";
import type { AnyJob } from "./job.ts";
import { platform } from "./platform.ts";
import { Timer } from "./timer.ts";
import type { JobFunction, Require, TaskContext, TaskOptions } from "./types.ts";

/** A job as the work of a task, and how its input is made of what the task requires. */
export interface JobWork {
  readonly job: JobFunction<never, unknown>;
  readonly inputFor: (inputs: unknown) => unknown;
}

/** Refuses whatever does not go together with `job`. */
export function checkJob(owner: string, { run, job, input }: TaskOptions<Require, unknown>): void {
  if (job === undefined && input === undefined) return;
  if (job === undefined) throw argumentError(TypeError, `${owner}: input`, "a job that it is for", job);
  if (run !== undefined) throw wrongArgument(TypeError, `${owner}: expected either run or job, got both`);
  if (typeof job !== "object" || job === null || typeof job.run !== "function" || typeof job.name !== "string") {
    throw argumentError(TypeError, `${owner}: job`, "a job", job);
  }
}

/** The job of a task's options, with its input. */
export function jobWorkOf(work: { readonly job: JobFunction<never, unknown>; readonly input?: unknown }): JobWork {
  const { job, input } = work;
  if (typeof input === "function") return { job, inputFor: input as (inputs: unknown) => unknown };
  return { job, inputFor: "input" in work ? () => input : (inputs) => inputs };
}

/** The job as a function that runs here. */
export function workHere({ job, inputFor }: JobWork): Work {
  return (inputs, context) => job.run(inputFor(inputs) as never, contextHere(context));
}

function contextHere(context: TaskContext): JobContext {
  const host: JobHost = {
    id: String(context.task.id),
    attempt: context.attempt,
    lastError: context.lastError,
    get signal() {
      return context.signal;
    },
    log: (line) => context.log(line),
    progress: (progress) => context.progress(progress),
    shell: (...call) => platform.shell(...call),
    submit: () => Promise.reject(new Error("there is no queue")),
  };
  // Not spread, which would read the signal, and so make one for every job.
  return Object.assign(contextOf(host), { submit });
}

// Without a queue the other job is a run of its own, in the background; its failure is its own affair.
const submit = async (job: AnyJob, input: unknown, options: SubmitOptions = {}): Promise<string> => {
  checkSubmitted(job);
  const { delay = 0, timeout, retry } = job.request(input, options);
  const own = { ...(timeout === undefined ? {} : { timeout }), ...(retry === undefined ? {} : { retry }) };
  const task = job.task(job.name, { ...own, input });
  if (delay === 0) void task.make();
  else void new Timer(platform.clock, delay, () => void task.make());
  return String(task.id);
};
