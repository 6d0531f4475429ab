// Keeps one of everything that a run is made of. V8 holds the hidden classes of objects weakly: once the last task or run of a program
// has been collected it throws away the code that was compiled for them, and after a few times it compiles for no class in particular. A
// program that makes one graph after the other then takes twice as long for each.

import { Attempt } from "./attempt.ts";
import { uncounted } from "./facts.ts";
import { Roster } from "./roster.ts";
import { Run } from "./run.ts";
import { Scheduler } from "./scheduler.ts";
import { settingsOf } from "./settings.ts";
import { Task } from "./task.ts";
import { atOnce } from "./turns.ts";
import { Walk } from "./walk.ts";

const kept: unknown[] = [];

/** Makes what is kept, none of which ever runs. */
export function keepOneOfEach(): void {
  const settings = settingsOf("keep", {}, []);
  const task = uncounted(() => new Task("kept", () => {}));
  const run = new Run([task], settings);
  const scheduler = new Scheduler(settings, run, true);
  atOnce(scheduler.members.enroll([task], false));
  kept.push(
    run,
    new Attempt(task, scheduler, undefined),
    new Walk([task], new Roster(), { flags: 0, rootFlags: 0, retry: false }),
  );
}
