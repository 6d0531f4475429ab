// The graphs of the quality bench: five families, durations in milliseconds, slots, and for every second graph a resource.
// All of it comes from a seed, so that every run of the bench measures the same 200 graphs.

export interface Graph {
  readonly family: Family;
  readonly seed: number;
  /** Tasks are numbered so that prerequisites have smaller numbers than their dependents. */
  readonly prerequisites: readonly (readonly number[])[];
  readonly durations: readonly number[];
  readonly slots: number;
  /** How much there is of the resource; 0 if the graph has none. */
  readonly amount: number;
  /** How much of it each task uses. */
  readonly uses: readonly number[];
}

type Random = () => number;
/** Prerequisites of each task and what it costs, in about `n` tasks. */
type Plan = { readonly prerequisites: number[][]; readonly durations: number[] };

const FAMILY = { layered, "fork-join": forkJoin, LU: lu, FFT: fft, random: mixed } as const;

export type Family = keyof typeof FAMILY;

export const FAMILIES = Object.keys(FAMILY) as Family[];

/** The graph of a seed: 50 to 2,000 tasks, 2 to 32 slots, a resource if the seed's place among its family is odd. */
export function createGraph(seed: number): Graph {
  const random = randomNumbers(seed);
  const family = FAMILIES[seed % FAMILIES.length]!;
  const { prerequisites, durations } = FAMILY[family](Math.round(logarithmic(random, 50, 2_000)), random);
  const slots = Math.round(logarithmic(random, 2, 32));
  const hasResource = Math.floor(seed / FAMILIES.length) % 2 === 1;
  const amount = hasResource ? whole(random, 2, Math.max(2, slots / 2)) : 0;
  const share = between(random, 0.1, 0.5);
  const uses = durations.map(() => (hasResource && random() < share ? (amount > 3 && random() < 0.25 ? 2 : 1) : 0));
  return { family, seed, prerequisites, durations, slots, amount, uses };
}

// Layers of about √n tasks, each of which requires one to three random ones of the layer before.
function layered(n: number, random: Random): Plan {
  const width = Math.round(Math.sqrt(n) * between(random, 0.5, 2));
  const prerequisites = Array.from({ length: n }, (_, task) => {
    const before = Math.floor(task / width) * width - width;
    return before < 0 ? [] : distinct(whole(random, 1, 3), () => before + whole(random, 0, width - 1));
  });
  return { prerequisites, durations: prerequisites.map(() => skewed(random)) };
}

// Two to eight stages: a task that many others require, and a task that requires those, from which the next stage starts.
function forkJoin(n: number, random: Random): Plan {
  const stages = whole(random, 2, 8);
  const prerequisites: number[][] = [[]];
  for (let stage = 0; stage < stages; stage++) {
    const fork = prerequisites.length - 1;
    const width = Math.max(2, Math.round((n / stages) * between(random, 0.5, 1.5)) - 1);
    const branches = Array.from({ length: width }, (_, k) => fork + 1 + k);
    prerequisites.push(...branches.map(() => [fork]), branches);
  }
  return { prerequisites, durations: prerequisites.map(() => skewed(random)) };
}

// The factorisation of a matrix of t × t tiles: diagonal, panels, updates, which take 1 : 3 : 6.
function lu(n: number, random: Random): Plan {
  const size = Math.min(17, Math.max(5, Math.round(Math.cbrt(3 * n))));
  const prerequisites: number[][] = [];
  const durations: number[] = [];
  const latest: (number | undefined)[] = [];
  for (let k = 0; k < size; k++) {
    for (const [row, column] of tilesFrom(k, size)) {
      const tile = row * size + column;
      const [above, left] = [latest[k * size + column], latest[row * size + k]];
      const diagonal = latest[k * size + k];
      const inputs = row === k && column === k ? [] : row === k || column === k ? [diagonal] : [above, left];
      latest[tile] = prerequisites.push([latest[tile], ...inputs].filter((task) => task !== undefined)) - 1;
      durations.push(jittered(random, row === k && column === k ? 10 : row === k || column === k ? 30 : 60));
    }
  }
  return { prerequisites, durations };
}

// The diagonal tile first, then its row and column, then the rest.
function tilesFrom(k: number, size: number): [number, number][] {
  const rest = Array.from({ length: size - k - 1 }, (_, i) => k + 1 + i);
  const panels = rest.flatMap((i): [number, number][] => [
    [k, i],
    [i, k],
  ]);
  return [[k, k], ...panels, ...rest.flatMap((row) => rest.map((column): [number, number] => [row, column]))];
}

// A tree that splits the input, then the butterflies: log₂ m levels of m tasks.
function fft(n: number, random: Random): Plan {
  const levels = Math.min(7, Math.max(4, Math.round(Math.log2(n / 9))));
  const points = 2 ** levels;
  const prerequisites: number[][] = [];
  const durations: number[] = [];
  for (let node = 1; node < 2 * points; node++) {
    prerequisites.push(node === 1 ? [] : [(node >> 1) - 1]);
    durations.push(jittered(random, 5));
  }
  for (let level = 0; level < levels; level++) {
    const before = prerequisites.length - points;
    for (let i = 0; i < points; i++) {
      prerequisites.push([before + i, before + (i ^ (1 << level))]);
      durations.push(jittered(random, 40));
    }
  }
  return { prerequisites, durations };
}

// From 0 to 6 of all tasks before.
function mixed(n: number, random: Random): Plan {
  const prerequisites = Array.from({ length: n }, (_, task) =>
    distinct(Math.min(task, whole(random, 0, 6)), () => whole(random, 0, task - 1)),
  );
  return { prerequisites, durations: prerequisites.map(() => skewed(random)) };
}

function distinct(count: number, draw: () => number): number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(draw());
  return [...drawn];
}

/** Many short ones and few long ones, as in builds: log-normal about 40 ms, half of them within a factor of 1.7. */
function skewed(random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return 40 * Math.exp(0.8 * normal);
}

function jittered(random: Random, ms: number): number {
  return ms * between(random, 0.8, 1.2);
}

function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

function logarithmic(random: Random, low: number, high: number): number {
  return Math.exp(between(random, Math.log(low), Math.log(high)));
}

function whole(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (Math.floor(high) - low + 1));
}

/** mulberry32: numbers from 0 to 1 from a seed. */
function randomNumbers(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
