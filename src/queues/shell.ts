// Runs a command for a job, in a process group of its own so that it can be ended with all that it has started.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { ThenceError } from "../core/errors.ts";
import type { ShellHost, ShellOptions, ShellResult } from "../core/job-context.ts";
import { guardGroup, killGroup, releaseGroup } from "./guard.ts";

/** How a command ended that did not end well. It is JSON, so it arrives with the error on the other side of a queue. */
export interface ShellFailure {
  readonly command: string;
  readonly args: readonly string[];
  /** `null` if a signal has ended it, or if it could not be started. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

/** A command could not be started, or has ended otherwise than with exit code 0. */
export class ShellError extends ThenceError {
  override readonly name = "ShellError";
  readonly code = "ERR_THENCE_SHELL";
  readonly data: ShellFailure;

  constructor(data: ShellFailure, why: string, options?: ErrorOptions) {
    super(`command ${[data.command, ...data.args].join(" ").slice(0, 200)} ${why}`, options);
    this.data = data;
  }
}

const PATIENCE = 1_000;

/**
 * Runs a command without a shell in between. Its lines go to `host.log` as they come, those of stdout and stderr mixed.
 *
 * @throws ShellError; the signal's reason, once the command and all that it has started are gone: they get SIGTERM, and a second
 * later SIGKILL.
 */
export async function runShell(
  command: string,
  args: readonly string[],
  options: ShellOptions,
  host: ShellHost,
): Promise<ShellResult> {
  host.signal.throwIfAborted();
  const { cwd, env, input } = options;
  const child = spawn(command, args, {
    detached: true,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
  });
  const { promise: gone, resolve: giveUp } = Promise.withResolvers<never>();
  const ended = Promise.race([endOf(child), gone]);
  const output = { stdout: collect(child.stdout, host), stderr: collect(child.stderr, host) };
  child.stdin?.on("error", () => {}).end(input);
  const release = stopper(child, host.signal, giveUp as () => void);
  try {
    const { code, signal } = await ended.finally(() => host.signal.throwIfAborted());
    const [stdout, stderr] = [output.stdout(), output.stderr()];
    if (code === 0) return { stdout, stderr };
    const why = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
    const last = stderr.trim().split("\n").at(-1)?.slice(0, 200) ?? "";
    throw new ShellError({ command, args, exitCode: code, signal, stderr }, last === "" ? why : `${why}: ${last}`);
  } catch (error) {
    if (error instanceof ShellError || host.signal.aborted) throw error;
    const failure = { command, args, exitCode: null, signal: null, stderr: "" };
    throw new ShellError(failure, `could not be started: ${reasonOf(error as Error, cwd)}`, { cause: error });
  } finally {
    release();
  }
}

/** Why a command could not be started. The system says of a missing folder that the command is missing. */
function reasonOf({ message, code }: NodeJS.ErrnoException, cwd: string | undefined): string {
  return code === "ENOENT" && cwd !== undefined && !existsSync(cwd) ? `its folder ${cwd} does not exist` : message;
}

function endOf(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}

/** Logs what comes line by line; the function returned gives all of it. */
function collect(stream: NodeJS.ReadableStream | null, host: ShellHost): () => string {
  const chunks: string[] = [];
  let rest = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (chunk: string) => {
    chunks.push(chunk);
    // Only what is new is searched: a line may be as long as all of the output.
    const [first = "", ...others] = chunk.split("\n");
    const lines = [rest + first, ...others];
    rest = lines.pop() ?? "";
    for (const line of lines) host.log(line.endsWith("\r") ? line.slice(0, -1) : line);
  });
  stream?.on("end", () => {
    if (rest !== "") host.log(rest);
  });
  return () => chunks.join("");
}

/** Ends the group when the signal aborts; the function returned is called when the command has ended. */
function stopper(child: ChildProcess, signal: AbortSignal, giveUp: () => void): () => void {
  const { pid } = child;
  if (pid === undefined) return () => {};
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    killGroup(pid, "SIGTERM");
    timer = setTimeout(() => {
      killGroup(pid, "SIGKILL");
      // What has left the group may still hold the pipes.
      timer = setTimeout(giveUp, PATIENCE);
    }, PATIENCE);
  };
  guardGroup(pid);
  signal.addEventListener("abort", stop, { once: true });
  return () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
    if (signal.aborted) killGroup(pid, "SIGKILL");
    releaseGroup(pid);
  };
}
