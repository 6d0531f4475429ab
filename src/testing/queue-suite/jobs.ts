// The jobs of the conformance suite. Workers load this module; what a job does here is what its name means to the rules, so that
// a worker in another language can offer the same.

import { appendFileSync, existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { JobContext } from "../../core/job-context.ts";
import { job, type Job } from "../../core/job.ts";
import type { Schema } from "../../core/schema.ts";
import { strange, thrown, type Thrown } from "./oddities.ts";

/** The module of the suite's jobs, for workers to import. */
export const suiteJobsUrl: URL = new URL(import.meta.url);

/** Where a job writes its `start`, `end` and `abort`, under which name, and the gate at which it waits in between. */
export interface Scene {
  readonly dir: string;
  readonly name: string;
  readonly gate?: string;
}

/** Returns its input. */
export const echo: Job<unknown, unknown> = job("echo", (input: unknown) => input);

/** Returns nothing, and thereby undefined. */
export const nothing: Job<unknown, undefined> = job("nothing", () => undefined);

/** Returns the JSON text of its input, or `"undefined"`. */
export const inspect: Job<unknown, string> = job("inspect", (input: unknown) => JSON.stringify(input) ?? "undefined");

/** Adds two numbers. */
export const add: Job<{ a: number; b: number }, number> = job("add", ({ a, b }: { a: number; b: number }) => a + b);

/** Returns a string of so many characters. */
export const large: Job<{ length: number }, string> = job("large", ({ length }: { length: number }) =>
  "0123456789".repeat(Math.ceil(length / 10)).slice(0, length),
);

/** Returns what is no JSON value. */
export const unserialisable: Job<{ kind: string }, unknown> = job("unserialisable", ({ kind }: { kind: string }) =>
  strange(kind),
);

/** Throws an error that is made as its input says. */
export const fail: Job<Thrown, never> = job("fail", (input: Thrown): never => {
  throw thrown(input);
});

/** Returns what its context says of it. */
export const about: Job<unknown, { id: string; attempt: number }> = job(
  "about",
  (_: unknown, { id, attempt }: JobContext) => ({ id, attempt }),
);

/** Waits at a gate and listens to its signal. Returns the number of its attempt. */
export const hold: Job<Scene, number> = job("hold", async (scene: Scene, { signal, attempt }: JobContext) => {
  note(scene, "start");
  while (isClosed(scene)) {
    await sleep(5);
    if (!signal.aborted) continue;
    note(scene, "abort");
    throw signal.reason;
  }
  note(scene, "end");
  return attempt;
});

/** Waits at a gate and ignores its signal. */
export const ignore: Job<Scene, string> = job("ignore", async (scene: Scene) => {
  note(scene, "start");
  while (isClosed(scene)) await sleep(5);
  note(scene, "end");
  return "ignored";
});

/** Keeps its thread busy until its gate opens. */
export const spin: Job<Scene, string> = job("spin", (scene: Scene) => {
  note(scene, "start");
  while (isClosed(scene)) for (let i = 0; i < 1000; i++) Math.sqrt(i);
  note(scene, "end");
  return "spun";
});

/** Logs lines, waiting at the gate, if there is one, after the first half of them. */
export const chat: Job<Scene & { lines: readonly string[]; fails?: boolean }, number> = job(
  "chat",
  async ({ lines, fails, ...scene }: Scene & { lines: readonly string[]; fails?: boolean }, { log }: JobContext) => {
    const half = Math.ceil(lines.length / 2);
    for (const line of lines.slice(0, half)) log(line);
    note(scene, "start");
    while (isClosed(scene)) await sleep(5);
    for (const line of lines.slice(half)) log(line);
    if (fails === true) throw new Error("said all, and failed");
    return lines.length;
  },
);

/** Tells its progress, 1 of 4, then waits at its gate, then 4 of 4. */
export const climb: Job<Scene, string> = job("climb", async (scene: Scene, { progress }: JobContext) => {
  progress({ value: 1, total: 4, message: "one" });
  note(scene, "start");
  while (isClosed(scene)) await sleep(5);
  progress({ value: 4, total: 4, message: "four" });
  return "up";
});

type Flaky = Scene & { failures: number };

async function stumble(input: Flaky, { attempt, lastError }: JobContext): Promise<unknown> {
  note({ ...input, name: `${input.name} ${attempt} ${Date.now()}` }, "attempt");
  if (attempt <= input.failures) throw Object.assign(new Error(`attempt ${attempt} failed`), { code: `E${attempt}` });
  return { attempt, last: (lastError as Error | undefined)?.message ?? null };
}

/** Fails in its first attempts; returns the number of the attempt that did not, and the message of the one before. */
export const flaky: Job<Flaky, unknown> = job("flaky", stumble);

/** The same, with a policy of its own: three attempts. */
export const stubborn: Job<Flaky, unknown> = job("stubborn", { run: stumble, retry: 2 });

/** Like `hold`, with a timeout of its own: 200 milliseconds. */
export const hasty: Job<Scene, number> = job("hasty", {
  run: (scene: Scene, context: JobContext) => hold.run(scene, context),
  timeout: 200,
});

/** Queues an `echo` and returns its id. */
export const parent: Job<unknown, string> = job("parent", async (input: unknown, { submit }: JobContext) =>
  submit(echo, input),
);

/** Ends its thread or process. */
export const exit: Job<Scene, never> = job("exit", (scene: Scene): never => {
  note(scene, "start");
  return process.exit(7);
});

const shout: Schema<string, string> = {
  "~standard": {
    version: 1,
    vendor: "thence",
    validate: (value) =>
      typeof value === "string" ? { value: value.toUpperCase() } : { issues: [{ message: "expected a string" }] },
  },
};

/** Takes a string, which its schema turns into capitals, and returns it; 7 instead of `SEVEN`. */
export const checked: Job<string, string> = job("checked", {
  input: shout,
  output: shout,
  run: (text: string) => (text === "SEVEN" ? (7 as never) : text),
});

function note({ dir, name }: Scene, event: string): void {
  // The test may be over, and its directory gone.
  if (existsSync(dir)) appendFileSync(path.join(dir, "journal"), `${event} ${name}\n`);
}

function isClosed({ dir, gate }: Scene): boolean {
  return gate !== undefined && existsSync(dir) && !existsSync(path.join(dir, `gate-${gate}`));
}
