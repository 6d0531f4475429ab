// `progress`: what people see while a run goes on. It listens to the run, counts, and has one of the displays write from time to
// time; a transition costs a few additions, whatever is shown.

/// <reference lib="esnext.disposable" preserve="true" />

import picocolors from "picocolors";
import { onExit } from "signal-exit";
import { argumentError } from "../core/check.ts";
import type { Progress, Transition } from "../core/events.ts";
import { Run } from "../core/run.ts";
import { TaskQueue } from "../core/task-queue.ts";
import type { Task } from "../core/task.ts";
import { LONGEST_TIMER } from "../core/timer.ts";
import { Capture } from "./progress/capture.ts";
import type { Display, Show } from "./progress/display.ts";
import { JsonDisplay } from "./progress/json.ts";
import { LinesDisplay } from "./progress/lines.ts";
import { LiveDisplay } from "./progress/live.ts";
import { progressSettings, type ProgressOptions, type ProgressSettings } from "./progress/options.ts";
import { Outlook } from "./progress/outlook.ts";
import { whenWritten } from "./progress/output.ts";
import { outcomeOf } from "./progress/summary.ts";
import { Tally } from "./progress/tally.ts";

/** A progress display that is on. It ends with the run; that of a TaskQueue with `stop()` or the process. */
export interface ProgressDisplay extends Disposable {
  /** Ends it now, with the summary of what has been done; once. The run goes on. */
  stop(): void;
}

/**
 * Shows on the terminal what a run does: the running tasks with their progress, how many are done, failed and waiting, the time that
 * is left, failures as they happen, and a summary at the end. Where there is no terminal it writes a line for each task that ends.
 *
 * It starts nothing: iterate the run as ever. What tasks print appears above it, in order. The process may end at any time, also by
 * Ctrl-C: the terminal is left as it was.
 *
 * @example
 * ```ts
 * import { make, task } from "thence";
 * import { progress } from "thence/report";
 *
 * const sources = task("sources", () => ["a.ts", "b.ts"]);
 * const bundle = task("bundle", { require: sources, run: (files) => files.length });
 * const run = make(bundle);
 * progress(run, { mode: "lines", stream: process.stdout });
 * for await (const done of run) console.log(done.result);
 * ```
 *
 * @throws TypeError or RangeError for what is no run or TaskQueue, and for wrong options.
 */
export function progress<T extends Task>(run: Run<T> | TaskQueue, options: ProgressOptions = {}): ProgressDisplay {
  if (!(run instanceof Run) && !(run instanceof TaskQueue)) {
    throw argumentError(TypeError, "progress", "a run or a TaskQueue", run);
  }
  return new Observer(run as Run | TaskQueue, progressSettings(options));
}

/** Listens to a run on behalf of its display. */
class Observer implements ProgressDisplay {
  readonly #source: Run | TaskQueue;
  readonly #settings: ProgressSettings;
  readonly #tally: Tally;
  readonly #display: Display;
  readonly #capture: Capture | undefined;
  readonly #attachedAt: number;
  readonly #forgetExit: () => void;
  #timer: unknown;
  #isOver = false;
  readonly #onEnded = (): void => this.#end(undefined);

  constructor(source: Run | TaskQueue, settings: ProgressSettings) {
    this.#source = source;
    this.#settings = settings;
    this.#attachedAt = settings.clock.now();
    this.#tally = new Tally(source);
    this.#display = displayFor({
      tally: this.#tally,
      outlook: new Outlook(source, this.#tally, settings.durations),
      settings,
      colors: picocolors.createColors(settings.color),
      startedAt: () => this.#startedAt(),
    });
    this.#capture = settings.captureConsole ? new Capture(this.#tally.running) : undefined;
    source.on("transition", this.#hear).on("log", this.#log).on("progress", this.#advance);
    if (source instanceof Run) source._emitter().on("ended", this.#onEnded);
    settings.stream.on("error", ignore);
    this.#forgetExit = onExit((_code, signal) =>
      this.#end(`the process ended${signal === null ? "" : ` by ${signal}`}`),
    );
    if (source instanceof Run && source.endedAt !== undefined) this.#end(undefined);
    else this.#wait();
  }

  stop(): void {
    this.#end("the run goes on");
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  readonly #hear = (transition: Transition): void => {
    if (transition.from === "RUNNING" && this.#capture?.isHolding) this.#capture.end(transition.task);
    this.#tally.hear(transition);
    this.#display.hear(transition);
  };

  readonly #log = (line: string, task: Task): void => {
    this.#tally.lastLog = { task, line };
    this.#display.log(line, task);
  };

  readonly #advance = (news: Progress, task: Task): void => {
    if (this.#tally.running.has(task)) this.#tally.progress.set(task, news);
    this.#display.progress(news, task);
  };

  #startedAt(): number | undefined {
    return this.#source instanceof Run ? this.#source.startedAt : this.#attachedAt;
  }

  // A timer of the display alone must not keep the process alive.
  #wait(): void {
    const { clock, interval } = this.#settings;
    this.#timer = clock.setTimeout(
      () => {
        if (this.#startedAt() !== undefined) safely(() => this.#display.tick());
        if (!this.#isOver) this.#wait();
      },
      Math.min(interval, LONGEST_TIMER),
    );
    (this.#timer as Partial<NodeJS.Timeout> | undefined)?.unref?.();
  }

  #end(stopped: string | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#settings.clock.clearTimeout(this.#timer);
    this.#capture?.stop();
    const source = this.#source;
    source.off("transition", this.#hear).off("log", this.#log).off("progress", this.#advance);
    safely(() => this.#sumUp(stopped));
    this.#forgetExit();
    const { stream } = this.#settings;
    whenWritten(stream, () => stream.off("error", ignore));
    if (source instanceof Run) source._emitter().off("ended", this.#onEnded);
  }

  #sumUp(stopped: string | undefined): void {
    const source = this.#source;
    const now = this.#settings.clock.now();
    const endedAt = source instanceof Run ? source.endedAt : undefined;
    const refused = source instanceof Run ? source._refusal : undefined;
    const how = { stopped: endedAt === undefined ? stopped : undefined, refused };
    const tasks = refused === undefined ? source.tasks : [];
    this.#tally.recount();
    this.#display.end(outcomeOf(tasks, this.#startedAt() ?? now, endedAt ?? now, how));
  }
}

// Outside of listeners nobody else sees to it that a display disturbs neither the run nor the process.
function safely(action: () => void): void {
  try {
    action();
  } catch (error) {
    console.error("progress: what a run does could not be shown", error);
  }
}

// Whoever read the progress may have gone (`| head`), which is no reason for the run to end.
function ignore(): void {}

function displayFor(show: Show): Display {
  const { mode } = show.settings;
  if (mode === "json") return new JsonDisplay(show);
  return mode === "lines" ? new LinesDisplay(show) : new LiveDisplay(show);
}
