// A job of a queue in this program: what is known of it, who waits for it, and who listens. There may be a hundred thousand, so
// whatever few of them need is made when it is asked for.

import type { Progress } from "../../core/events.ts";
import type { ErrorRecord, JobEvents, JobInfo, JobRequest, JobState } from "../../core/job-queue.ts";
import { fromJSON } from "../../core/json.ts";
import type { Timer } from "../../core/timer.ts";
import { CLOCK } from "../clock.ts";
import type { LocalAttempt } from "./attempt.ts";

interface Listener {
  readonly event: keyof JobEvents;
  readonly call: (...args: unknown[]) => unknown;
  /** It has been told what was there before it. */
  isLive: boolean;
}

/** The queue that holds a job of which one attempt is executed here. */
export interface Lender {
  /** The number of the attempt there, from 1. */
  readonly attempt: number;
  readonly lastError: ErrorRecord | undefined;
  /** Takes what the job submits. */
  submit(request: JobRequest): Promise<string>;
}

/** What most jobs never have. */
interface Rare {
  error?: ErrorRecord | undefined;
  reason?: string | undefined;
  failures?: number;
  /** What the attempt before failed with. */
  lastError?: ErrorRecord | undefined;
  progress?: Progress;
  notBefore?: number;
  /** What it waits for before it is ready. */
  timer?: Timer | undefined;
  lines?: string[];
  listeners?: Listener[] | undefined;
  lender?: Lender;
}

const NOTHING: Readonly<Rare> = Object.freeze({});

/** A job and its state. */
export class LocalJob {
  readonly id: string;
  readonly request: JobRequest;
  /** JSON text, as is `result`. */
  readonly input: string | undefined;
  readonly createdAt: number = CLOCK.now();
  state: JobState = "queued";
  result: string | undefined;
  attempts = 0;
  worker: string | undefined;
  startedAt: number | undefined;
  endedAt: number | undefined;
  attempt: LocalAttempt | undefined;
  /** Called once it has ended, or when its queue is closed before that. */
  waiters: (() => void)[] | undefined;
  #rare: Rare | undefined;

  constructor(id: string, request: JobRequest, input: string | undefined, lender?: Lender) {
    this.id = id;
    this.request = request;
    this.input = input;
    if (lender === undefined) return;
    this.attempts = lender.attempt - 1;
    this.#rare = { lender, lastError: lender.lastError };
  }

  get name(): string {
    return this.request.job;
  }

  /** What it may have to read. */
  get rare(): Readonly<Rare> {
    return this.#rare ?? NOTHING;
  }

  /** The same to write. */
  get own(): Rare {
    return (this.#rare ??= {});
  }

  get hasEnded(): boolean {
    return this.endedAt !== undefined;
  }

  /** It is in the queue, and no pool has it. */
  get isWaiting(): boolean {
    return this.state === "queued" && this.attempt === undefined;
  }

  info(): JobInfo {
    const { id, name, state, attempts, createdAt, request, rare } = this;
    const known = {
      error: rare.error,
      reason: rare.reason,
      progress: rare.progress,
      parent: request.parent,
      worker: this.worker,
      notBefore: rare.notBefore,
      startedAt: this.startedAt,
      endedAt: this.endedAt,
    };
    return {
      id,
      job: name,
      state,
      input: fromJSON(this.input),
      ...(state === "done" ? { result: fromJSON(this.result) } : {}),
      attempts,
      priority: request.priority ?? 0,
      createdAt,
      ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Partial<JobInfo>),
    };
  }

  /** Adds a line to the log. */
  log(line: string): void {
    const index = (this.own.lines ??= []).push(line) - 1;
    this.#tell("log", () => [line, index]);
  }

  /** It has begun with an attempt; listeners hear of the first one. */
  begin(): void {
    const isFirst = this.startedAt === undefined;
    this.state = "running";
    this.startedAt = CLOCK.now();
    this.attempts++;
    if (isFirst) this.#tell("start", () => [this.info()]);
  }

  /** How far it is. */
  advance(progress: Progress): void {
    this.own.progress = progress;
    this.#tell("progress", () => [progress]);
  }

  /** It has come to its end. */
  end(state: JobState): void {
    this.state = state;
    this.endedAt = CLOCK.now();
    this.attempt = undefined;
    if (this.#rare !== undefined) this.#rare.timer = this.#rare.lastError = undefined;
    this.wake();
    this.#tell("end", () => [this.info()]);
    if (this.#rare !== undefined) this.#rare.listeners = undefined;
  }

  /** Those who wait look again. */
  wake(): void {
    const { waiters } = this;
    this.waiters = undefined;
    for (const waiter of waiters ?? []) waiter();
  }

  on(event: keyof JobEvents, call: (...args: never[]) => unknown): void {
    const listener: Listener = { event, call: call as Listener["call"], isLive: false };
    const listeners = (this.own.listeners ??= []);
    listeners.push(listener);
    // Not before the caller has the handle that `on` returns.
    queueMicrotask(() => {
      if (listeners.includes(listener)) this.#catchUp(listener);
    });
  }

  off(event: keyof JobEvents, call: (...args: never[]) => unknown): void {
    const { listeners } = this.rare;
    const index = listeners?.findIndex((each) => each.event === event && each.call === call) ?? -1;
    if (index >= 0) listeners?.splice(index, 1);
  }

  #catchUp(listener: Listener): void {
    listener.isLive = true;
    if (listener.event === "start" && this.startedAt !== undefined) tell(listener, [this.info()]);
    if (listener.event === "end" && this.hasEnded) tell(listener, [this.info()]);
    if (listener.event === "log")
      for (const [index, line] of [...(this.rare.lines ?? [])].entries()) tell(listener, [line, index]);
  }

  #tell(event: keyof JobEvents, args: () => unknown[]): void {
    const { listeners } = this.rare;
    if (listeners === undefined) return;
    for (const listener of listeners.slice()) if (listener.event === event && listener.isLive) tell(listener, args());
  }
}

// A listener that throws never disturbs the queue.
function tell({ call }: Listener, args: unknown[]): void {
  try {
    const returned = call(...args);
    if (returned instanceof Promise) returned.catch(complain);
  } catch (error) {
    complain(error);
  }
}

function complain(error: unknown): void {
  console.error("a listener of a job handle failed:", error);
}
