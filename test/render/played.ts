// Runs played on a virtual clock, so that what is drawn of them is known to the millisecond.

import { make, task, type MakeOptions, type Run, type Task, type TaskPolicy } from "thence";
import { virtualClock, type VirtualClock } from "thence/testing";

/** The time at which a played run begins. */
export const START = Date.UTC(2026, 0, 1);

type Options = TaskPolicy & { after?: Task[] };

/** A clock, and tasks that take so many milliseconds of it. */
export class Play {
  readonly clock: VirtualClock = virtualClock(START);

  /** A task that takes `ms`; with `fails`, its first attempts end with an error. */
  task(name: string, ms: number, { after = [], fails = 0, ...options }: Options & { fails?: number } = {}): Task {
    return task(name, {
      ...options,
      require: after,
      run: async (_, { attempt }) => {
        await this.wait(ms);
        if (attempt <= fails) throw new Error(`${name} failed ${attempt}`);
      },
    });
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.clock.setTimeout(resolve, ms));
  }

  /** Makes tasks for `ms`, or to the end. */
  async run(tasks: Task | Task[], options: MakeOptions = {}, ms: number = 100_000): Promise<Run> {
    const run = make(tasks, { clock: this.clock, ...options });
    const made = collect(run);
    await this.clock.advance(ms);
    if (run.endedAt !== undefined) await made;
    return run;
  }
}

async function collect(run: Run): Promise<void> {
  for await (const _ of run);
}
