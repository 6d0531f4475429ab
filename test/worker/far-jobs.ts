// Jobs that a worker executes elsewhere: in a thread, and in a child process.

import { isMainThread } from "node:worker_threads";
import { job, type CancelledError, type JobContext } from "thence";

const MODES = ["thread", "process"] as const;

/** Tells where it runs and what it was given. */
async function where(input: string, { id, attempt, lastError, log, progress, submit }: JobContext): Promise<unknown> {
  log("a line");
  progress({ value: 1, total: 2, message: "half" });
  const child = await submit(echo, input);
  return {
    isMainThread,
    pid: process.pid,
    id,
    attempt,
    lastError: (lastError as Error | undefined)?.message,
    child,
    input,
  };
}

export const echo = job("echo", (input: string) => input);

const jobs = MODES.map((mode) => [
  job(`where ${mode}`, { mode, run: where }),
  // Does not listen to its signal, nor give anybody a turn.
  job(`spin ${mode}`, { mode, timeout: 60_000, run: () => spin() }),
  job(`listen ${mode}`, {
    mode,
    run: (_: unknown, { signal }) =>
      new Promise((_resolve, reject) => {
        const stop = (): void => reject(signal.reason as Error);
        if (signal.aborted) stop();
        else signal.addEventListener("abort", stop);
      }),
  }),
  job(`why ${mode}`, {
    mode,
    run: (_: unknown, { signal, log }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          const { name, message, code, reason } = signal.reason as CancelledError;
          log(JSON.stringify({ name, message, code, reason }));
          reject(signal.reason as Error);
        });
        log("ready");
      }),
  }),
  job(`fail ${mode}`, {
    mode,
    retry: { limit: 3, when: (error) => (error as { code?: string }).code === "E_AGAIN" },
    run: (code: string) => {
      throw Object.assign(new RangeError("failed there"), { code });
    },
  }),
]);

export const [
  [whereThread, spinThread, listenThread, whyThread, failThread],
  [whereProcess, spinProcess, listenProcess, whyProcess, failProcess],
] = jobs as unknown as [(typeof jobs)[number], (typeof jobs)[number]];

function spin(): never {
  for (;;) Math.random();
}
