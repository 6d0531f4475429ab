// What passes between a pool and its threads or child processes. Inputs and results are JSON text, written and read once on each side.

import type { ErrorRecord, JobRequest } from "../../core/job-queue.ts";
import type { RetryOptions } from "../../core/types.ts";

/** A job of the module, as the pool gets to know it: functions stay behind. */
export interface KnownJob {
  readonly name: string;
  readonly timeout?: number;
  readonly retry?: number | Omit<RetryOptions, "when">;
}

/** One attempt to be executed. */
export interface Call {
  readonly key: number;
  readonly id: string;
  readonly job: string;
  readonly input: string | undefined;
  readonly attempt: number;
  readonly lastError: ErrorRecord | undefined;
}

/** Asks an attempt to stop. */
export interface StopOrder {
  readonly kind: "stop";
  readonly key: number;
  /** Why, if not because of a cancel. */
  readonly error?: ErrorRecord;
  /** What `cancel` was given. */
  readonly reason?: string;
}

/** Answers a `SubmitNote`. */
export interface SubmitAnswer {
  readonly kind: "submitted";
  readonly serial: number;
  readonly id?: string;
  readonly error?: ErrorRecord;
}

/** What a pool sends beside calls. */
export type Order = StopOrder | SubmitAnswer;

/** What became of an attempt. */
export interface Reply {
  readonly key: number;
  readonly result?: string | undefined;
  readonly error?: ErrorRecord;
  /** The job's own policy says that this error is not worth another attempt. */
  readonly isFinal?: boolean;
  /** It has not begun, and somebody else may have it. */
  readonly isBack?: boolean;
  /** How long it took, in milliseconds. */
  readonly ms?: number;
}

/** What an attempt says before it ends. */
export type Note =
  | { readonly kind: "log"; readonly key: number; readonly line: string }
  | {
      readonly kind: "progress";
      readonly key: number;
      readonly value: number;
      readonly total: number;
      readonly message?: string;
    }
  | { readonly kind: "submit"; readonly key: number; readonly serial: number; readonly request: JobRequest };

/** Calls for a thread, which it executes one after the other. */
export interface Batch {
  /** Where the claim of the first is; those of the others follow. */
  readonly place: number;
  readonly calls: Call[];
  /** The thread is to say when it begins, since it may not have been there yet. */
  readonly isEarly: boolean;
}

/** What a thread returns for a batch: the last reply, the others having gone before as notes. */
export interface Answer {
  readonly last: Reply | undefined;
  /** The thread, if it has said something before, by another way. */
  readonly thread: number | undefined;
}

/** What a thread returns that could not load the module. As data, for piscina would pass on less of an error. */
export interface Broken {
  readonly broken: ErrorRecord;
}

/** What a thread says before it answers. */
export type FromThread =
  | Note
  | { readonly kind: "begun"; readonly key: number }
  | ({ readonly kind: "reply" } & Reply)
  /** The thread ends with this call, and why. */
  | { readonly kind: "fault"; readonly key: number; readonly error: ErrorRecord };

/** What a child process gets. */
export type ToChild = readonly Call[] | Order | { readonly kind: "end" };

/** What a child process says. */
export type FromChild =
  | { readonly kind: "ready"; readonly known: KnownJob[] }
  | { readonly kind: "broken"; readonly error: ErrorRecord }
  /** It ends. Replies follow to all that it has read, the last with the reason. */
  | { readonly kind: "leaving" }
  /** With how many bytes of memory the process has, now and then, if somebody wants to know. */
  | ({ readonly kind: "reply"; readonly rss?: number } & Reply)
  | Note;
