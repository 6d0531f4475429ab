// Imports a jobs module. Threads, child processes and workers all load modules through this, so that they accept the same ones.

import path from "node:path";
import { pathToFileURL } from "node:url";
import { argumentError } from "../core/check.ts";
import { jobsOf } from "../core/execute.ts";
import type { AnyJob } from "../core/job.ts";

/** The address of a jobs module that was given as a URL, a `file:` URL's text or a path; a relative path is one from the working directory. */
export function moduleAddress(owner: string, module: unknown): URL {
  if (module instanceof URL) return module;
  if (typeof module !== "string" || module === "") {
    throw argumentError(TypeError, owner, "the URL or the path of a jobs module", module);
  }
  return /^(file|data|node):/.test(module) ? new URL(module) : pathToFileURL(path.resolve(module));
}

/**
 * Imports a module and returns the jobs that it exports, by name.
 *
 * @throws TypeError if it exports none, or two of one name; an Error with the module's address, and the `cause`, if it cannot be loaded.
 */
export async function loadJobs(module: URL | string): Promise<Map<string, AnyJob>> {
  const { href } = moduleAddress("loadJobs", module);
  const jobs = jobsOf(await importModule(href));
  if (jobs.size === 0) {
    throw argumentError(TypeError, `jobs module ${href}`, "exports that are made by this package's job()", "none");
  }
  return jobs;
}

async function importModule(href: string): Promise<object> {
  try {
    return (await import(href)) as object;
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.message}${placeOf(cause)}` : String(cause);
    throw Object.assign(new Error(`the jobs module ${href} cannot be loaded: ${why}`, { cause }), {
      code: "ERR_THENCE_JOBS_MODULE",
    });
  }
}

/** Where a module is wrong that cannot be read, which Node tells in the first line of the stack: file and line. */
function placeOf({ name, stack = "" }: Error): string {
  const place = name === "SyntaxError" ? /^(\S.*:\d+)\n/.exec(stack)?.[1] : undefined;
  return place === undefined ? "" : ` (${place})`;
}
