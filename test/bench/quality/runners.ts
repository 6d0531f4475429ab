// The schedulers that are compared, all on a virtual clock: thence, p-graph, and first come, first served.

import { PGraph } from "p-graph";
import { durations, make, task, type Durations, type Task, type Transition } from "thence";
import { dependentsOf } from "./bounds.ts";
import { FastClock } from "./clock.ts";
import type { Graph } from "./graphs.ts";
import { Schedule } from "./schedule.ts";

export interface Knowledge {
  /** Whether tasks carry their durations as `estimate`. */
  readonly estimates?: boolean;
  readonly durations?: Durations;
}

/** Runs a graph with thence; `learned` is what `durations()` makes of its transitions. */
export async function runThence(
  graph: Graph,
  { estimates = false, durations: known }: Knowledge = {},
): Promise<{ schedule: Schedule; learned: Durations }> {
  const clock = new FastClock();
  const schedule = new Schedule();
  const tasks: Task<unknown>[] = [];
  graph.durations.forEach((ms, i) => {
    const uses = graph.uses[i]!;
    tasks.push(
      task(`t${i}`, {
        require: graph.prerequisites[i]!.map((prerequisite) => tasks[prerequisite]!),
        run: () => schedule.work(i, graph, clock),
        ...(uses > 0 && { uses: { resource: uses } }),
        ...(estimates && { estimate: ms }),
      }),
    );
  });
  const run = make(tasks, {
    concurrency: graph.slots,
    resources: { resource: graph.amount },
    clock,
    ...(known && { durations: known }),
  });
  const transitions: Transition[] = [];
  run.on("transition", (transition) => transitions.push(transition));
  await clock.playOut(Array.fromAsync(run));
  return { schedule, learned: durations(transitions) };
}

/** Runs a graph with p-graph, its priorities being the durations. What it lacks, its functions do: they wait for the resource. */
export async function runPGraph(graph: Graph): Promise<Schedule> {
  const clock = new FastClock();
  const schedule = new Schedule();
  const waiting: { uses: number; start: () => void }[] = [];
  let free = graph.amount;
  const take = (uses: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push({ uses, start: resolve });
    give(0);
    return promise;
  };
  const give = (uses: number): void => {
    free += uses;
    for (let first = waiting[0]; first !== undefined && first.uses <= free; first = waiting[0]) {
      free -= first.uses;
      first.start();
      waiting.shift();
    }
  };
  const nodes = graph.durations.map((ms, i) => {
    const uses = graph.uses[i]!;
    const run = async (): Promise<void> => {
      if (uses > 0) await take(uses);
      await schedule.work(i, graph, clock);
      give(uses);
    };
    return [`t${i}`, { priority: ms, run }] as const;
  });
  const edges = graph.prerequisites.flatMap((list, i) => list.map((each): [string, string] => [`t${each}`, `t${i}`]));
  await clock.playOut(new PGraph(new Map(nodes), edges).run({ concurrency: graph.slots }));
  return schedule;
}

/** First come, first served, computed: of the tasks that have become ready, the first that fits begins. */
export function firstComeFirstServed(graph: Graph): Schedule {
  const { begins, ends } = new Schedule();
  const dependents = dependentsOf(graph);
  const unmet = graph.prerequisites.map((list) => list.length);
  const ready = unmet.flatMap((count, task) => (count === 0 ? [task] : []));
  const running: number[] = [];
  let free = graph.amount;
  for (let now = 0; ;) {
    // As in thence, a task that waits for the resource keeps it from those behind it.
    let isReserved = false;
    for (let i = 0; i < ready.length && running.length < graph.slots;) {
      const task = ready[i]!;
      const uses = graph.uses[task]!;
      if (uses > 0 && (isReserved || uses > free)) {
        isReserved = true;
        i++;
        continue;
      }
      free -= uses;
      begins[task] = now;
      ends[task] = now + graph.durations[task]!;
      running.push(...ready.splice(i, 1));
    }
    if (running.length === 0) return Object.assign(new Schedule(), { begins, ends });
    const ended = running.reduce((first, task) => (ends[task]! < ends[first]! ? task : first));
    running.splice(running.indexOf(ended), 1);
    free += graph.uses[ended]!;
    now = ends[ended]!;
    for (const dependent of dependents[ended]!) if (--unmet[dependent]! === 0) ready.push(dependent);
  }
}
