// The state machine of a task, defined once with xstate and compiled at load time into a table.
// An xstate actor costs 11–24 µs a task; asking the definition every question once, here, makes a step a lookup.

import { createMachine, transition as askMachine } from "xstate";

/** The states of a task, in the order of a life without accidents. */
export const STATES = ["PREPARE", "PENDING", "QUEUED", "RUNNING", "DONE", "FAILED", "CANCELLED"] as const;

/** What can happen to a task. */
export const EVENTS = [
  "prepared",
  "queue",
  "dispatch",
  "done",
  "error",
  "cancel",
  "retry",
  "release",
  "reset",
] as const;

/** One of the {@link STATES}. */
export type State = (typeof STATES)[number];

/** One of the {@link EVENTS}. */
export type EventName = (typeof EVENTS)[number];

/** The type of {@link taskMachine}: an xstate machine, for the tools that draw and simulate those. */
export type TaskMachine = ReturnType<typeof createMachine>;

/**
 * The machine that every task follows, as an xstate definition: draw it, simulate it, or ask it with xstate's `transition()`.
 *
 * `release` means "given back unfinished": by a queue that refused, or by a run that was left early.
 */
export const taskMachine: TaskMachine = createMachine({
  id: "task",
  initial: "PENDING",
  states: {
    PREPARE: { on: { prepared: "PENDING", cancel: "CANCELLED" } },
    PENDING: { on: { queue: "QUEUED", dispatch: "RUNNING", error: "FAILED", cancel: "CANCELLED" } },
    QUEUED: { on: { dispatch: "RUNNING", release: "PENDING", error: "FAILED", cancel: "CANCELLED" } },
    RUNNING: { on: { done: "DONE", error: "FAILED", cancel: "CANCELLED", retry: "PENDING", release: "PENDING" } },
    DONE: { on: { reset: "PENDING" } },
    FAILED: { on: { retry: "PENDING" } },
    CANCELLED: { on: { retry: "PENDING" } },
  },
});

/** Where an event leads. */
export interface Change {
  readonly to: State;
  /** Whether it leaves the straight way: from PENDING, through QUEUED and RUNNING or at once, to the end. */
  readonly strays: boolean;
  /** Whether an attempt ends by it or, without one, the task. */
  readonly ends: boolean;
}

type Row = Readonly<Record<EventName, Change | undefined>>;

const table = Object.fromEntries(STATES.map((state) => [state, compileRow(state)])) as Record<State, Row>;

// Only the events that a state names are asked for, which takes a third of the time: the others lead nowhere, as a test holds.
function compileRow(from: State): Row {
  const snapshot = taskMachine.resolveState({ value: from });
  const named = taskMachine.states[from]?.ownEvents ?? [];
  const change = (type: EventName): Change | undefined => {
    if (!named.includes(type)) return undefined;
    const to = askMachine(taskMachine, snapshot, { type })[0].value as State;
    const strays = to === "PENDING" || from === "PREPARE";
    const ends = from === "RUNNING" || !(strays || to === "QUEUED" || to === "RUNNING");
    return { to, strays, ends };
  };
  return Object.fromEntries(EVENTS.map((event) => [event, change(event)])) as Row;
}

const START = table.PENDING.dispatch;
const FINISH = table.RUNNING.done;

/** What `event` changes in `state`; `undefined` where the machine does not allow it. */
export function changeOf(state: State, event: EventName): Change | undefined {
  // What nearly every task goes through: to compare two names takes less than to look them up.
  if (event === "dispatch" && state === "PENDING") return START;
  if (event === "done" && state === "RUNNING") return FINISH;
  return table[state][event];
}

/** The state that `event` leads to from `state`; `undefined` where the machine does not allow it. */
export function nextState(state: State, event: EventName): State | undefined {
  return changeOf(state, event)?.to;
}
