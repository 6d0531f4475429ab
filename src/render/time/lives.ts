// The life of each task as a row of spans without gaps: attempts, and between them what the task waited for. Timeline, trace and
// report are all made of these, so that they cannot disagree.

import type { HistoryEntry } from "../../core/history.ts";
import type { EventName, State } from "../../core/machine.ts";
import { isSoft } from "../../core/node.ts";
import { retryDelay } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";
import { Occupancy, type Holding } from "./occupancy.ts";
import type { Past } from "./past.ts";

type AnyTask = Task<unknown>;

/** What a task can wait for; `turn` is what none of the others explains: a pause, say, or a turn of the event loop. */
export type WaitKind = "prerequisite" | "resource" | "slot" | "queue" | "backoff" | "turn";

/** An attempt. It ended in a state, or was to be tried again (`retry`), or was given back (`release`); `RUNNING`: it goes on. */
export interface Attempt {
  readonly kind: "attempt";
  readonly from: number;
  readonly to: number;
  readonly attempt: number;
  readonly end: State | "retry" | "release";
  readonly error: unknown;
}

/** A while in which a task waited: for the prerequisite or the resource `on`, where it is one of these. */
export interface Wait {
  readonly kind: WaitKind;
  readonly from: number;
  readonly to: number;
  readonly on: AnyTask | string | undefined;
  /** It waits still. */
  readonly open?: boolean;
}

export type Span = Attempt | Wait;

/** A task and its spans, in order. */
export interface Life {
  readonly task: AnyTask;
  /** Its place among the tasks. */
  readonly index: number;
  readonly spans: readonly Span[];
  /** When it failed or was cancelled without an attempt. */
  readonly lostAt: number | undefined;
}

/** A while in one state of the machine. */
interface Stay {
  readonly state: State;
  readonly from: number;
  readonly to: number;
  readonly attempt: number;
  /** How it came there; `undefined` at the beginning. */
  readonly by: HistoryEntry | undefined;
  /** How it ended; `undefined` while it lasts. */
  readonly next: HistoryEntry | undefined;
}

/** The lives of all tasks, and how they shared slots and resources. */
export interface Lives {
  readonly lives: readonly Life[];
  readonly occupancy: Occupancy;
}

/** Works out what each task did and waited for. */
export function livesOf(past: Past): Lives {
  const histories = new Map(past.tasks.map((task) => [task, task.history]));
  const historyOf = (task: AnyTask): readonly HistoryEntry[] => histories.get(task) ?? task.history;
  const startedAt = past.startedAt ?? past.endedAt;
  const stays = past.tasks.map((task) => staysOf(task, historyOf(task), past));
  const holdings = past.tasks.flatMap((task, index) => holdingsOf(task, stays[index]!));
  const occupancy = new Occupancy(holdings, { ...past, startedAt });
  const lives = past.tasks.map((task, index): Life => {
    const spans: Span[] = [];
    let failures = 0;
    for (const stay of stays[index]!) {
      if (stay.state === "RUNNING") spans.push(attemptOf(stay));
      else if (stay.state === "QUEUED") spans.push(waitOf("queue", stay));
      else if (stay.state === "PENDING") {
        const isAgain = isRetry(stay.by);
        if (isAgain) failures++;
        else if (stay.by?.from !== "RUNNING" && stay.by?.from !== "QUEUED") failures = 0;
        const delay = isAgain ? delayOf(task, failures) : 0;
        spans.push(...waitsOf(task, stay, { delay, occupancy, historyOf, past }));
      }
    }
    const last = stays[index]!.at(-1);
    const isLost = last !== undefined && (last.state === "FAILED" || last.state === "CANCELLED");
    const lostAt = isLost && last.by?.from !== "RUNNING" ? last.from : undefined;
    return { task, index, spans, lostAt };
  });
  return { lives, occupancy };
}

// Only what belongs to the time that is drawn: a task may have been made before, and again since.
function staysOf(task: AnyTask, history: readonly HistoryEntry[], { startedAt, endedAt, isOver }: Past): Stay[] {
  if (startedAt === undefined) return [];
  const stays: Stay[] = [];
  let by: HistoryEntry | undefined;
  for (let place = 0; place <= history.length; place++) {
    const next = history[place];
    const from = Math.max(startedAt, by?.at ?? startedAt);
    const to = Math.min(endedAt, next?.at ?? endedAt);
    const state = by?.to ?? next?.from ?? task.state;
    const isEarlier =
      (next?.at ?? Infinity) < startedAt || (next?.at === startedAt && by !== undefined && by.at < from);
    const isLater = by !== undefined && by.at > endedAt;
    const isLeft = next === undefined && isOver && state === "PENDING";
    if (!isEarlier && !isLater && !isLeft) {
      stays.push({
        state,
        from,
        to,
        attempt: by?.attempt ?? 0,
        by,
        next: (next?.at ?? Infinity) > endedAt ? undefined : next,
      });
    }
    by = next;
  }
  return stays;
}

// What has no function holds nothing. Resources are taken before an attempt goes to a queue.
function holdingsOf(task: AnyTask, stays: readonly Stay[]): Holding[] {
  if (task._work === undefined) return [];
  const uses = task._policy?.uses;
  return stays
    .filter(({ state, from, to }) => (state === "RUNNING" || state === "QUEUED") && to > from)
    .map(({ from, to }) => ({ from, to, uses }));
}

function attemptOf({ from, to, attempt, next }: Stay): Attempt {
  const end = next === undefined ? "RUNNING" : next.to === "PENDING" ? (next.event as "retry" | "release") : next.to;
  return { kind: "attempt", from, to, attempt, end, error: next?.error };
}

function waitOf(kind: WaitKind, { from, to, next }: Stay, on?: Wait["on"]): Wait {
  return { kind, from, to, on, ...(next === undefined ? { open: true } : {}) };
}

interface Surroundings {
  readonly delay: number;
  readonly occupancy: Occupancy;
  readonly past: Past;
  readonly historyOf: (task: AnyTask) => readonly HistoryEntry[];
}

// In order: the pause before a retry, the prerequisites, and what a ready task lacks.
function waitsOf(task: AnyTask, stay: Stay, { delay, occupancy, past, historyOf }: Surroundings): Wait[] {
  const waits: Wait[] = [];
  let { from } = stay;
  const until = (kind: WaitKind, to: number, on?: Wait["on"]): void => {
    if (to > from) waits.push({ kind, from, to: Math.min(to, stay.to), on });
    from = Math.max(from, to);
  };
  const { readyAt, on } = readinessOf(task, stay, historyOf);
  // Nobody knows when it was added; it was not before the last of its prerequisites, if it had to wait for one.
  const isLate = stay.by === undefined && !past.isFirst(task);
  if (isLate && on === undefined && past.kind === "run") return [];
  until("backoff", stay.from + delay);
  until("prerequisite", readyAt, on);
  if (from < stay.to && task._work !== undefined) {
    const lacks = occupancy.lacks(task._policy?.uses, from, stay.to);
    if (isLate && past.kind === "queue" && on === undefined && lacks[0]?.kind === "turn") lacks.shift();
    waits.push(...lacks);
  }
  const last = waits.at(-1);
  if (last !== undefined && stay.next === undefined) waits[waits.length - 1] = { ...last, open: true };
  return waits;
}

// When the last prerequisite was done, and which one that was. One that never was holds the task up to the end of the stay.
function readinessOf(
  task: AnyTask,
  stay: Stay,
  historyOf: Surroundings["historyOf"],
): { readyAt: number; on: AnyTask | undefined } {
  let readyAt = stay.from;
  let on: AnyTask | undefined;
  let isLost = false;
  for (const prerequisite of task.prerequisites) {
    const last = historyOf(prerequisite).findLast(({ at }) => at <= stay.to);
    const state = last?.to ?? (prerequisite.isSettled() ? prerequisite.state : "PENDING");
    const isOver = state === "DONE" || (isSoft(task, prerequisite) && (state === "FAILED" || state === "CANCELLED"));
    const at = isOver ? (last?.at ?? stay.from) : stay.to;
    const blames = !isOver && (state === "FAILED" || state === "CANCELLED");
    if (at > readyAt || (at === readyAt && blames && !isLost)) [readyAt, on, isLost] = [at, prerequisite, blames];
  }
  return { readyAt, on: readyAt > stay.from ? on : undefined };
}

function isRetry(by: HistoryEntry | undefined): boolean {
  const event: EventName | undefined = by?.event;
  return (
    (event === "retry" && by?.from === "RUNNING") ||
    (event === "release" && by?.from === "QUEUED" && by.error !== undefined)
  );
}

// Where chance has a part in it, the longest that it can be.
function delayOf(task: AnyTask, failures: number): number {
  const retry = task._policy?.retry;
  return retry === undefined ? 0 : retryDelay({ ...retry, jitter: 0 }, failures);
}
