// What the core needs of the world around it. The core itself imports nothing of Node's: `src/index.ts` puts this together
// once, and a run may bring a clock of its own (the virtual one of `thence/testing`).

import type { JobHost } from "./job-context.ts";
import type { Task } from "./task.ts";

/** A source of time: milliseconds since the epoch, never going back, and timers. */
export interface Clock {
  now(): number;
  /** Calls back once after `ms` milliseconds, which is at most 2^31 - 1. */
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The parts of the world that the core uses. */
export interface Platform {
  readonly clock: Clock;
  /** How many tasks a run executes at once unless told otherwise. */
  readonly parallelism: number;
  /** The task whose function is running here, remembered through everything asynchronous that the function starts. */
  current(): Task<unknown> | undefined;
  /** Keeps the asynchronous context of the caller, so that functions can be called in it later. */
  captureContext(): Context;
  /** Calls back in the next turn of the event loop; `keepAlive: false` does not keep the process alive for it. */
  nextTurn(callback: () => void, keepAlive: boolean): void;
  /** Runs a command for a job. */
  shell: JobHost["shell"];
}

/** Something to be called on behalf of a task. */
export interface Call {
  readonly task: Task<unknown>;
  run(): unknown;
}

/** An asynchronous context that was captured. */
export interface Context {
  /** Makes a call there, with its task as the current one. */
  run(call: Call): unknown;
}

/** The platform in use; filled by {@link installPlatform} before anything else of the core is called. */
export const platform: Platform = {} as Platform;

/** Gives the core its clock, parallelism, context store and event loop. */
export function installPlatform(parts: Platform): void {
  Object.assign(platform, parts);
}
