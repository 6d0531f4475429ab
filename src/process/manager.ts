// The manager of background processes. It holds nothing but a path: what is known is on disk, so any number of managers in any
// number of programs see the same processes, and none of them must stay for the processes to go on.

import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import { resolve } from "node:path";
import { argumentError, checkDuration, checkOptions, checkType } from "../core/check.ts";
import { checkCommand, checkEnvironment, checkFolder, checkName, checkSignal, isName } from "./arguments.ts";
import { ProcessDamagedError, ProcessNotFoundError, ProcessRunningError } from "./errors.ts";
import { follow } from "./follow.ts";
import { isAlive, send } from "./identity.ts";
import { launch, type RunOptions } from "./launch.ts";
import { filesOf, type Command } from "./record.ts";
import { discard, end, folders, isGone, sweep } from "./removal.ts";
import { find, isAnother, until } from "./until.ts";
import { inspect, isOver, type ManagedProcess, type ProcessRecord } from "./view.ts";

/** What `follow()` may be told. */
export interface FollowOptions {
  /** Ends the following with its reason; the process goes on. */
  readonly signal?: AbortSignal;
}

/** What `wait()` may be told. */
export interface WaitOptions {
  /** Milliseconds, after which it throws a `ProcessTimeoutError`; none unless given. */
  readonly timeout?: number;
  /** Ends the waiting with its reason; the process goes on. */
  readonly signal?: AbortSignal;
}

/** What `remove()` may be told. */
export interface RemoveOptions {
  /** Kills the process first if it runs. */
  readonly force?: boolean;
}

/**
 * Runs programs in the background and keeps what is known of them in a folder: `<dir>/<name>/<name>.json`, `.out` and, while it runs,
 * `.pid`. A process outlives the program that started it; any program with a manager of the same folder, on the same machine, can
 * list, follow, signal and remove it. For Linux and macOS.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { ProcessManager } from "thence/process";
 *
 * const manager = new ProcessManager(await mkdtemp("/tmp/processes-"));
 * await manager.run("echo one; echo two; exit 3", { name: "count" });
 * for await (const line of manager.follow("count")) console.log(line);
 * const { status, exitCode } = await manager.wait("count");
 * console.log(status, exitCode);
 * console.log(await manager.cleanup());
 * ```
 * ```text
 * one
 * two
 * exited 3
 * [ 'count' ]
 * ```
 */
export class ProcessManager {
  /** The folder with a folder for each process, as an absolute path. Made by the first `run()`. */
  readonly dir: string;

  constructor(dir: string) {
    if (typeof dir !== "string" || dir === "" || dir.includes("\0")) {
      throw argumentError(TypeError, "ProcessManager", "the path of a folder", dir);
    }
    if (process.platform === "win32") {
      throw Object.assign(new Error("ProcessManager: expected Linux or macOS; Windows has no groups of processes"), {
        code: "ERR_THENCE_PLATFORM",
      });
    }
    this.dir = resolve(dir);
  }

  /**
   * Starts a command in the background and resolves at once with its record, whose status is `starting`. An array is a program and
   * its arguments, started without a shell; a string is a line for `/bin/sh`. Throws `ProcessExistsError` if the name is taken,
   * also by a process that has ended. A command that cannot be started ends with exit code 127 or 126, as in a shell.
   */
  async run(command: Command, options: RunOptions = {}): Promise<ManagedProcess> {
    checkCommand("run", command);
    checkOptions("run", options, ["name", "env", "cwd"]);
    const { name = randomBytes(6).toString("hex"), env = {}, cwd = process.cwd() } = options;
    checkName("run: name", name);
    checkEnvironment("run: env", env);
    return launch(this.dir, name, command, checkFolder("run: cwd", cwd), env);
  }

  /** Every process of the folder, in order of creation; those whose records are damaged come last. */
  async processes(): Promise<ProcessRecord[]> {
    const found: ProcessRecord[] = [];
    for (const name of await folders(this.dir, isName)) {
      const inspected = await inspect(this.dir, name);
      if (inspected) found.push(inspected.process);
    }
    return found.toSorted(byCreation);
  }

  /** The process of this name as it is now; undefined if there is none. */
  async get(name: string): Promise<ProcessRecord | undefined> {
    checkName("get", name);
    return (await inspect(this.dir, name))?.process;
  }

  /**
   * Iterates the lines of a process's output and errors, from the first, as they are written, without their ends. It ends after the
   * last line, with or without an end, once the process has ended, is lost or was removed. What is no UTF-8 becomes U+FFFD; a line
   * of more than a million characters comes in pieces. Leaving it early does nothing to the process. Throws `ProcessNotFoundError`,
   * and `ProcessDamagedError` if there is no output.
   */
  follow(name: string, options: FollowOptions = {}): AsyncGenerator<string, void, undefined> {
    checkName("follow", name);
    checkOptions("follow", options, ["signal"]);
    checkSignal("follow", options.signal);
    return this.#follow(name, options.signal);
  }

  async *#follow(name: string, signal: AbortSignal | undefined): AsyncGenerator<string, void, undefined> {
    const first = await find(this.dir, name);
    const files = filesOf(this.dir, name);
    const hasEnded = async (): Promise<boolean> => {
      const now = await inspect(this.dir, name);
      return now === undefined || isOver(now.process) || isAnother(first, now);
    };
    try {
      yield* follow(files.output, files.folder, hasEnded, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      const now = await find(this.dir, name);
      throw new ProcessDamagedError(name, now.process.error ?? `${files.output} is missing`);
    }
  }

  /** Sends `SIGINT` to a process, as Ctrl-C does. See {@link ProcessManager.signal}. */
  interrupt(name: string): Promise<boolean> {
    return this.signal(name, "SIGINT");
  }

  /** Sends `SIGTERM` to a process, the polite way to end it. See {@link ProcessManager.signal}. */
  terminate(name: string): Promise<boolean> {
    return this.signal(name, "SIGTERM");
  }

  /** Sends `SIGKILL` to a process, which ends it for certain. See {@link ProcessManager.signal}. */
  kill(name: string): Promise<boolean> {
    return this.signal(name, "SIGKILL");
  }

  /**
   * Sends a signal to the command and to all that it has started, except what has left its group. Resolves with true when it is sent,
   * and with false if the command has ended before. One that is still starting is waited for. Throws `ProcessNotFoundError`, and
   * `ProcessDamagedError` if it cannot be known whom to signal.
   */
  async signal(name: string, signal: NodeJS.Signals): Promise<boolean> {
    checkName("signal", name);
    if (!Object.hasOwn(constants.signals, signal)) {
      throw argumentError(RangeError, "signal", 'the name of a signal, like "SIGTERM"', signal);
    }
    const { process: found, leader } = await until(this.dir, name, ({ status }) => status !== "starting");
    if (found.status === "damaged" && leader === undefined) throw new ProcessDamagedError(name, found.error);
    return leader !== undefined && (await isAlive(leader)) && send(-leader.pid, signal);
  }

  /**
   * Waits until a process has ended or is lost, and resolves with its last record. It only looks: waiting may be repeated and given
   * up. Throws `ProcessTimeoutError`, the signal's reason, `ProcessNotFoundError` also if it is removed meanwhile, and
   * `ProcessDamagedError`, because a damaged record cannot tell.
   */
  async wait(name: string, options: WaitOptions = {}): Promise<ManagedProcess> {
    checkName("wait", name);
    checkOptions("wait", options, ["timeout", "signal"]);
    const { timeout = Infinity, signal } = options;
    checkDuration("wait: timeout", timeout);
    checkSignal("wait", signal);
    const { process: found } = await until(this.dir, name, isKnown, timeout, signal);
    if (found.status === "damaged") throw new ProcessDamagedError(name, found.error);
    return found;
  }

  /** Removes a process with its output. Throws `ProcessRunningError` while it runs, unless `force` kills it first. */
  async remove(name: string, options: RemoveOptions = {}): Promise<void> {
    checkName("remove", name);
    checkOptions("remove", options, ["force"]);
    const { force = false } = options;
    checkType("remove: force", force, "boolean");
    const { process: found } = await find(this.dir, name);
    if (!isGone(found)) {
      if (!force) throw new ProcessRunningError(name);
      await end(this.dir, name);
    }
    await discard(this.dir, name);
  }

  /** Removes every process that has ended or is lost, and resolves with their names. Damaged ones stay: nobody knows how they ended. */
  async cleanup(): Promise<string[]> {
    const removed: string[] = [];
    for (const process of await this.processes()) {
      const { name } = process;
      if (process.status === "damaged" || !isGone(process)) continue;
      try {
        await this.remove(name);
        removed.push(name);
      } catch (error) {
        // Another manager was quicker, and may have used the name again.
        if (!(error instanceof ProcessNotFoundError || error instanceof ProcessRunningError)) throw error;
      }
    }
    await sweep(this.dir);
    return removed;
  }
}

function byCreation(a: ProcessRecord, b: ProcessRecord): number {
  const [first, second] = [a.createdAt ?? Infinity, b.createdAt ?? Infinity];
  return first === second ? (a.name < b.name ? -1 : 1) : first - second;
}

/** Whether waiting makes no sense any more. */
function isKnown(process: ProcessRecord): boolean {
  return process.status === "damaged" || isOver(process);
}
