// The far side of a job queue: finds the job by its name, calls its function, and turns what comes of it into plain JSON. Threads,
// child processes and workers all execute jobs through this, so that they cannot differ.

import { argumentError } from "./check.ts";
import { contextOf, type JobHost } from "./job-context.ts";
import { SerializationError, UnknownJobError } from "./job-errors.ts";
import type { ErrorRecord } from "./job-queue.ts";
import { Job, type AnyJob } from "./job.ts";
import { fromJSON, recordError, toJSON } from "./json.ts";

/** What an attempt came to: the JSON text of its result (`undefined` if it returned nothing), or its error. */
export type JobOutcome =
  | { readonly state: "done"; readonly result: string | undefined }
  | { readonly state: "failed"; readonly error: ErrorRecord };

/** The jobs that a module exports, by name. @throws TypeError if two of them have the same name. */
export function jobsOf(module: object): Map<string, AnyJob> {
  const jobs = new Map<string, AnyJob>();
  for (const value of Object.values(module)) {
    if (!(value instanceof Job)) continue;
    const other = jobs.get(value.name);
    if (other !== undefined && other !== value) {
      throw argumentError(TypeError, "jobs module", "one job of each name", `${value.name} twice`);
    }
    jobs.set(value.name, value);
  }
  return jobs;
}

/** Executes one attempt of a job; `input` is JSON text. Never rejects. */
export async function execute(
  jobs: ReadonlyMap<string, AnyJob>,
  call: { readonly job: string; readonly input: string | undefined },
  host: JobHost,
): Promise<JobOutcome> {
  const job = jobs.get(call.job);
  if (job === undefined) return { state: "failed", error: recordError(unknownJob(call.job, jobs.keys()), true) };
  try {
    const result = await job._execute(
      fromJSON(call.input, `the input of job ${JSON.stringify(job.name)}`),
      contextOf(host),
    );
    return { state: "done", result: toJSON(`the result of job ${JSON.stringify(job.name)}`, result) };
  } catch (error) {
    return { state: "failed", error: recordError(error, error instanceof SerializationError) };
  }
}

/** The error for a job whose name is not among the known ones. */
export function unknownJob(name: string, known: Iterable<string>): UnknownJobError {
  const names = [...known].map((each) => JSON.stringify(each)).join(", ") || "none";
  return new UnknownJobError(`no job ${JSON.stringify(name)} here; known are ${names}`);
}
