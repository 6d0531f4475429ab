// Where a worker has its jobs from: modules that are imported, or jobs that are there already.

import { argumentError } from "../core/check.ts";
import { jobsOf } from "../core/execute.ts";
import { Job, type AnyJob } from "../core/job.ts";
import { loadJobs, moduleAddress } from "../queues/load-jobs.ts";

/**
 * What a worker can execute: a module (its path or URL; all jobs that it exports), the exports of a module or another object of
 * jobs, or several of these. Jobs that run in threads or child processes need their module.
 */
export type WorkerModule = string | URL | object | Iterable<string | URL | AnyJob>;

/** A job, and the module that another thread or process would import to have it. */
export interface WorkableJob {
  readonly job: AnyJob;
  readonly module: URL | undefined;
}

/** The parts of what was given. @throws TypeError. */
export function partsOf(module: unknown): readonly (URL | object)[] {
  const parts = isIterable(module) ? [...module] : [module];
  if (parts.length === 0) throw refused(module);
  return parts.map((part) => {
    if (typeof part === "string" && part !== "") return moduleAddress("worker", part);
    if (typeof part === "object" && part !== null) return part;
    throw refused(part);
  });
}

/** Imports the modules and finds the jobs, by name. @throws TypeError for none, or two of one name; what an import throws. */
export async function workableJobs(parts: readonly (URL | object)[]): Promise<Map<string, WorkableJob>> {
  const known = new Map<string, WorkableJob>();
  for (const part of parts) {
    const module = part instanceof URL ? part : undefined;
    const found = module === undefined ? jobsOf(part instanceof Job ? [part] : part) : await loadJobs(module);
    if (found.size === 0) throw argumentError(TypeError, "worker", "jobs, made by job()", part);
    for (const job of found.values()) add(known, { job, module });
  }
  return known;
}

function add(known: Map<string, WorkableJob>, entry: WorkableJob): void {
  const { name, policy } = entry.job;
  const other = known.get(name);
  if (other !== undefined && other.job !== entry.job) {
    throw argumentError(TypeError, "worker", "one job of each name", `${name} twice`);
  }
  if (policy.mode !== undefined && policy.mode !== "async" && entry.module === undefined) {
    const expected = `the path or URL of a module for the job ${JSON.stringify(name)} with mode ${policy.mode}`;
    throw argumentError(TypeError, "worker", expected, entry.job);
  }
  known.set(name, entry);
}

function refused(value: unknown): Error {
  return argumentError(TypeError, "worker", "a jobs module's path or URL, jobs, or an array of them", value);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
