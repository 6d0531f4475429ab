// The two ends of a scheduler that others see: where its news go, and how far it has got.

import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** Where a scheduler's news go: a run, or a task queue. */
export interface Outlet {
  /** @internal A task of the roster has settled; `wanted` the first time that it does. Returns whether somebody was waiting for it. */
  _settled(task: AnyTask, wanted: boolean): boolean;
  /** @internal A member that had settled is unfinished again. */
  _reopened(task: AnyTask): void;
  /** @internal All that can be done at present is done. */
  _worked(): void;
}

/** `planning` until all is known, `open` while tasks are started, `draining` once nothing more is, `closed` at the end. */
export type Phase = "planning" | "open" | "draining" | "closed";
