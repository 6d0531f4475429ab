// What a job's function gets beside its input. It is the same whether the function runs in the program that wants the job done or
// at a worker, so nothing of the graph is in it.

import { argumentError, checkNumber, checkOptions, checkType } from "./check.ts";
import type { JobRequest } from "./job-queue.ts";
import type { AnyJob, Job } from "./job.ts";
import type { TaskContext } from "./types.ts";

/** How a command is run. */
export interface ShellOptions {
  readonly cwd?: string;
  /** Added to the environment of the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the command reads; nothing unless given. */
  readonly input?: string;
}

/** What a command wrote. It has ended with exit code 0. */
export interface ShellResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** What a job's function gets beside its input. Its members may be taken out: `({ signal, log }) => …`. */
export interface JobContext extends Pick<TaskContext, "signal" | "attempt" | "lastError" | "log" | "progress"> {
  /** The job's id in its queue; in a run without a queue, that of its task. */
  readonly id: string;
  /**
   * Runs a command, without a shell in between. Its output goes to the log, line by line, and is returned. When the signal aborts,
   * the command is killed with all that it has started.
   *
   * @throws ShellError, which has `exitCode`, `signal` and `stderr` in its `data`, unless it ends with exit code 0; the signal's reason.
   */
  readonly shell: (command: string, args?: readonly string[], options?: ShellOptions) => Promise<ShellResult>;
  /**
   * Queues another job, marked with this one as its parent, and resolves with its id. It is not waited for. In a run without a queue
   * it runs in the background of this process, where only `delay`, `timeout` and `retry` of the options mean something.
   */
  readonly submit: <I>(job: Job<I, unknown>, ...request: RequestArguments<I>) => Promise<string>;
}

/** How a job is queued: what `Job.request()` takes beside the input. */
export type SubmitOptions = Pick<JobRequest, "id" | "priority" | "delay" | "timeout" | "retry" | "parent">;

/** What makes a request of a job: its input, which may be left out where the job takes none, and how it is queued. */
export type RequestArguments<I> = [undefined] extends [I]
  ? [input?: I, options?: SubmitOptions]
  : [input: I, options?: SubmitOptions];

/** What whoever executes jobs lends to them. */
export interface JobHost {
  readonly id: string;
  readonly attempt: number;
  readonly lastError: unknown;
  readonly signal: AbortSignal;
  log(line: string): void;
  progress(progress: { value: number; total: number; message?: string }): void;
  /** Runs a command; `log` gets its lines. */
  shell(command: string, args: readonly string[], options: ShellOptions, host: ShellHost): Promise<ShellResult>;
  submit(request: JobRequest): Promise<string>;
}

/** What a command needs of the job that runs it. */
export interface ShellHost {
  readonly signal: AbortSignal;
  log(line: string): void;
}

/** What the function of a job gets from its host. */
export function contextOf(host: JobHost): JobContext {
  return {
    id: host.id,
    attempt: host.attempt,
    lastError: host.lastError,
    get signal() {
      return host.signal;
    },
    log(line) {
      checkType("log", line, "string");
      host.log(line);
    },
    progress(progress) {
      const given = typeof progress === "number" ? { value: progress, total: 1 } : progress;
      if (typeof given !== "object" || given === null) {
        throw argumentError(TypeError, "progress", "a fraction or {value, total, message}", given);
      }
      checkNumber("progress.value", given.value);
      checkNumber("progress.total", given.total);
      host.progress(given);
    },
    async shell(command, args = [], options = {}) {
      if (typeof command !== "string" || command === "") {
        throw argumentError(TypeError, "shell: command", "the name or path of a program", command);
      }
      if (!Array.isArray(args) || !args.every((arg) => typeof arg === "string")) {
        throw argumentError(TypeError, "shell: args", "an array of strings", args);
      }
      checkOptions("shell", options, ["cwd", "env", "input"]);
      return host.shell(command, args, options, { signal: host.signal, log: (line) => host.log(line) });
    },
    async submit(job, ...[input, options = {}]) {
      checkSubmitted(job);
      return host.submit((job as AnyJob).request(input, { parent: host.id, ...options }));
    },
  };
}

/** Refuses to submit anything but a job. */
export function checkSubmitted(job: unknown): void {
  if (typeof (job as Partial<AnyJob> | null | undefined)?.request === "function") return;
  throw argumentError(TypeError, "submit", "a job", job);
}
