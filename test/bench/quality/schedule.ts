// When each task of a graph began and ended, and whether that is a schedule.

import type { FastClock } from "./clock.ts";
import type { Graph } from "./graphs.ts";

export class Schedule {
  readonly begins: number[] = [];
  readonly ends: number[] = [];

  /** The function of a task: waits on the clock and takes notes. */
  async work(task: number, graph: Graph, clock: FastClock): Promise<void> {
    if (this.begins[task] !== undefined) throw new Error(`task ${task} has begun twice`);
    this.begins[task] = clock.now();
    await clock.sleep(graph.durations[task]!);
    this.ends[task] = clock.now();
  }

  get makespan(): number {
    return Math.max(...this.ends);
  }

  /** Throws unless every task ran once, after its prerequisites, within the slots and the resource. */
  check(graph: Graph): this {
    const { prerequisites, slots, amount } = graph;
    prerequisites.forEach((list, task) => {
      const [begin, end] = [this.begins[task], this.ends[task]];
      if (begin === undefined || end === undefined) throw new Error(`task ${task} has not run`);
      if (list.some((prerequisite) => this.ends[prerequisite]! > begin)) throw new Error(`task ${task} began early`);
    });
    for (const { at, running, used } of this.#steps(graph)) {
      if (running > slots || used > amount) throw new Error(`more was taken at ${at} than there is`);
    }
    return this;
  }

  /** Throws if, in a graph without a resource, a task waited while a slot was free. */
  checkBusy(graph: Graph): this {
    const steps = this.#steps(graph);
    const idle = steps.flatMap(({ at, running }, i) =>
      running < graph.slots ? [{ from: at, to: steps[i + 1]?.at ?? Infinity }] : [],
    );
    graph.prerequisites.forEach((list, task) => {
      const ready = Math.max(0, ...list.map((prerequisite) => this.ends[prerequisite]!));
      const free = idle.find(({ from, to }) => from < this.begins[task]! && to > ready);
      if (free !== undefined) throw new Error(`task ${task} waited at ${free.from} while a slot was free`);
    });
    return this;
  }

  // What is taken from each time on at which a task began or ended.
  #steps({ uses }: Graph): { at: number; running: number; used: number }[] {
    const events = uses.flatMap((amount, task) => [
      { at: this.begins[task]!, running: 1, used: amount },
      { at: this.ends[task]!, running: -1, used: -amount },
    ]);
    const steps: { at: number; running: number; used: number }[] = [{ at: 0, running: 0, used: 0 }];
    for (const event of events.toSorted((a, b) => a.at - b.at)) {
      const last = steps.at(-1)!;
      const step = { at: event.at, running: last.running + event.running, used: last.used + event.used };
      if (event.at === last.at) steps[steps.length - 1] = step;
      else steps.push(step);
    }
    return steps;
  }
}
