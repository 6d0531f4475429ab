// The errors of managed processes. Each names the process that it speaks of and carries a `code`.

import { quoteName, ThenceError } from "../core/errors.ts";

/** `run()` was given a name that is taken. A process that has ended keeps its name until it is removed. */
export class ProcessExistsError extends ThenceError {
  override readonly name = "ProcessExistsError";
  readonly code = "ERR_THENCE_PROCESS_EXISTS";
  /** The name of the process. */
  readonly process: string;

  /** `file`: what has the name, if that is no process. */
  constructor(process: string, file?: string) {
    const what =
      file === undefined
        ? `there is a process ${quoteName(process)} already; remove it`
        : `process ${quoteName(process)} cannot have a folder: ${file} is a file; remove that`;
    super(`${what}, or choose another name`);
    this.process = process;
  }
}

/** There is no process of this name in the folder, or it was removed meanwhile. */
export class ProcessNotFoundError extends ThenceError {
  override readonly name = "ProcessNotFoundError";
  readonly code = "ERR_THENCE_PROCESS_NOT_FOUND";
  /** The name of the process. */
  readonly process: string;

  constructor(process: string, dir: string) {
    super(`there is no process ${quoteName(process)} in ${dir}`);
    this.process = process;
  }
}

/** A process is not removed while it runs, unless by force. Nothing has changed. */
export class ProcessRunningError extends ThenceError {
  override readonly name = "ProcessRunningError";
  readonly code = "ERR_THENCE_PROCESS_RUNNING";
  /** The name of the process. */
  readonly process: string;

  constructor(process: string) {
    super(`process ${quoteName(process)} is running; wait for its end, kill it, or remove it with { force: true }`);
    this.process = process;
  }
}

/** `wait()` passed its timeout. The process goes on. */
export class ProcessTimeoutError extends ThenceError {
  override readonly name = "ProcessTimeoutError";
  readonly code = "ERR_THENCE_PROCESS_TIMEOUT";
  /** The name of the process. */
  readonly process: string;
  /** The limit that was passed, in milliseconds. */
  readonly ms: number;

  constructor(process: string, ms: number) {
    super(`process ${quoteName(process)} has not ended within ${ms} ms`);
    this.process = process;
    this.ms = ms;
  }
}

/** The record of a process cannot be read, so what was asked for cannot be known or done. */
export class ProcessDamagedError extends ThenceError {
  override readonly name = "ProcessDamagedError";
  readonly code = "ERR_THENCE_PROCESS_DAMAGED";
  /** The name of the process. */
  readonly process: string;

  constructor(process: string, reason: string) {
    super(`the record of process ${quoteName(process)} is damaged: ${reason}`);
    this.process = process;
  }
}
