// What the reference model knows: tasks, attempts and runs as plain data, and the few questions about the
// graph that the rules ask. Everything is recomputed when asked; nothing is cached, so nothing can be stale.

export type State = "PREPARE" | "PENDING" | "QUEUED" | "RUNNING" | "DONE" | "FAILED" | "CANCELLED";
export type EventName = "prepared" | "queue" | "dispatch" | "done" | "error" | "cancel" | "retry" | "release" | "reset";

/** How a function ended. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

export type Edge = "hard" | "soft";

/** One execution of a task's function, from its dispatch to the task's next state. */
export interface Attempt {
  readonly number: number;
  /** Who may have started it; more than one where two runs could have and nothing has told them apart. */
  owners: readonly Owner[];
  begun: boolean;
  outcome: Outcome | undefined;
  /** Why its signal aborted, and the reason that the function saw. */
  signalled:
    | { readonly why: "cancel" | "release" | "settled"; readonly reason: unknown; readonly at: number }
    | undefined;
}

export type Owner = ModelRun | "user";

export interface ModelTask {
  readonly index: number;
  readonly name: string;
  /** A group has no function; an instant one ends in the turn in which it begins. */
  readonly kind: "remote" | "instant" | "group";
  readonly priority: number;
  readonly retries: number;
  readonly retryDelay: number;
  readonly cancelOnError: boolean;
  /** The edges given when it was created, in order: what its function gets as inputs. */
  readonly inputs: readonly (readonly [ModelTask, Edge])[];
  readonly requires: Map<ModelTask, Edge>;
  state: State;
  attempts: number;
  retriesLeft: number;
  /** A retry waits until then, with whoever (of these) is to make it. */
  notBefore: number;
  waitsWith: readonly Owner[];
  attempt: Attempt | undefined;
  /** Functions of attempts that no longer count and have not ended. */
  readonly abandoned: Set<number>;
  /** Those among them that a run may wait for: the task was settled from outside. */
  readonly lingering: Map<number, { readonly owners: readonly Owner[]; readonly until: number }>;
  /** The run that handed it to its queue. */
  holder: ModelRun | undefined;
  /** The queue's error, when it refused the task and no retry was left. */
  refused: { readonly error: unknown; readonly final: boolean } | undefined;
  /** Somebody called `cancel(reason)`, and it has not taken effect. */
  cancelAsked: { readonly reason: unknown } | undefined;
  /** Somebody called `dispatch()`, and it has not taken effect. */
  dispatchAsked: boolean;
  /** Somebody settled it from outside, and that has not taken effect. */
  settleAsked: Outcome | undefined;
  result: unknown;
  error: unknown;
}

export type QueueKind = "none" | "now" | "later" | "twice" | "held" | "refusing" | "p-queue";

export interface RunOptions {
  readonly concurrency: number | undefined;
  readonly failFast: boolean | "abort";
  readonly every: boolean;
  readonly retry: boolean;
  readonly queue: QueueKind;
  /** How many functions the p-queue runs at once. */
  readonly queueWidth: number;
}

/** new → active → stopped (fail-fast) | left | cancelled; `over` once it has settled. */
export type Phase = "new" | "active" | "stopped" | "left" | "cancelled";

export interface ModelRun {
  readonly number: number;
  readonly requested: readonly ModelTask[];
  readonly options: RunOptions;
  readonly grace: number;
  phase: Phase;
  over: boolean;
  readonly graph: Set<ModelTask>;
  /** FAILED and CANCELLED tasks that `retry: true` has yet to return to PENDING. */
  readonly repairs: Set<ModelTask>;
  /** A settled failure was among what it found: whether that sets off fail-fast is left open. */
  mayHaveStopped: boolean;
  readonly cancelReasons: unknown[];
  /** Tasks at which its graph ended, settled before it began. */
  readonly initial: Set<ModelTask>;
  /** Those of them that are to be yielded first, in any order. */
  readonly first: Set<ModelTask>;
  /** Ended and not yet received, in order. */
  readonly buffer: ModelTask[];
  /** May be counted and received or not: where it is open whether they belong to the graph. */
  readonly optional: Set<ModelTask>;
  readonly yielded: Set<ModelTask>;
  /** What has ended since it began, or others had started: its cancel is not for these, whatever becomes of them. */
  readonly past: Set<ModelTask>;
  readonly abandoned: Set<ModelTask>;
  /** The consumer has called `next()` and has no answer yet. */
  waiting: boolean;
  /** The answer is on its way. */
  handed: boolean;
  /** A requested task was handed to the waiting consumer, which has not had its turn yet. */
  held: boolean;
  /** The consumer has left and gets nothing more. */
  gone: boolean;
  /** Something other than repairs and cancels has happened to its tasks. */
  started: boolean;
  /** Another run, or the user, has been at work at the same time. */
  shared: boolean;
  ended: boolean;
}

/** What of a scenario's task the reference needs to know. */
type Given = Pick<ModelTask, "kind" | "priority" | "retries" | "retryDelay" | "cancelOnError">;

export function newTask(index: number, name: string, given: Given, requires: Map<ModelTask, Edge>): ModelTask {
  const { kind, priority, retries, retryDelay, cancelOnError } = given;
  return {
    index,
    name,
    kind,
    priority,
    retries,
    retryDelay,
    cancelOnError,
    requires,
    inputs: [...requires],
    state: "PENDING",
    attempts: 0,
    retriesLeft: retries,
    notBefore: 0,
    waitsWith: [],
    attempt: undefined,
    abandoned: new Set(),
    lingering: new Map(),
    holder: undefined,
    refused: undefined,
    cancelAsked: undefined,
    dispatchAsked: false,
    settleAsked: undefined,
    result: undefined,
    error: undefined,
  };
}

export function newRun(number: number, requested: ModelTask[], options: RunOptions, grace: number): ModelRun {
  return {
    number,
    requested,
    options,
    grace,
    phase: "new",
    over: false,
    graph: new Set(),
    repairs: new Set(),
    initial: new Set(),
    first: new Set(),
    optional: new Set(),
    yielded: new Set(),
    past: new Set(),
    abandoned: new Set(),
    buffer: [],
    cancelReasons: [],
    mayHaveStopped: false,
    waiting: false,
    handed: false,
    held: false,
    gone: false,
    shared: false,
    started: false,
    ended: false,
  };
}

export const isFinal = ({ state }: ModelTask): boolean =>
  state === "DONE" || state === "FAILED" || state === "CANCELLED";

/** Somebody is at it: what it requires has done its part. */
export const isStarted = ({ state }: ModelTask): boolean => state === "QUEUED" || state === "RUNNING";

/** The tasks and all that they require; the walk ends at tasks for which `stop` holds. */
export function closure(from: Iterable<ModelTask>, stop: (task: ModelTask) => boolean): Set<ModelTask> {
  const found = new Set(from);
  // A Set's iteration also visits what is added meanwhile.
  for (const task of found) {
    if (!stop(task)) for (const prerequisite of task.requires.keys()) found.add(prerequisite);
  }
  return found;
}

/** Whether the tasks, with edges among them only, contain a cycle: peel off what waits for nothing. */
export function hasCycle(tasks: ReadonlySet<ModelTask>): boolean {
  const left = new Set(tasks);
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const task of left) {
      if (![...task.requires.keys()].some((prerequisite) => left.has(prerequisite))) left.delete(task);
    }
  }
  return left.size > 0;
}
