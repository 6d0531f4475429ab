// Progress on a terminal: a region that is drawn again and again, with what is to stay written above it.

import type { Transition } from "../../core/events.ts";
import type { Task } from "../../core/task.ts";
import type { Display, Show } from "./display.ts";
import { frame } from "./frame.ts";
import { logLines, newsLines } from "./news.ts";
import { Rate } from "./rate.ts";
import { summaryLines, type Outcome } from "./summary.ts";
import { Terminal, type Section } from "./terminal.ts";

/** How many failures are written in full between two pictures; the screen could not hold more. */
const MOST_NEWS = 50;

/** Shows a run on a terminal. */
export class LiveDisplay implements Display, Section {
  readonly #show: Show;
  readonly #terminal: Terminal;
  readonly #rate = new Rate();
  readonly #steady = { names: 0 };
  #news: Transition[] = [];
  #untold = 0;

  constructor(show: Show) {
    this.#show = show;
    this.#terminal = Terminal.of(show.settings.stream);
    this.#terminal.join(this);
  }

  hear(transition: Transition): void {
    const isNews = transition.event === "retry" || transition.to === "FAILED";
    if (!isNews || transition.from !== "RUNNING") return;
    if (this.#news.length < MOST_NEWS) this.#news.push(transition);
    else this.#untold++;
  }

  log(line: string, task: Task): void {
    if (this.#show.settings.logs) this.#terminal.print(logLines(line, task, this.#show.colors).join("\n"));
  }

  progress(): void {}

  tick(): void {
    this.#show.tally.count();
    this.#tellNews();
    this.#terminal.draw();
  }

  lines(columns: number, rows: number): string[] {
    const { tally, colors, outlook, settings, startedAt } = this.#show;
    const [now, since] = [settings.clock.now(), startedAt()];
    if (since === undefined || tally.total === 0) return [];
    const rate = this.#rate.at(now, tally.ended);
    return frame(
      { tally, colors, now, elapsed: now - since, left: outlook.left(now), rate, steady: this.#steady },
      columns,
      rows,
    );
  }

  end(outcome: Outcome): void {
    this.#tellNews();
    this.#terminal.leave(this, summaryLines(outcome, this.#show.colors).join("\n"));
  }

  #tellNews(): void {
    if (this.#news.length === 0) return;
    const lines = this.#news.flatMap((transition) => newsLines(transition, this.#show.colors));
    if (this.#untold > 0) lines.push(this.#show.colors.red(`… and ${this.#untold} more failures and retries`));
    this.#news = [];
    this.#untold = 0;
    this.#terminal.print(lines.join("\n"));
  }
}
