// Progress written to memory instead of a terminal, on a clock that stands still.

import { PassThrough } from "node:stream";
import type { ProgressOptions } from "thence/report";
import { virtualClock, type VirtualClock } from "thence/testing";

/** What the tests look at in a line of JSON. */
export interface JsonLine {
  at?: string;
  ms?: number;
  longestPath?: unknown;
  readonly type: string;
  readonly error?: { readonly message: string };
}

export interface Paper {
  readonly stream: NodeJS.WriteStream;
  readonly clock: VirtualClock;
  /** For `progress`: where it writes, and what time it is. */
  readonly options: ProgressOptions;
  /** What has been written so far. */
  readonly lines: () => string[];
  /** The same, each line read as JSON. */
  readonly objects: () => JsonLine[];
}

export function paper(like: Partial<NodeJS.WriteStream> = {}): Paper {
  const stream = Object.assign(new PassThrough(), like) as unknown as NodeJS.WriteStream;
  const clock = virtualClock();
  const pieces: string[] = [];
  (stream as unknown as PassThrough).setEncoding("utf8").on("data", (text: string) => pieces.push(text));
  const lines = (): string[] => pieces.join("").split("\n").slice(0, -1);
  return {
    stream,
    clock,
    options: { stream, clock, mode: "lines", color: false },
    lines,
    objects: () => lines().map((line) => JSON.parse(line) as JsonLine),
  };
}

/** Lets everything happen that is due in this turn of the event loop and the next. */
export async function turn(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
}
