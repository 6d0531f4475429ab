// Progress where nothing can be drawn over: a file, a pipe, a build server. One line for each task that ends, in order with what the
// program itself writes, and a sign of life when none ends for long.

import type { Transition } from "../../core/events.ts";
import type { Task } from "../../core/task.ts";
import type { Display, Show } from "./display.ts";
import { fraction, percent } from "./frame.ts";
import { logLines, newsLines } from "./news.ts";
import { writeOut } from "./output.ts";
import { summaryLines, type Outcome } from "./summary.ts";
import { nameText } from "./text.ts";
import { duration, wholeSeconds } from "./words.ts";

const MOST_NAMES = 3;

/** Writes a line for each task that ends. */
export class LinesDisplay implements Display {
  readonly #show: Show;
  #news: (Transition | string)[] = [];
  #turn: NodeJS.Immediate | undefined;
  #wroteAt: number;

  constructor(show: Show) {
    this.#show = show;
    this.#wroteAt = show.settings.clock.now();
  }

  hear(transition: Transition): void {
    const { event, from, to } = transition;
    if (to === "RUNNING" || to === "QUEUED" || (to === "PENDING" && (event !== "retry" || from !== "RUNNING"))) return;
    this.#add(transition);
  }

  log(line: string, task: Task): void {
    if (this.#show.settings.logs) this.#add(logLines(line, task, this.#show.colors).join("\n"));
  }

  progress(): void {}

  tick(): void {
    const { settings, startedAt, tally } = this.#show;
    const now = settings.clock.now();
    if (startedAt() === undefined) this.#wroteAt = now;
    if (now - this.#wroteAt < settings.heartbeat) return;
    tally.count();
    this.#write([this.#heartbeat(now)]);
  }

  end(outcome: Outcome): void {
    this.#flush();
    this.#write(summaryLines(outcome, this.#show.colors));
  }

  // In the same turn of the event loop: soon enough to stand beside what the program writes, and a burst costs one write.
  #add(news: Transition | string): void {
    this.#news.push(news);
    this.#turn ??= setImmediate(() => this.#flush()).unref();
  }

  #flush(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    if (this.#news.length === 0) return;
    const { tally, colors } = this.#show;
    tally.count();
    const news = this.#news;
    this.#news = [];
    const width = String(tally.total).length;
    let ended = tally.ended - news.filter((item) => typeof item === "object" && item.event !== "retry").length;
    const lines = news.flatMap((item) => {
      if (typeof item === "string") return [item];
      if (item.event !== "retry") ended++;
      const place = `[${String(Math.max(0, ended)).padStart(width)}/${tally.total}]`;
      const [first = "", ...more] = newsLines(item, colors);
      return [`${colors.dim(place)} ${first}`].concat(more);
    });
    this.#write(lines);
  }

  #write(lines: readonly string[]): void {
    this.#wroteAt = this.#show.settings.clock.now();
    writeOut(this.#show.settings.stream, `${lines.join("\n")}\n`);
  }

  #heartbeat(now: number): string {
    const { tally, outlook, colors } = this.#show;
    const { running, ended, total } = tally;
    const names = [...running.values().take(MOST_NAMES)].map((task) => {
      const progress = tally.progress.get(task);
      const part = progress === undefined ? "" : `, ${percent(fraction(progress.value, progress.total))}`;
      return `${nameText(task.name)} (${duration(now - (task.startedAt ?? now))}${part})`;
    });
    if (running.size > names.length) names.push(`${running.size - names.length} more`);
    const left = outlook.left(now);
    const told = [`${ended} of ${total} ended`, running.size === 0 ? "none running" : `running: ${names.join(", ")}`];
    if (left !== undefined) told.push(`about ${wholeSeconds(Math.max(1000, left + 500))} left`);
    return colors.dim(`… ${told.join("; ")}`);
  }
}
