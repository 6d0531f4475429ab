// What the server tells the page: only types, so that the two cannot disagree and the browser loads nothing for it.

import type { EventName, State } from "../../core/machine.ts";

/** The first message of a stream, and of every new beginning: what follows replaces what the page knows. */
export interface Hello {
  /** Changes when indexes begin anew: then the page forgets its tasks. */
  readonly epoch: string;
  readonly title: string;
  /** The server's clock, to tell how long tasks have been running. */
  readonly now: number;
  /** How many tasks the page will be told of. */
  readonly tasks: number;
}

/** Which run it is about and how it stands; sent when something of it changes. */
export interface Status {
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** How many tasks there are in each state, also those that the page is not told of. */
  readonly counts: Readonly<Partial<Record<State, number>>>;
  /** Grows with every task or edge that is added: then the graph is to be drawn anew. */
  readonly shape: number;
  /** Why the run, or the last one that was started from the page, could not begin. */
  readonly problem: string | undefined;
}

/** A task with its edges; `index` is its place in the graph and in the page's URL. */
export interface Described {
  readonly index: number;
  readonly name: string;
  readonly group: string | undefined;
  readonly requires: readonly number[];
  readonly now: Change;
}

/** What may change about a task: index, state, attempts, start and end of the last one, log lines so far, progress, error. */
export type Change = readonly [
  index: number,
  state: State,
  attempts: number,
  startedAt: number | null,
  endedAt: number | null,
  logs: number,
  progress: Fraction | null,
  error: string | null,
];

/** How far a task has come. */
export type Fraction = readonly [value: number, total: number, message: string];

/** All about one task, for its panel. */
export interface Details {
  readonly index: number;
  readonly name: string;
  readonly group: string | undefined;
  readonly job: string | undefined;
  readonly state: State;
  readonly attempts: number;
  readonly canCancel: boolean;
  readonly canRetry: boolean;
  readonly requires: readonly Link[];
  readonly dependents: readonly Link[];
  /** How many further edges there are than are listed. */
  readonly more: { readonly requires: number; readonly dependents: number };
  readonly history: readonly Past[];
  readonly result: string | undefined;
  readonly error: Failure | undefined;
  /** The tasks that are to blame if it is blocked, or that it waits for. */
  readonly blockers: readonly Link[];
  readonly log: readonly string[];
  /** How many lines there were before the first of `log`. */
  readonly forgotten: number;
}

/** A task at the other end of an edge; `size` tells how much its result is. `index` is undefined for one outside. */
export interface Link {
  readonly index: number | undefined;
  readonly name: string;
  readonly state: State;
  readonly size: string | undefined;
}

/** A transition of the past. */
export interface Past {
  readonly from: State;
  readonly event: EventName;
  readonly to: State;
  readonly at: number;
  readonly attempt: number;
  readonly error: string | undefined;
}

/** An error as text. */
export interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly causes: readonly string[];
}
