// The time axis: ticks at round times that keep their distance, and what stands beside them.

/** A time on the axis, in milliseconds from its start, and how it is called. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000] as const;
const MILLISECONDS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const STEPS = [
  ...MILLISECONDS,
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
];

/** Ticks from 0 to `length` milliseconds, at most `most` of them and at least one. */
export function ticksOf(length: number, most: number): Tick[] {
  const least = length / Math.max(1, most - 1);
  const step = STEPS.find((each) => each >= least) ?? daysFor(least);
  const ticks: Tick[] = [];
  for (let count = 0; count * step <= length; count++) ticks.push({ at: count * step, label: timeLabel(count * step) });
  return ticks;
}

function daysFor(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least / DAY));
  return DAY * power * ([1, 2, 5, 10].find((digit) => DAY * power * digit >= least) ?? 10);
}

/** A round time as the axis calls it: `0`, `200 ms`, `1.5 s`, `2 min`, `1 min 30 s`, `1 h 30 min`, `2 d`. */
function timeLabel(ms: number): string {
  if (ms === 0) return "0";
  if (ms < SECOND) return `${ms} ms`;
  if (ms < MINUTE) return `${ms / SECOND} s`;
  if (ms < HOUR) return joined(Math.floor(ms / MINUTE), "min", (ms % MINUTE) / SECOND, "s");
  if (ms < DAY) return joined(Math.floor(ms / HOUR), "h", (ms % HOUR) / MINUTE, "min");
  return joined(Math.floor(ms / DAY), "d", (ms % DAY) / HOUR, "h");
}

function joined(great: number, greatUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${great} ${greatUnit}` : `${great} ${greatUnit} ${small} ${smallUnit}`;
}
