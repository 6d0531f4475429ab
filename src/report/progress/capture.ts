// What the functions of tasks write to stdout or stderr, told as their task's log. Which task writes is known from the asynchronous
// context, so that tasks that run at the same time are told apart.

import { tell } from "../../core/events.ts";
import { platform } from "../../core/platform.ts";
import type { Task } from "../../core/task.ts";
import { Lines, tapOutput, type OutputStream } from "./output.ts";

/** Takes what running tasks write for their log. */
export class Capture {
  readonly #running: ReadonlySet<Task>;
  /** What each task has begun to write, on either stream. */
  readonly #begun = new Map<Task, Map<OutputStream, Lines>>();
  readonly #untap: () => void;
  #isTelling = false;

  constructor(running: ReadonlySet<Task>) {
    this.#running = running;
    this.#untap = tapOutput((stream) => this.#take(stream));
  }

  /** Tells what a task has written after its last line end. */
  end(task: Task): void {
    const begun = this.#begun.get(task);
    this.#begun.delete(task);
    for (const lines of begun?.values() ?? []) {
      const rest = lines.takeRest();
      if (rest !== "") this.#tell(task, rest);
    }
  }

  /** Whether any task may have something left that `end` would tell. */
  get isHolding(): boolean {
    return this.#begun.size > 0;
  }

  stop(): void {
    this.#untap();
    for (const task of this.#begun.keys()) this.end(task);
  }

  // A listener that writes down what it is told must not hear of that again.
  #take(stream: OutputStream): ((text: string) => void) | undefined {
    const task = platform.current();
    if (task === undefined || this.#isTelling || !this.#running.has(task)) return undefined;
    return (text) => {
      let begun = this.#begun.get(task);
      if (begun === undefined) this.#begun.set(task, (begun = new Map<OutputStream, Lines>()));
      let lines = begun.get(stream);
      if (lines === undefined) begun.set(stream, (lines = new Lines()));
      for (const line of lines.push(text)) this.#tell(task, line);
    };
  }

  #tell(task: Task, line: string): void {
    this.#isTelling = true;
    try {
      tell(task, "log", line.endsWith("\r") ? line.slice(0, -1) : line);
    } finally {
      this.#isTelling = false;
    }
  }
}
