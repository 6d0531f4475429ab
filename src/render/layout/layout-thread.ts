// What a thread that lays out one graph does. It may be terminated at any moment.

import { parentPort, workerData } from "node:worker_threads";
import { layOutHere, type Engine } from "./engine.ts";

/** What the thread is given. */
export interface Assignment {
  readonly dot: string;
  readonly engine: Engine;
}

if (parentPort !== null) {
  const { dot, engine } = workerData as Assignment;
  parentPort.postMessage(await layOutHere(dot, engine));
}
