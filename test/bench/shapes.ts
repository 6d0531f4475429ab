// The six shapes of graph. A graph is numbers only, made before the clock starts, so that every contender builds from the same thing.
// Tasks are numbered so that prerequisites have smaller numbers than their dependents.

/** Task `i` requires `list[starts[i]]` up to, not including, `list[starts[i + 1]]`. */
export interface Edges {
  readonly starts: Int32Array;
  readonly list: Int32Array;
}

export interface Graph {
  readonly n: number;
  readonly prerequisites: Edges;
  /** Tasks that nobody requires. */
  readonly ends: readonly number[];
}

export type Shape = "independent" | "chain" | "layered" | "tree" | "random" | "repeated";

type Prerequisites = (task: number, n: number, below: (limit: number) => number) => number[];

const FAN = 10;

const REQUIRES: Record<Shape, Prerequisites> = {
  independent: () => [],
  chain: (task) => (task === 0 ? [] : [task - 1]),
  // Layers of √n tasks, each of which requires 3 random ones of the layer before.
  layered(task, n, below) {
    const width = Math.max(3, Math.round(Math.sqrt(n)));
    const before = Math.floor(task / width) * width - width;
    return before < 0 ? [] : distinct(3, () => before + below(width));
  },
  // A reduction: the last task is the root, and each task but the leaves requires two.
  tree(task, n) {
    const left = n - 1 - (2 * (n - 1 - task) + 1);
    return [left, left - 1].filter((child) => child >= 0);
  },
  // From 0 to 10 of all tasks before, so 5 on average.
  random: (task, _n, below) => distinct(Math.min(task, below(11)), () => below(task)),
  // A hub, ten that require it, a hub that requires those, and so on.
  repeated(task) {
    const place = task % (FAN + 1);
    if (place > 0) return [task - place];
    return task === 0 ? [] : Array.from({ length: FAN }, (_, k) => task - FAN + k);
  },
};

export const SHAPES = Object.keys(REQUIRES) as Shape[];

function distinct(count: number, draw: () => number): number[] {
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(draw());
  return [...drawn];
}

/** A graph of `n` tasks; the same one each time. */
export function createGraph(shape: Shape, n: number): Graph {
  const below = randomNumbers(n);
  const starts = new Int32Array(n + 1);
  const list: number[] = [];
  const isRequired = new Uint8Array(n);
  for (let task = 0; task < n; task++) {
    for (const prerequisite of REQUIRES[shape](task, n, below)) {
      list.push(prerequisite);
      isRequired[prerequisite] = 1;
    }
    starts[task + 1] = list.length;
  }
  const ends: number[] = [];
  for (let task = 0; task < n; task++) if (isRequired[task] === 0) ends.push(task);
  return { n, prerequisites: { starts, list: Int32Array.from(list) }, ends };
}

/** The edges the other way round: who requires a task. */
export function dependentsOf({ n, prerequisites: { starts, list } }: Graph): Edges {
  const counts = new Int32Array(n + 1);
  for (const prerequisite of list) counts[prerequisite + 1]! += 1;
  for (let task = 0; task < n; task++) counts[task + 1]! += counts[task]!;
  const next = counts.slice();
  const dependents = new Int32Array(list.length);
  for (let task = 0; task < n; task++) {
    for (let k = starts[task]!; k < starts[task + 1]!; k++) dependents[next[list[k]!]!++] = task;
  }
  return { starts: counts, list: dependents };
}

/** mulberry32: whole numbers below a limit, from a seed. */
function randomNumbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}
