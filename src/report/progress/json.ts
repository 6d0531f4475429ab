// Progress for programs: one JSON object a line for each transition, log line and report of progress, and a summary at the end.

import { causesOf } from "../../core/causes.ts";
import type { Progress, Transition } from "../../core/events.ts";
import type { Task } from "../../core/task.ts";
import type { Display, Show } from "./display.ts";
import { writeOut } from "./output.ts";
import type { Outcome } from "./summary.ts";
import { messageOf, MOST_CAUSES, tookOf } from "./words.ts";

/** So many characters are written at once at the most. */
const BLOCK = 65_536;

/** Writes JSON lines. */
export class JsonDisplay implements Display {
  readonly #show: Show;
  #text = "";

  constructor(show: Show) {
    this.#show = show;
  }

  hear({ task, from, event, to, at, attempt, detail }: Transition): void {
    this.#add({
      type: "transition",
      ...subject(task, at),
      event,
      from,
      to,
      attempt,
      ...(from === "RUNNING" && { ms: round(tookOf(task) ?? at - (task.startedAt ?? at)) }),
      ...(detail.because !== undefined && { because: detail.because }),
      ...("error" in detail && { error: errorOf(detail.error) }),
    });
  }

  log(line: string, task: Task): void {
    this.#add({ type: "log", ...subject(task, this.#show.settings.clock.now()), line });
  }

  progress({ value, total, message }: Progress, task: Task): void {
    this.#add({ type: "progress", ...subject(task, this.#show.settings.clock.now()), value, total, message });
  }

  tick(): void {
    if (this.#text === "") return;
    writeOut(this.#show.settings.stream, this.#text);
    this.#text = "";
  }

  end(outcome: Outcome): void {
    const { total, done, failed, blocked, cancelled, unfinished, wallMs, path, stopped, refused } = outcome;
    this.#add({
      type: "summary",
      at: new Date(this.#show.settings.clock.now()).toISOString(),
      total,
      done,
      failed: failed.length,
      blocked: blocked.length,
      cancelled,
      unfinished,
      ms: round(wallMs),
      stopped,
      longestPath: path.map(({ task, ms }) => ({ task: task.name, id: task.id, ms: round(ms) })),
      failures: failed.map((task) => ({ task: task.name, id: task.id, error: errorOf(task.error) })),
      ...(refused !== undefined && { error: errorOf(refused) }),
    });
    this.tick();
  }

  #add(line: object): void {
    this.#text += `${JSON.stringify(line)}\n`;
    if (this.#text.length > BLOCK) this.tick();
  }
}

function subject(task: Task, at: number): object {
  return { at: new Date(at).toISOString(), task: task.name, id: task.id };
}

function errorOf(error: unknown): object {
  const causes = causesOf(error, MOST_CAUSES).map(messageOf);
  const code = codeOf(error);
  return { message: messageOf(error), ...(code !== undefined && { code }), ...(causes.length > 0 && { causes }) };
}

function codeOf(error: unknown): string | undefined {
  try {
    const { code } = error as { code?: unknown };
    return typeof code === "string" ? code : undefined;
  } catch {
    return undefined;
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
