// The errors of managed processes. Each names the process that it speaks of and carries a `code`.

import { quoteName, ThenceError } from "../core/errors.ts";

/** What the errors of managed processes have in common: the process that they speak of. */
export abstract class ProcessError extends ThenceError {
  /** The name of the process. */
  readonly process: string;

  constructor(process: string, message: string) {
    super(message);
    this.process = process;
  }
}

/** `run()` was given a name that is taken. A process that has ended keeps its name until it is removed. */
export class ProcessExistsError extends ProcessError {
  override readonly name = "ProcessExistsError";
  readonly code = "ERR_THENCE_PROCESS_EXISTS";

  /** `file`: what has the name, if that is no process. */
  constructor(process: string, file?: string) {
    const what =
      file === undefined
        ? `there is a process ${quoteName(process)} already; remove it`
        : `process ${quoteName(process)} cannot have a folder: ${file} is a file; remove that`;
    super(process, `${what}, or choose another name`);
  }
}

/** There is no process of this name in the folder, or it was removed meanwhile. */
export class ProcessNotFoundError extends ProcessError {
  override readonly name = "ProcessNotFoundError";
  readonly code = "ERR_THENCE_PROCESS_NOT_FOUND";

  constructor(process: string, dir: string) {
    super(process, `there is no process ${quoteName(process)} in ${dir}`);
  }
}

/** A process is not removed while it runs, unless by force. Nothing has changed. */
export class ProcessRunningError extends ProcessError {
  override readonly name = "ProcessRunningError";
  readonly code = "ERR_THENCE_PROCESS_RUNNING";

  constructor(process: string) {
    super(
      process,
      `process ${quoteName(process)} is running; wait for its end, kill it, or remove it with { force: true }`,
    );
  }
}

/** `wait()` passed its timeout. The process goes on. */
export class ProcessTimeoutError extends ProcessError {
  override readonly name = "ProcessTimeoutError";
  readonly code = "ERR_THENCE_PROCESS_TIMEOUT";
  /** The limit that was passed, in milliseconds. */
  readonly ms: number;

  constructor(process: string, ms: number) {
    super(process, `process ${quoteName(process)} has not ended within ${ms} ms`);
    this.ms = ms;
  }
}

/** The record of a process cannot be read, so what was asked for cannot be known or done. */
export class ProcessDamagedError extends ProcessError {
  override readonly name = "ProcessDamagedError";
  readonly code = "ERR_THENCE_PROCESS_DAMAGED";

  constructor(process: string, reason: string) {
    super(process, `the record of process ${quoteName(process)} is damaged: ${reason}`);
  }
}
