// The events of a trace. Viewers nest events of a row by their times, so attempts are put on rows after their times have been
// rounded; and a flow belongs to whatever is open on its row at its time, so it begins just before an attempt's end.

import { isSoft } from "../../core/node.ts";
import type { Task } from "../../core/task.ts";
import { oneLine } from "../text.ts";
import { errorText } from "../words.ts";
import type { Attempt, Life } from "./lives.ts";
import type { Occupancy } from "./occupancy.ts";
import type { Past } from "./past.ts";
import { attemptsOf, rowsFor, slotName, type Placed } from "./rows.ts";
import { sumsOf, waitsBefore, waitWords } from "./waits.ts";

/** One event, as the format has it. */
export interface TraceEvent {
  readonly ph: "X" | "M" | "s" | "f" | "i" | "C";
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly name: string;
  readonly cat?: string;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: "e";
  readonly s?: "p";
  readonly args?: Readonly<Record<string, unknown>>;
}

/** An attempt and the event that stands for it. */
export interface Traced extends Placed {
  readonly event: TraceEvent & { readonly dur: number };
}

type Clock = (time: number) => number;

const NAME_LENGTH = 500;
const PID = 1;

/** The attempts on their rows, and the rows: slots first, then tasks without a function, which hold none. */
export function attemptEvents(
  past: Past,
  lives: readonly Life[],
  clock: Clock,
): { rows: TraceEvent[]; attempts: Traced[] } {
  const rows = [named("process_name", 0, past.isOver ? "thence" : "thence (still going on)")];
  const attempts: Traced[] = [];
  let first = 1;
  for (const [rowName, ofKind] of [
    [(place: number) => slotName(place, past), lives.filter(hasWork)],
    [(place: number) => `group ${place + 1}`, lives.filter((life) => !hasWork(life))],
  ] as const) {
    const placed = attemptsOf(ofKind).map(({ life, span }) => ({ life, span, interval: intervalOf(span, clock) }));
    const places = rowsFor(
      placed,
      ({ interval }) => interval,
      ({ life }) => life,
      past.concurrency,
    );
    const count = places.reduce((most, place) => Math.max(most, place + 1), 0);
    for (let place = 0; place < count; place++) {
      const tid = first + place;
      rows.push(named("thread_name", tid, rowName(place)), named("thread_sort_index", tid, tid));
    }
    for (const [index, { life, span, interval }] of placed.entries()) {
      const { from, to } = interval;
      const event = { ...eventOf(life, span), tid: first + places[index]!, ts: from, dur: to - from };
      attempts.push({ life, span, event });
    }
    first += count;
  }
  return { rows, attempts };
}

function hasWork({ task }: Life): boolean {
  return task._work !== undefined;
}

function intervalOf({ from, to }: Attempt, clock: Clock): { from: number; to: number } {
  const start = clock(from);
  return { from: start, to: Math.max(start + 1, clock(to)) };
}

function named(name: string, tid: number, value: string | number): TraceEvent {
  const args = typeof value === "number" ? { sort_index: value } : { name: value };
  return { ph: "M", pid: PID, tid, ts: 0, name, args };
}

function eventOf(life: Life, span: Attempt): TraceEvent {
  const { task, index } = life;
  const waited = waitWords(sumsOf(waitsBefore(life, span)));
  const args = {
    task: index,
    state: task.state,
    attempt: span.attempt,
    end: span.end,
    ...(task.group === undefined ? {} : { group: oneLine(task.group, NAME_LENGTH) }),
    ...(span.error === undefined ? {} : { error: errorText(span.error) }),
    ...(waited === "" ? {} : { waited }),
  };
  const cat = span.end === "DONE" || span.end === "RUNNING" ? "attempt" : `attempt,${span.end}`;
  return { ph: "X", pid: PID, tid: 0, ts: 0, name: nameOf(task), cat, args };
}

function nameOf(task: Task<unknown>): string {
  return oneLine(task.name, NAME_LENGTH);
}

/** Flows from the last attempt of each prerequisite to the first attempt that came after it, and from attempt to attempt. */
export function flowEvents(attempts: readonly Traced[], lives: readonly Life[]): TraceEvent[] {
  const flows: TraceEvent[] = [];
  const ofTask = new Map<Task<unknown>, Traced[]>();
  for (const each of attempts) {
    const own = ofTask.get(each.life.task);
    if (own === undefined) ofTask.set(each.life.task, [each]);
    else own.push(each);
  }
  const add = (from: Traced, to: Traced, cat: string): void => {
    const ts = from.event.ts + from.event.dur - 1;
    if (to.event.ts < ts) return;
    const id = flows.length / 2 + 1;
    flows.push({ ph: "s", pid: PID, tid: from.event.tid, ts, name: cat, cat, id });
    flows.push({ ph: "f", bp: "e", pid: PID, tid: to.event.tid, ts: to.event.ts, name: cat, cat, id });
  };
  for (const { task } of lives) {
    const own = ofTask.get(task) ?? [];
    for (const [place, later] of own.slice(1).entries()) add(own[place]!, later, "again");
    for (const prerequisite of task.prerequisites) {
      const before = ofTask.get(prerequisite)?.at(-1);
      const first = before && own.find(({ span }) => span.from >= before.span.to);
      if (before !== undefined && first !== undefined)
        add(before, first, isSoft(task, prerequisite) ? "settled" : "requires");
    }
  }
  return flows;
}

/** Tasks that failed or were cancelled without an attempt, as instant events of the whole process. */
export function lostEvents(past: Past, lives: readonly Life[], clock: Clock): TraceEvent[] {
  return lives.flatMap(({ task, index, lostAt }): TraceEvent[] => {
    if (lostAt === undefined) return [];
    const name = `${task.state}: ${nameOf(task)}`;
    const args = { task: index, state: task.state, error: errorText(task.error) };
    return [{ ph: "i", s: "p", pid: PID, tid: 0, ts: clock(Math.min(lostAt, past.endedAt)), name, cat: "lost", args }];
  });
}

/** How many attempts run, and how much of each resource is taken, at every change. */
export function counterEvents(lives: readonly Life[], occupancy: Occupancy, clock: Clock): TraceEvent[] {
  const changes = new Map<number, number>();
  for (const { span } of attemptsOf(lives.filter(hasWork))) {
    changes.set(clock(span.from), (changes.get(clock(span.from)) ?? 0) + 1);
    changes.set(clock(span.to), (changes.get(clock(span.to)) ?? 0) - 1);
  }
  const events: TraceEvent[] = [];
  let running = 0;
  for (const [ts, change] of [...changes].toSorted(([a], [b]) => a - b)) {
    running += change;
    if (change !== 0) events.push({ ph: "C", pid: PID, tid: 0, ts, name: "running", args: { tasks: running } });
  }
  for (const [resource, amounts] of occupancy.used) {
    const name = `uses ${oneLine(resource, NAME_LENGTH)}`;
    for (const [place, amount] of amounts.entries()) {
      if (place > 0 && amount === amounts[place - 1]) continue;
      const inUse = Math.round(amount * 1e9) / 1e9;
      events.push({ ph: "C", pid: PID, tid: 0, ts: clock(occupancy.times[place]!), name, args: { "in use": inUse } });
    }
  }
  return events;
}
