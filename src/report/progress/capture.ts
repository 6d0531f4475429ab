// What the functions of tasks write to stdout or stderr, told as their task's log. Which task writes is known from the asynchronous
// context, so that tasks that run at the same time are told apart.

import { tell } from "../../core/events.ts";
import { platform } from "../../core/platform.ts";
import type { Task } from "../../core/task.ts";
import { Lines, tapOutput } from "./output.ts";

/** Takes what running tasks write for their log. */
export class Capture {
  readonly #running: ReadonlySet<Task>;
  readonly #begun = new Map<Task, Lines>();
  readonly #untap: () => void;
  #isTelling = false;

  constructor(running: ReadonlySet<Task>) {
    this.#running = running;
    this.#untap = tapOutput(() => this.#take());
  }

  /** Tells what a task has written after its last line end. */
  end(task: Task): void {
    const rest = this.#begun.get(task)?.takeRest() ?? "";
    this.#begun.delete(task);
    if (rest !== "") this.#tell(task, rest);
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
  #take(): ((text: string) => void) | undefined {
    const task = platform.current();
    if (task === undefined || this.#isTelling || !this.#running.has(task)) return undefined;
    return (text) => {
      let lines = this.#begun.get(task);
      if (lines === undefined) this.#begun.set(task, (lines = new Lines()));
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
