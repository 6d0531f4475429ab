// Which row each attempt of a timeline or a trace is on: a row for each slot, as slots were used, or a row for each task.

import type { Attempt, Life } from "./lives.ts";
import type { Past } from "./past.ts";

/** An attempt of a task. */
export interface Placed {
  readonly life: Life;
  readonly span: Attempt;
}

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** All attempts in the order in which they began. */
export function attemptsOf(lives: readonly Life[]): Placed[] {
  return lives
    .flatMap((life) => life.spans.flatMap((span): Placed[] => (span.kind === "attempt" ? [{ life, span }] : [])))
    .toSorted((a, b) => a.span.from - b.span.from || a.span.to - b.span.to || a.life.index - b.life.index);
}

/**
 * The first row that is free for each interval, so that none overlaps another on its row: as few rows as there were intervals at
 * once. What belongs to the same `owner` stays on its row where it can, if that is one of the first `most`. The intervals must be
 * in order of their beginnings.
 */
export function rowsFor<T>(
  items: readonly T[],
  intervalOf: (item: T) => Interval,
  ownerOf: (item: T) => unknown,
  most: number = Infinity,
): number[] {
  const ends: number[] = [];
  const rowOf = new Map<unknown, number>();
  return items.map((item) => {
    const { from, to } = intervalOf(item);
    const own = rowOf.get(ownerOf(item));
    let row = own !== undefined && own < most && ends[own]! <= from ? own : ends.findIndex((end) => end <= from);
    if (row === -1) row = ends.length;
    ends[row] = to;
    rowOf.set(ownerOf(item), row);
    return row;
  });
}

/**
 * What a row of attempts is called. A run knows how many slots it has, and not who held one: of a task that waits for tasks of its
 * own making nobody remembers for how long it gave its slot back. So what began while all slots seemed taken is beside them.
 */
export function slotName(row: number, { concurrency }: Past): string {
  return row < concurrency ? `slot ${row + 1}` : `beside ${row - concurrency + 1}`;
}

/**
 * Milliseconds that attempts took together. Of attempts that run right here no more count at a time than there are slots: the
 * others wait for tasks of their own making.
 */
export function busyMs(lives: readonly Life[], { concurrency }: Past): number {
  const attempts = attemptsOf(lives).filter(({ life }) => life.task._work !== undefined);
  const queued = attempts.filter(isQueued);
  const isMixed = queued.length > 0 && queued.length < attempts.length;
  const limited = isMixed ? attempts.filter((each) => !isQueued(each)) : attempts;
  const changes = limited.flatMap(({ span }) => [
    { at: span.from, by: 1 },
    { at: span.to, by: -1 },
  ]);
  changes.sort((a, b) => a.at - b.at);
  let ms = isMixed ? queued.reduce((sum, { span }) => sum + span.to - span.from, 0) : 0;
  let running = 0;
  for (const [place, { at, by }] of changes.entries()) {
    running += by;
    ms += Math.min(running, concurrency) * ((changes[place + 1]?.at ?? at) - at);
  }
  return ms;
}

function isQueued({ life }: Placed): boolean {
  return life.spans.some(({ kind }) => kind === "queue");
}

/** The order in which tasks began, or were lost; what never did comes last. */
export function byStart(a: Life, b: Life): number {
  const [first, second] = [startOf(a), startOf(b)];
  if (first !== second) return first - second;
  return (a.spans.at(-1)?.to ?? Infinity) - (b.spans.at(-1)?.to ?? Infinity) || a.index - b.index;
}

function startOf({ spans, lostAt }: Life): number {
  return spans.find(({ kind }) => kind === "attempt")?.from ?? lostAt ?? Infinity;
}
