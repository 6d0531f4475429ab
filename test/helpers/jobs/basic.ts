// Jobs for the tests of queues: what each does is its name.

import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { job } from "thence";

export const echo = job("echo", (input: unknown) => input);

export const nothing = job("nothing", () => {});

export const add = job("add", ({ a, b }: { a: number; b: number }) => a + b);

/** Throws an error with a name, a code and data. */
export const fail = job("fail", (message: string): never => {
  throw Object.assign(new RangeError(message), { code: "E_TEST", data: { message } });
});

/** Runs until its signal aborts, and says so in its log. */
export const listen = job("listen", async (_: unknown, { signal, log }) => {
  log("listening");
  await new Promise((_resolve, reject) => {
    const timer = setInterval(() => {}, 1_000);
    const stop = (): void => {
      clearInterval(timer);
      log("told to stop");
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  });
});

/** Keeps its thread busy, for so many milliseconds or for ever. */
export const spin = job("spin", (ms: number | undefined, { log }) => {
  log("spinning");
  for (const end = Date.now() + (ms ?? Infinity); Date.now() < end;);
});

/** Sleeps so many milliseconds without listening to its signal. */
export const nap = job("nap", async (ms: number) => {
  await sleep(ms);
  return ms;
});

/** Waits until there is a file, and listens to its signal. */
export const waitFor = job("waitFor", async (file: string, { signal }) => {
  while (!existsSync(file)) await sleep(5, undefined, { signal });
  return process.pid;
});

/** Exits with a code, or is killed by a signal, if there is one. */
export const leave = job("leave", (how: number | "SIGKILL" | undefined) => {
  if (typeof how === "number") process.exit(how);
  if (how === undefined) return;
  process.kill(process.pid, how);
  for (;;);
});

export const exit = job("exit", (code: number): never => process.exit(code));

/** Kills its process as the system does when memory is short. */
export const die = job("die", (): void => {
  process.kill(process.pid, "SIGKILL");
  for (;;);
});

/** Ends at once, and leaves something behind that fails later. */
export const litter = job("litter", (message: string) => {
  setTimeout(() => void Promise.reject(Object.assign(new RangeError(message), { code: "E_LITTER" })), 50);
  return "done";
});

/** Fails where nobody can catch it, with a message, if there is one. */
export const burst = job("burst", async (message: string | undefined) => {
  if (message === undefined) return;
  setTimeout(() => {
    throw new Error(message);
  }, 1);
  await sleep(60_000);
});

/** Fills the heap. */
export const hoard = job("hoard", () => {
  const all: number[][] = [];
  for (;;) all.push(Array.from({ length: 100_000 }, Math.random));
});

/** Makes its process larger by so many megabytes, for good. */
export const grow = job("grow", (megabytes: number) => {
  kept.push(Buffer.alloc(megabytes * 2 ** 20, 1));
  return process.pid;
});

const kept: Buffer[] = [];

export const pid = job("pid", () => process.pid);

export const lines = job("lines", (count: number, { log, progress }) => {
  for (let i = 0; i < count; i++) {
    log(`line ${i}`);
    progress({ value: i + 1, total: count });
  }
});

/** Fails until its attempt has this number. */
export const flaky = job("flaky", (good: number, { attempt, lastError }) => {
  if (attempt < good) throw new Error(`attempt ${attempt}`);
  return { attempt, last: (lastError as Error | undefined)?.message ?? null };
});

/** Tries twice more, but not after an error that says "never". */
export const choosy = job("choosy", {
  retry: { limit: 2, when: (error) => !(error as Error).message.includes("never") },
  run: (message: string, { attempt }) => {
    throw new Error(`${message} ${attempt}`);
  },
});

export const hasty = job("hasty", {
  timeout: 30,
  run: async (_: unknown, { signal }) => {
    await sleep(60_000, undefined, { signal });
  },
});

export const parent = job("parent", async (input: unknown, { submit }) => submit(echo, input));

/** Runs a command. */
export const command = job("command", async ([file, ...args]: string[], { shell }) => shell(file ?? "", args));

/** Starts a command and then keeps its thread busy for ever. */
export const startAndSpin = job("startAndSpin", async (_: unknown, { shell, log }) => {
  void shell("sh", ["-c", "echo $$; sleep 1000; :"]).catch(() => {});
  // The command logs its process before the thread is blocked.
  await sleep(300);
  log("spinning");
  for (;;);
});

/** Returns what is no JSON. */
export const strange = job("strange", () => new Map());
