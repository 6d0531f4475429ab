// What a queue in this program and its pool know of each other: the pool takes attempts when it has room, and says what became of them.

import type { LocalAttempt } from "./attempt.ts";
import type { KnownJob, Note, StopOrder, SubmitAnswer } from "./messages.ts";

/** Executes attempts, in threads or in child processes. */
export interface Pool {
  /** Starts it, and loads the module. Rejects, each time, if that cannot be done. */
  load(): Promise<readonly KnownJob[]>;
  /** There may be something to take. */
  wake(): void;
  /** Asks an attempt to stop. */
  stop(attempt: LocalAttempt, order: StopOrder): void;
  /** Ends an attempt by force. */
  kill(attempt: LocalAttempt): void;
  /** Ends everything. Nothing is running any more when it is called. */
  close(): Promise<void>;
}

/** Where a pool has its work from. */
export interface Source {
  /** Whether something could be taken. */
  hasWork(): boolean;
  /** How many jobs could be taken, at most. */
  readonly size: number;
  /** Takes the next attempt, if there is one and `accept` wants it. It may still be given back. */
  take(accept?: (job: string, timeout: number) => boolean): LocalAttempt | undefined;
  /** An attempt that was taken is being executed. Said once of each, before it is settled, unless it never was. */
  begin(attempt: LocalAttempt): void;
  /** Whoever submits on behalf of a job is answered by `answer`. */
  note(attempt: LocalAttempt, note: Note, answer: (order: SubmitAnswer) => void): void;
}
