// What has changed about the tasks of a run. Nobody listens to transitions for it: while a page is open the tasks are compared
// ten times a second with what was seen before. So a transition costs nothing, however many there are in a second, and what no
// event of the run tells (a task that is retried after it) is found as well.

import { STATES, type State } from "../../core/machine.ts";
import { Run } from "../../core/run.ts";
import type { Task } from "../../core/task.ts";
import { Logs } from "./logs.ts";
import { Roll, type Source } from "./roll.ts";
import type { Status } from "./wire.ts";
import { failureOf } from "./words.ts";

/** Milliseconds between two looks, and how many times as long as all that a look entails took: of large runs less is told. */
const TICK = 100;
const REST = 20;
const CODES: ReadonlyMap<State, number> = new Map(STATES.map((state, code) => [state, code]));

/** A run or queue as pages see it. Versions are numbers that grow by one with each look that found something. */
export class Watch {
  readonly roll: Roll;
  readonly logs: Logs;
  version = 1;
  /** For each task the version at which it last changed. */
  readonly changed: number[] = [];
  /** For each task the version at which it got its edges. */
  readonly described: number[] = [];
  /** The version at which tasks or edges were last added. */
  shape = 1;
  /** How it stands, and since which version. */
  status: Status = { startedAt: undefined, endedAt: undefined, counts: {}, shape: 1, problem: undefined };
  statusAt = 1;
  readonly #seen: number[] = [];
  readonly #edges: number[] = [];
  #epoch = "";
  /** Tasks that have said something since the last look. */
  readonly #news = new Set<Task>();
  #timer: NodeJS.Timeout | undefined;
  readonly #pages = new Set<() => void>();
  #spent = 0;

  constructor(source: Source) {
    this.roll = new Roll(source);
    this.logs = new Logs((task) => {
      if (this.#pages.size > 0) this.#news.add(task);
    });
    this.logs.listenTo(source);
  }

  /** Watches another run of the same tasks too. */
  follow(run: Run): void {
    this.roll.follow(run);
    this.logs.listenTo(run);
  }

  /** Looks up to ten times a second, and calls back at each change, until all have called the function that they get. */
  open(onChange: () => void): () => void {
    this.look();
    this.#pages.add(onChange);
    this.#timer ??= this.#later();
    return () => {
      this.#pages.delete(onChange);
      if (this.#pages.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#news.clear();
    };
  }

  /** Does something for a page, and counts the time that it takes against the next look. */
  spend<T>(work: () => T): T {
    const start = performance.now();
    const result = work();
    this.#spent += performance.now() - start;
    return result;
  }

  #later(): NodeJS.Timeout {
    const wait = Math.max(TICK, REST * this.#spent);
    this.#spent = 0;
    const look = (): void => {
      this.spend(() => this.look());
      this.#timer = this.#later();
    };
    return setTimeout(look, wait).unref();
  }

  /** Listens to nothing more. */
  close(): void {
    clearTimeout(this.#timer);
    this.logs.close();
  }

  /** Compares all tasks with what was seen last. */
  look(): void {
    const next = this.version + 1;
    this.roll.update();
    if (this.#epoch !== this.roll.epoch) this.#begin();
    const tally = new Int32Array(STATES.length);
    let found = false;
    for (const [index, task] of this.roll.tasks.entries()) {
      const code = CODES.get(task.state) as number;
      tally[code] = (tally[code] as number) + 1;
      const seen = task.attempts * STATES.length + code;
      const edges = task.prerequisites.length;
      if (this.#edges[index] !== edges) {
        this.#edges[index] = edges;
        this.described[index] = this.shape = next;
      } else if (this.#seen[index] === seen && !this.#news.has(task)) continue;
      this.#seen[index] = seen;
      this.changed[index] = next;
      found = true;
    }
    this.#news.clear();
    for (const task of this.roll.rest) tally[CODES.get(task.state) as number]!++;
    if (this.#updateStatus(tally, next) || found) this.#tell(next);
  }

  #begin(): void {
    this.#epoch = this.roll.epoch;
    for (const list of [this.changed, this.described, this.#seen, this.#edges]) list.length = 0;
  }

  #tell(version: number): void {
    this.version = version;
    for (const onChange of this.#pages) onChange();
  }

  #updateStatus(tally: Int32Array, version: number): boolean {
    const counts: Partial<Record<State, number>> = {};
    for (const [code, state] of STATES.entries()) if (tally[code] !== 0) counts[state] = tally[code] as number;
    const status: Status = { ...this.#times(), counts, shape: this.shape, problem: this.#problem() };
    if (JSON.stringify(status) === JSON.stringify(this.status)) return false;
    this.status = status;
    this.statusAt = version;
    return true;
  }

  // Why the run, or the last one that was started from the page, could not begin.
  #problem(): string | undefined {
    const last = this.roll.sources.at(-1);
    const refusal = last instanceof Run ? last._refusal : undefined;
    return refusal === undefined ? undefined : failureOf(refusal).message;
  }

  // A run that was made again from the page is over when that is. A queue knows no times of its own.
  #times(): Pick<Status, "startedAt" | "endedAt"> {
    const { source, sources } = this.roll;
    if (!(source instanceof Run)) return { startedAt: undefined, endedAt: undefined };
    const end = Math.max(...(sources as readonly Run[]).map(({ endedAt }) => endedAt ?? Infinity));
    return { startedAt: source.startedAt, endedAt: end === Infinity ? undefined : end };
  }
}
