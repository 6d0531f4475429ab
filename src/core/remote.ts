// Attempts that a job queue executes: handed over as requests, RUNNING from when a worker has begun, and over when the queue says what
// became of them. Retries and time limits stay with the run; the queue's own are a safety net.

import type { Attempt } from "./attempt.ts";
import { inputsFor } from "./edges.ts";
import { quoteName } from "./errors.ts";
import { isOfMachinery, JobMismatchError, outcomeOfJob, reasonText, QueueClosedError } from "./job-errors.ts";
import type { JobHandle, JobInfo, JobRequest, Queue } from "./job-queue.ts";
import type { JobWork } from "./job-work.ts";
import type { AnyJob } from "./job.ts";
import { recordError } from "./json.ts";

/** What a run says of itself to a job queue. */
export interface Sender {
  readonly runId: string;
  /** Whether jobs may be there already, from a process that has had the same run before. */
  readonly mayResume: boolean;
  readonly priority: number;
}

const OVER = new Error("the attempt is over");

/**
 * Hands an attempt over, and calls `begin` when a worker has begun with it. If the attempt is to stop, its job is cancelled; it ends
 * only when the queue says that the job has, so that nothing of a run is left in a queue once the run has settled.
 *
 * @throws what the queue refuses with, and SchemaError or SerializationError for its input.
 */
export async function handToJobQueue(queue: Queue, attempt: Attempt, sender: Sender, begin: () => void): Promise<void> {
  const over = new AbortController();
  attempt.leaveQueue = () => over.abort(OVER);
  const { task } = attempt;
  const { job, inputFor } = task._extras().job as JobWork;
  const input = inputFor(inputsFor(task));
  const request = isJob(job) ? job.request(input) : { job: job.name, input };
  const id = await freshId(queue, attempt, sender, request);
  if (attempt.stop !== undefined) return attempt.end(false, attempt.stop);
  const handle = await queue.submit({ ...request, ...factsOf(attempt), ...priorityOf(queue, sender), id });
  const stop = (): void => void cancel(handle, attempt.signal.reason);
  if (attempt.stop === undefined) attempt.signal.addEventListener("abort", stop, { once: true });
  else stop();
  // What was given up meanwhile is cancelled all the same, but nobody waits for it.
  if (over.signal.aborted) return;
  const ended = handle.join({ signal: over.signal });
  ended.catch(() => {});
  try {
    const started = new Promise<JobInfo>((resolve) => handle.on("start", resolve));
    const { state } = await Promise.race([started, ended]);
    if (attempt.stop !== undefined && state === "cancelled") return attempt.end(false, attempt.stop);
  } catch (error) {
    if (attempt.stop === undefined) throw error;
    return attempt.abandon();
  }
  attempt._limits().call = () => follow(queue, handle, ended, attempt, job);
  begin();
}

// A task may also be made of something that only looks like a job; its input and result are then not checked.
function isJob(job: JobWork["job"] | AnyJob): job is AnyJob {
  return "_receive" in job;
}

// The key of the request: run, task, and how often the task has been handed over. What failed or was cancelled in an earlier process
// is made again under the next key, and so is what has been told to stop; what is done, or still under way, is attached to, if it is
// the same job with the same input.
async function freshId(
  queue: Queue,
  attempt: Attempt,
  { runId, mayResume }: Sender,
  request: JobRequest,
): Promise<string> {
  const extra = attempt.task._extras();
  for (;;) {
    extra.handed = (extra.handed ?? 0) + 1;
    const id = `${runId}.${attempt.task.id}.${extra.handed}`;
    const known = mayResume ? await queue.find(id) : undefined;
    const info = await known?.info();
    const isToStop = info?.state === "running" && info.reason !== undefined;
    if (info?.state === "failed" || info?.state === "cancelled" || isToStop) continue;
    if (info === undefined || isSameJob(info, request)) return id;
    // A retry is to meet the same.
    extra.handed--;
    throw mismatch(attempt, runId, info, request);
  }
}

function isSameJob(info: JobInfo, { job, input }: JobRequest): boolean {
  return info.job === job && sortedJSON(info.input) === sortedJSON(input);
}

// A queue may keep the keys of an object in an order of its own.
function sortedJSON(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function mismatch({ task }: Attempt, runId: string, info: JobInfo, { job }: JobRequest): JobMismatchError {
  const found = info.job === job ? "another input" : `another job, ${quoteName(info.job)},`;
  return new JobMismatchError(
    `task ${quoteName(task.name)}: the run ${quoteName(runId)} has made ${found} under its id ${info.id}; ` +
      "a run goes on where one of the same name has ended if it makes the same tasks in the same order, else give it another runId",
  );
}

// For the queue each attempt is a request of its own, but the job is to see what it would see here.
function factsOf({ task, host, attempt, lastError }: Attempt): Partial<JobRequest> {
  const timeout = task._policy?.timeout ?? Infinity;
  return {
    retry: 0,
    ...(timeout === Infinity ? {} : { timeout: timeout + host.grace }),
    ...(attempt === 1 ? {} : { attempt }),
    ...(lastError === undefined ? {} : { lastError: recordError(lastError, isOfMachinery(lastError)) }),
  };
}

function priorityOf(queue: Queue, { priority }: Sender): Pick<JobRequest, "priority"> {
  return queue.supports.priority && priority !== 0 ? { priority } : {};
}

// Ends as the job ends. Whether a cancel helps is up to the queue, and to the grace.
async function follow(
  queue: Queue,
  handle: JobHandle,
  ended: Promise<JobInfo>,
  attempt: Attempt,
  job: JobWork["job"],
): Promise<unknown> {
  const { signal } = attempt;
  const repeatRest = repeat(queue, handle, attempt);
  try {
    const info = await ended;
    await repeatRest();
    if (info.state === "cancelled") {
      // By somebody else, unless the signal has aborted: then it is the task that they have cancelled.
      if (!signal.aborted) attempt.task.cancel(info.reason);
      throw signal.reason;
    }
    const result = outcomeOfJob(info);
    return isJob(job) ? await job._receive(result) : result;
  } catch (error) {
    // Whoever leaves a run may close its queue before the job has stopped; then nobody can tell when it does.
    if (error instanceof QueueClosedError && signal.aborted) attempt.abandon();
    throw error;
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
    await handle.cancel(reasonText(reason));
  } catch {
    // A queue that cannot stop a job lets it run to its end, which is waited for within the grace.
  }
}
