// Measures one contender on one graph in a fresh process, and tells failures apart: they are results too.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ContenderName } from "./contenders/contender.ts";
import type { Kind } from "./functions.ts";
import type { Shape } from "./shapes.ts";

export interface Trial {
  readonly contender: ContenderName;
  readonly shape: Shape;
  readonly kind: Kind;
  readonly n: number;
}

/** Of a whole graph: divide by its tasks. */
export interface Measurement {
  readonly buildMs: number;
  readonly runMs: number;
  /** User and system time of all threads, garbage collectors included, for building and running. */
  readonly cpuMs: number;
  /** The most resident memory that the process had, above what it had before building. */
  readonly peakBytes: number;
  /** How much the heap has grown by the end, garbage included. */
  readonly peakHeapBytes: number;
  /** What is still there after a garbage collection, with the graph still held. */
  readonly liveBytes: number;
}

export type Failure = "over 60 s" | "stack overflow" | "out of memory" | "does not fit" | "fails";
export type Outcome = Measurement | Failure;

const LIMIT = 60_000;

/** Runs one of our programs in a fresh process; resolves with the JSON that it prints, or with how it failed. */
export function runProgram(program: URL, args: readonly string[]): Promise<unknown> {
  const file = fileURLToPath(program);
  return new Promise((resolve) => {
    const options = { timeout: LIMIT, killSignal: "SIGKILL", maxBuffer: 2 ** 24 } as const;
    execFile(process.execPath, ["--expose-gc", file, ...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout));
      else resolve(failureOf(error.killed === true, stderr));
    });
  });
}

function failureOf(killed: boolean, stderr: string): Failure {
  if (killed) return "over 60 s";
  if (stderr.includes("Maximum call stack size exceeded")) return "stack overflow";
  if (stderr.includes("heap out of memory") || stderr.includes("Set maximum size exceeded")) return "out of memory";
  process.stderr.write(stderr);
  return "fails";
}

/** Measures building and running once. */
export async function measure(trial: Trial): Promise<Outcome> {
  const outcome = await runProgram(new URL("./child.ts", import.meta.url), [JSON.stringify(trial)]);
  return outcome === null ? "does not fit" : (outcome as Outcome);
}
