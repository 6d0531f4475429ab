// A child process as its pool sees it: what it was sent and has not answered, and its end, with all that it has started.

import { fork, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { ErrorRecord } from "../../core/job-queue.ts";
import { guardGroup, killGroup, releaseGroup } from "../guard.ts";
import type { LocalAttempt } from "./attempt.ts";
import { FrameReader } from "./frames.ts";
import type { Call, FromChild, ToChild } from "./messages.ts";

/** Milliseconds between SIGTERM and SIGKILL, and for messages that are still on their way when a process has ended. */
const PATIENCE = 1_000;
/** Which of its descriptors the child writes to. */
const PIPE = 4;
// Options of Node that would have the child do something else than its work: run this very program again, for one.
const NOT_FOR_CHILDREN =
  /^(--(test|watch|inspect|experimental-test|input-type|eval|print|check|interactive)\b.*|-[epci]+)$/;

/** How a process has ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a child reports to its pool. */
export interface ChildListener {
  message(child: PoolChild, message: FromChild): void;
  /** That was all for the moment. */
  paused(child: PoolChild): void;
  ended(child: PoolChild, ending: Ending): void;
}

/** A child process and its attempts. */
export class PoolChild {
  /** What it was sent, by key, in order. Only the first can be running. */
  readonly attempts: Map<number, LocalAttempt> = new Map();
  /** The sum of the milliseconds that those are expected to take. */
  load = 0;
  /** How many jobs it has had. */
  served = 0;
  isReady = false;
  /** It gets no more jobs. */
  isLeaving = false;
  /** It has said that it ends, and why. */
  isExcused = false;
  /** The attempt for which it is being killed. */
  condemned: LocalAttempt | undefined;
  /** Why it could not start. */
  broken: ErrorRecord | undefined;
  readonly ended: Promise<void>;
  readonly #process: ChildProcess;
  // Not there if the process could not be started.
  readonly #pipe: Socket | undefined;
  #batch: Call[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isAwaited = false;

  constructor(module: string, weighs: boolean, listener: ChildListener) {
    const entry = fileURLToPath(new URL(`./child${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url));
    this.#process = fork(entry, weighs ? [module, "weighs"] : [module], {
      detached: true,
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc", "pipe"],
      execArgv: optionsForChildren(process.execArgv),
    });
    this.#pipe = this.#process.stdio[PIPE] as Socket | undefined;
    this.#hear(listener);
    if (this.pid !== undefined) guardGroup(this.pid);
    this.ended = this.#follow(listener);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Puts a call into the batch that `flush` sends. */
  add(attempt: LocalAttempt, expected: number): void {
    if (this.attempts.size === 0) this.#keepAlive();
    this.attempts.set(attempt.call.key, attempt);
    this.load += expected;
    this.served++;
    attempt.job.worker = `process ${this.pid}`;
    this.#batch.push(attempt.call);
  }

  flush(): void {
    if (this.#batch.length === 0) return;
    this.send(this.#batch);
    this.#batch = [];
  }

  /** An attempt is answered. */
  remove(key: number, expected: number): LocalAttempt | undefined {
    const attempt = this.attempts.get(key);
    if (!this.attempts.delete(key)) return undefined;
    this.load = this.attempts.size === 0 ? 0 : this.load - expected;
    if (this.attempts.size === 0) this.rest();
    return attempt;
  }

  /** Does not keep the program alive while it has nothing to do, unless somebody waits for its end. */
  rest(): void {
    if (this.#isAwaited) return;
    this.#process.channel?.unref();
    this.#pipe?.unref();
    this.#process.unref();
  }

  send(message: ToChild): void {
    // It may just have ended; then `ended` tells.
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  /** Ends it gently, now that it has nothing to do. */
  retire(): void {
    this.isLeaving = true;
    this.send({ kind: "end" });
    this.#timer ??= setTimeout(() => this.#kill("SIGKILL"), PATIENCE).unref();
  }

  /** Ends it with all that it has started. */
  kill(): void {
    this.isLeaving = true;
    clearTimeout(this.#timer);
    this.#kill("SIGTERM");
    this.#timer = setTimeout(() => this.#kill("SIGKILL"), PATIENCE);
  }

  /** Waits for its end, also when nothing else keeps the program alive. */
  async whenEnded(): Promise<void> {
    this.#isAwaited = true;
    this.#keepAlive();
    await this.ended;
  }

  #keepAlive(): void {
    this.#process.channel?.ref();
    this.#pipe?.ref();
    // Its end may be known only after that of the channel.
    this.#process.ref();
  }

  #kill(signal: "SIGTERM" | "SIGKILL"): void {
    if (this.pid !== undefined) killGroup(this.pid, signal);
  }

  #hear(listener: ChildListener): void {
    const frames = new FrameReader();
    this.#pipe?.on("data", (piece: Buffer) => {
      for (const message of frames.read(piece)) listener.message(this, message as FromChild);
      listener.paused(this);
    });
    // Its end tells.
    this.#pipe?.on("error", () => {});
  }

  async #follow(listener: ChildListener): Promise<void> {
    const child = this.#process;
    const ending = await new Promise<Ending>((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
      child.once("error", (error) => {
        this.broken ??= { name: error.name, message: error.message };
        if (child.pid === undefined) resolve({ code: null, signal: null });
      });
    });
    clearTimeout(this.#timer);
    this.#kill("SIGKILL");
    // Its last messages may come after its end.
    if (this.#pipe?.closed === false) {
      await new Promise<void>((resolve) => {
        this.#pipe?.once("close", resolve);
        setTimeout(resolve, PATIENCE).unref();
      });
    }
    if (this.pid !== undefined) releaseGroup(this.pid);
    listener.ended(this, ending);
  }
}

function optionsForChildren(options: readonly string[]): string[] {
  let isKept = true;
  // What does not start with a dash is the value of the option before it.
  return options.filter((each) => (isKept = each.startsWith("-") ? !NOT_FOR_CHILDREN.test(each) : isKept));
}
