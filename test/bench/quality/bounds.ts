// What no schedule can beat. The plain bound is the one of the targets; the close one also sees that slots idle before joins and
// after forks, and tells how much of the distance to the plain bound is the graph's own.

import type { Graph } from "./graphs.ts";

/** Dependents of each task. */
export function dependentsOf({ prerequisites }: Graph): number[][] {
  const dependents = prerequisites.map((): number[] => []);
  prerequisites.forEach((list, task) => list.forEach((prerequisite) => dependents[prerequisite]!.push(task)));
  return dependents;
}

/** For each task the longest path from its beginning to the end of the graph, in milliseconds. */
function ranksOf(graph: Graph): number[] {
  const ranks = graph.durations.slice();
  for (let task = ranks.length - 1; task >= 0; task--) {
    for (const prerequisite of graph.prerequisites[task]!) {
      ranks[prerequisite] = Math.max(ranks[prerequisite]!, graph.durations[prerequisite]! + ranks[task]!);
    }
  }
  return ranks;
}

/** The greatest of the longest path, work / slots, and use of the resource / its amount. */
export function plainBound(graph: Graph): number {
  return Math.max(...ranksOf(graph), ...loadsOf(graph).map(sum));
}

// What each task takes of the slots and of the resource, so that 1 in a millisecond is all there is.
function loadsOf({ durations, slots, amount, uses }: Graph): number[][] {
  const ofSlots = durations.map((ms) => ms / slots);
  return amount === 0 ? [ofSlots] : [ofSlots, durations.map((ms, task) => (ms * uses[task]!) / amount)];
}

/**
 * The greatest of `start + load + rest` over all sets of tasks that cannot begin before `start` and have at least `rest` behind them;
 * the earliest beginning of a task is in turn bounded by the tasks that it waits for, and likewise backwards.
 */
export function closeBound(graph: Graph): number {
  const loads = loadsOf(graph);
  const heads = headsOf(graph.prerequisites, graph.durations, loads);
  const dependents = dependentsOf(graph);
  const last = dependents.length - 1;
  const mirror = dependents.map((_, task) => dependents[last - task]!.map((dependent) => last - dependent));
  const tails = headsOf(
    mirror,
    graph.durations.toReversed(),
    loads.map((load) => load.toReversed()),
  ).toReversed();

  let bound = Math.max(...graph.durations.map((ms, task) => heads[task]! + ms + tails[task]!));
  const byTail = heads.map((_, task) => task).toSorted((a, b) => tails[b]! - tails[a]!);
  for (const load of loads) {
    for (const head of new Set(heads)) {
      let total = 0;
      for (const task of byTail) {
        if (heads[task]! < head) continue;
        total += load[task]!;
        bound = Math.max(bound, head + total + tails[task]!);
      }
    }
  }
  return bound;
}

/** The earliest beginnings: after each prerequisite, and after the load of those that it waits for and that begin late. */
function headsOf(prerequisites: Graph["prerequisites"], durations: readonly number[], loads: number[][]): number[] {
  const heads: number[] = [];
  const behind: Uint8Array[] = [];
  const latestFirst: number[] = [];
  for (let task = 0; task < durations.length; task++) {
    const waitsFor = new Uint8Array(durations.length);
    let head = 0;
    for (const prerequisite of prerequisites[task]!) {
      head = Math.max(head, heads[prerequisite]! + durations[prerequisite]!);
      const further = behind[prerequisite]!;
      for (let other = 0; other < prerequisite; other++) waitsFor[other]! |= further[other]!;
      waitsFor[prerequisite] = 1;
    }
    for (const load of loads) {
      let total = 0;
      for (const other of latestFirst) {
        if (waitsFor[other] === 0) continue;
        total += load[other]!;
        head = Math.max(head, heads[other]! + total);
      }
    }
    heads.push(head);
    behind.push(waitsFor);
    const place = latestFirst.findIndex((other) => heads[other]! <= head);
    latestFirst.splice(place === -1 ? latestFirst.length : place, 0, task);
  }
  return heads;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
