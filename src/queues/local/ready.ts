// The jobs that could start, by priority and then by age. There are few priorities, so each has a list of its own.

import type { LocalJob } from "./job.ts";

interface Lane {
  readonly priority: number;
  /** Jobs that were here before and come first. */
  readonly back: LocalJob[];
  readonly jobs: (LocalJob | undefined)[];
  /** Where the first of `jobs` is. */
  head: number;
}

/** Jobs in the order in which they are to start. One that has left the state `queued` is passed over. */
export class ReadyJobs {
  /** The greatest priority first. */
  readonly #lanes: Lane[] = [];
  #size = 0;

  /** How many there are, at most. */
  get size(): number {
    return this.#size;
  }

  push(job: LocalJob): void {
    this.#size++;
    this.#lane(job.request.priority ?? 0).jobs.push(job);
  }

  /** Puts a job in front of those of its priority. */
  pushBack(job: LocalJob): void {
    this.#size++;
    this.#lane(job.request.priority ?? 0).back.push(job);
  }

  /** The job that comes first. */
  peek(): LocalJob | undefined {
    for (const lane of this.#lanes) {
      const { back, jobs } = lane;
      while (back.length > 0) {
        const job = back.at(-1) as LocalJob;
        if (job.state === "queued") return job;
        back.pop();
        this.#size--;
      }
      while (lane.head < jobs.length) {
        const job = jobs[lane.head] as LocalJob;
        if (job.state === "queued") return job;
        shift(lane);
        this.#size--;
      }
    }
    return undefined;
  }

  /** Takes off the job that `peek()` has returned. */
  pop(job: LocalJob): void {
    const lane = this.#lane(job.request.priority ?? 0);
    this.#size--;
    if (lane.back.at(-1) === job) lane.back.pop();
    else shift(lane);
  }

  #lane(priority: number): Lane {
    const lanes = this.#lanes;
    let index = 0;
    while (index < lanes.length && (lanes[index] as Lane).priority > priority) index++;
    const found = lanes[index];
    if (found?.priority === priority) return found;
    // Lanes that have run empty make room, so that priorities made of times do not pile up.
    if (lanes.length > 64) {
      for (let i = lanes.length - 1; i >= 0; i--) {
        if (isEmpty(lanes[i] as Lane)) lanes.splice(i, 1);
      }
      index = lanes.findIndex((lane) => lane.priority < priority);
      if (index < 0) index = lanes.length;
    }
    const lane: Lane = { priority, back: [], jobs: [], head: 0 };
    lanes.splice(index, 0, lane);
    return lane;
  }
}

function isEmpty({ back, jobs, head }: Lane): boolean {
  return back.length === 0 && head === jobs.length;
}

function shift(lane: Lane): void {
  lane.jobs[lane.head++] = undefined;
  if (lane.head < lane.jobs.length && lane.head < 1024) return;
  if (lane.head * 2 < lane.jobs.length) return;
  lane.jobs.splice(0, lane.head);
  lane.head = 0;
}
