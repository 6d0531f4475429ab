// Which row each attempt of a timeline or a trace is on: a row for each slot, as slots were used, or a row for each task.

import type { Attempt, Life } from "./lives.ts";

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
 * once. What belongs to the same `owner` stays on its row where it can. The intervals must be in order of their beginnings.
 */
export function rowsFor<T>(
  items: readonly T[],
  intervalOf: (item: T) => Interval,
  ownerOf: (item: T) => unknown,
): number[] {
  const ends: number[] = [];
  const rowOf = new Map<unknown, number>();
  return items.map((item) => {
    const { from, to } = intervalOf(item);
    const own = rowOf.get(ownerOf(item));
    let row = own !== undefined && ends[own]! <= from ? own : ends.findIndex((end) => end <= from);
    if (row === -1) row = ends.length;
    ends[row] = to;
    rowOf.set(ownerOf(item), row);
    return row;
  });
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
