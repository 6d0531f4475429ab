// What every kind of display can do. Who observes the run counts first and then tells the display, which writes when it likes.

import type { Progress, Transition } from "../../core/events.ts";
import type { Task } from "../../core/task.ts";
import type { ProgressSettings } from "./options.ts";
import type { Outlook } from "./outlook.ts";
import type { Outcome } from "./summary.ts";
import type { Tally } from "./tally.ts";
import type { Colors } from "./words.ts";

/** What a display is made from. */
export interface Show {
  readonly tally: Tally;
  readonly outlook: Outlook;
  readonly settings: ProgressSettings;
  readonly colors: Colors;
  /** When the run began; `undefined` before. */
  readonly startedAt: () => number | undefined;
}

/** One way to show a run. */
export interface Display {
  hear(transition: Transition): void;
  log(line: string, task: Task): void;
  progress(progress: Progress, task: Task): void;
  /** Called every `interval` milliseconds. */
  tick(): void;
  end(outcome: Outcome): void;
}
