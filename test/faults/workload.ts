// The jobs of the fault tests: each execution leaves a line in a file, so that what really ran can be held against what the queue says.

import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { job } from "thence";

/** An execution, as its line in the file says. */
export interface Execution {
  readonly id: string;
  readonly attempt: number;
  readonly pid: number;
  readonly at: number;
}

const file = process.env["EXECUTIONS"] ?? "";

/** Leaves a line and takes a moment. Returns who has executed it. */
export const work = job("work", async (input: { ms: number }, { id, attempt }) => {
  const execution: Execution = { id, attempt, pid: process.pid, at: Date.now() };
  appendFileSync(file, `${JSON.stringify(execution)}\n`);
  await sleep(input.ms);
  return { attempt, pid: process.pid };
});
