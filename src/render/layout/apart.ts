// Layouts off the main thread, each in a thread of its own that is terminated when its time is over; one at a time, since
// several at once would only take each other's time.

import { Worker } from "node:worker_threads";
import type { Engine } from "./engine.ts";
import type { Assignment } from "./layout-thread.ts";

let last: Promise<unknown> = Promise.resolve();

/** The SVG that Graphviz makes of a DOT text within `ms` milliseconds, loading included; `undefined` if it cannot. */
export function layOutApart(dot: string, engine: Engine, ms: number): Promise<string | undefined> {
  const layout = last.then(() => attempt({ dot, engine }, ms));
  last = layout;
  return layout;
}

async function attempt(workerData: Assignment, ms: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let worker: Worker | undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    const { url } = import.meta;
    const file = new URL(`./layout-thread${url.endsWith(".ts") ? ".ts" : ".js"}`, url);
    // Not the flags of this process, which may be about another program: `--eval`, `--input-type`, `--test`.
    worker = new Worker(file, { workerData, execArgv: [] });
    worker.once("message", resolve);
    worker.once("error", () => resolve(undefined));
    worker.once("exit", () => resolve(undefined));
    timer = setTimeout(resolve, ms, undefined);
    return await promise;
  } catch {
    // Threads may be forbidden here, or the file is not there since all is in a bundle.
    return undefined;
  } finally {
    clearTimeout(timer);
    await worker?.terminate();
  }
}
