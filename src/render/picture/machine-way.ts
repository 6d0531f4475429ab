// The arrows of the task machine, and how often a task went along each.

import { EVENTS, nextState, STATES, taskMachine, type EventName, type State } from "../../core/machine.ts";
import type { Task } from "../../core/task.ts";

/** Events that lead from one state to the same other. */
export interface Arrow {
  readonly from: State;
  readonly to: State;
  /** The events, and how often each happened to the task; 0 without a task. */
  readonly events: readonly { readonly event: EventName; readonly count: number }[];
}

/** The machine, and the way of a task through it. */
export interface Way {
  readonly task: Task | undefined;
  /** The states in which a task may begin, and whether this one did. */
  readonly starts: readonly { readonly state: State; readonly isTaken: boolean }[];
  readonly arrows: readonly Arrow[];
  /** How often the task came into each state where it has been. */
  readonly visits: ReadonlyMap<State, number>;
}

/** The machine's arrows in the order of its states and events, with what `task.history` tells. */
export function wayOf(task: Task | undefined): Way {
  const history = task?.history ?? [];
  const counts = new Map<string, number>();
  const visits = new Map<State, number>();
  const begin = task === undefined ? undefined : (history[0]?.from ?? task.state);
  if (begin !== undefined) count(visits, begin);
  for (const { from, event, to } of history) {
    count(counts, `${from} ${event}`);
    count(visits, to);
  }
  const arrows = arrowsOf((from, event) => counts.get(`${from} ${event}`) ?? 0);
  const entered = new Set(arrows.map(({ to }) => to));
  const starts = STATES.filter((state) => state === taskMachine.config.initial || !entered.has(state));
  return { task, starts: starts.map((state) => ({ state, isTaken: state === begin })), arrows, visits };
}

function count<K>(counted: Map<K, number>, key: K): void {
  counted.set(key, (counted.get(key) ?? 0) + 1);
}

function arrowsOf(countOf: (from: State, event: EventName) => number): Arrow[] {
  const arrows: { from: State; to: State; events: { event: EventName; count: number }[] }[] = [];
  for (const from of STATES) {
    for (const event of EVENTS) {
      const to = nextState(from, event);
      if (to === undefined) continue;
      const told = { event, count: countOf(from, event) };
      const same = arrows.find((arrow) => arrow.from === from && arrow.to === to);
      if (same === undefined) arrows.push({ from, to, events: [told] });
      else same.events.push(told);
    }
  }
  return arrows;
}
