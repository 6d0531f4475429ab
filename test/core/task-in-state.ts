// Tasks brought into a given state, for the rules that hold in every state.

import { makeLater, STATES } from "thence";
import type { State, Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { remote } from "../helpers/remote.ts";
import type { Remote, RemoteOptions } from "../helpers/remote.ts";

/** A remote-controlled task in `state`. DONE has the result "old", FAILED the error "old", CANCELLED the reason "old". */
export async function remoteIn(state: State, options: RemoteOptions = {}): Promise<Remote> {
  const controlled = remote(state.toLowerCase(), state === "PREPARE" ? { ...options, state } : options);
  if (state === "QUEUED") makeLater(controlled.task, { queue: () => {} });
  if (state === "RUNNING" || state === "DONE" || state === "FAILED") {
    makeLater(controlled.task);
    await flush();
  }
  if (state === "DONE") controlled.finish("old");
  if (state === "FAILED") controlled.fail("old");
  if (state === "CANCELLED") controlled.task.cancel("old");
  await flush();
  if (controlled.task.state !== state) throw new Error(`${controlled.task.state} instead of ${state}`);
  return controlled;
}

/** What a refused call must leave as it was. */
export function facts(task: Task<unknown>): unknown[] {
  const { state, result, error, attempts, startedAt, endedAt, prerequisites, dependents } = task;
  return [state, result, error, attempts, startedAt, endedAt, [...prerequisites], [...dependents]];
}

/** The states that are not in `allowed`. */
export function statesBut(...allowed: State[]): State[] {
  return STATES.filter((state) => !allowed.includes(state));
}
