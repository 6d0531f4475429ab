// Attempts that a job queue executes: handed over as requests, RUNNING from when a worker has begun, and over when the queue says what
// became of them. Retries and time limits stay with the run; the queue's own are a safety net.

import type { Attempt } from "./attempt.ts";
import { inputsFor } from "./edges.ts";
import { outcomeOfJob, QueueClosedError } from "./job-errors.ts";
import type { JobHandle, JobRequest, Queue } from "./job-queue.ts";
import type { JobWork } from "./job-work.ts";
import type { AnyJob } from "./job.ts";

/** What a run says of itself to a job queue. */
export interface Sender {
  readonly runId: string;
  /** Whether jobs may be there already, from a process that has had the same run before. */
  readonly mayResume: boolean;
  readonly priority: number;
}

/**
 * Hands an attempt over and calls `enter` when a worker has begun with it.
 *
 * @throws what the queue refuses with, and SchemaError or SerializationError for its input.
 */
export async function handToJobQueue(
  queue: Queue,
  attempt: Attempt,
  sender: Sender,
  enter: () => Promise<void>,
): Promise<void> {
  const { task } = attempt;
  const { job, inputFor } = task._extras().job as JobWork;
  const input = inputFor(inputsFor(task));
  const request = isJob(job) ? job.request(input) : { job: job.name, input };
  const id = await freshId(queue, attempt, sender);
  const handle = await queue.submit({ ...request, ...limitsOf(attempt), ...priorityOf(queue, sender), id });
  let isEntered = false;
  const giveUp = (): void => {
    if (!isEntered) void cancel(handle, "given back by its run");
  };
  if (task._state !== "QUEUED" || task._value !== attempt) return giveUp();
  attempt.leaveQueue = giveUp;
  await Promise.race([new Promise((resolve) => handle.on("start", resolve)), handle.join()]);
  isEntered = true;
  attempt._limits().call = () => follow(queue, handle, attempt, job);
  void enter();
}

// A task may also be made of something that only looks like a job; its input and result are then not checked.
function isJob(job: JobWork["job"] | AnyJob): job is AnyJob {
  return "_receive" in job;
}

// The key of the request: run, task, and how often the task has been handed over. What failed or was cancelled in an earlier process
// is made again under the next key, and so is what has been told to stop; what is done, or still under way, is attached to.
async function freshId(queue: Queue, attempt: Attempt, { runId, mayResume }: Sender): Promise<string> {
  const extra = attempt.task._extras();
  for (;;) {
    extra.handed = (extra.handed ?? 0) + 1;
    const id = `${runId}.${attempt.task.id}.${extra.handed}`;
    const known = mayResume ? await queue.find(id) : undefined;
    const info = await known?.info();
    const isToStop = info?.state === "running" && info.reason !== undefined;
    if (info?.state !== "failed" && info?.state !== "cancelled" && !isToStop) return id;
  }
}

function limitsOf({ task, host }: Attempt): Pick<JobRequest, "retry" | "timeout"> {
  const timeout = task._policy?.timeout ?? Infinity;
  return { retry: 0, ...(timeout === Infinity ? {} : { timeout: timeout + host.grace }) };
}

function priorityOf(queue: Queue, { priority }: Sender): Pick<JobRequest, "priority"> {
  return queue.supports.priority && priority !== 0 ? { priority } : {};
}

// Ends as the job ends. When the attempt is to stop, the job is cancelled; whether that helps is up to the queue, and to the grace.
async function follow(queue: Queue, handle: JobHandle, attempt: Attempt, job: JobWork["job"]): Promise<unknown> {
  const { signal } = attempt;
  const stop = (): void => void cancel(handle, signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const repeatRest = repeat(queue, handle, attempt);
  try {
    const info = await handle.join();
    await repeatRest();
    if (info.state === "cancelled") {
      // By somebody else, unless the signal has aborted: then it is the task that they have cancelled.
      if (!signal.aborted) attempt.task.cancel(info.reason);
      throw signal.reason;
    }
    const result = outcomeOfJob(info);
    return isJob(job) ? await job._receive(result) : result;
  } catch (error) {
    // Whoever leaves a run may close its queue before the job has stopped.
    throw error instanceof QueueClosedError && signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

// Lines and progress of the job are the task's. The end may be known before the last lines are: the function returned fetches those.
function repeat({ supports }: Queue, handle: JobHandle, attempt: Attempt): () => Promise<void> {
  if (attempt.task._emitters().length === 0) return async () => {};
  let heard = 0;
  const hear = (line: string): void => {
    heard++;
    attempt.log(line);
  };
  if (supports.logs) handle.on("log", hear);
  if (supports.progress) {
    handle.on("progress", ({ value, total, message }) => {
      attempt.progress(message === undefined ? { value, total } : { value, total, message });
    });
  }
  return async () => {
    if (!supports.logs) return;
    handle.off("log", hear);
    for (const line of await handle.logs(heard)) attempt.log(line);
  };
}

async function cancel(handle: JobHandle, reason: unknown): Promise<void> {
  try {
    await handle.cancel(reason instanceof Error ? reason.message : String(reason));
  } catch {
    // A queue that cannot stop a job lets it run to its end, which nobody waits for.
  }
}
