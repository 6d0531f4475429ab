// One execution of a task's function: its context, its signal, its time limits, and how it is stopped. What the outcome means
// for the task is judged in verdict.ts; slots, resources and retries are the scheduler's.

import { checkNumber, checkType, argumentError } from "./check.ts";
import { inputsOf } from "./edges.ts";
import type { ReleasedError } from "./errors.ts";
import { CancelledError, quoteName, TaskTimeoutError } from "./errors.ts";
import { isThenable, tell } from "./events.ts";
import { Timer, type Clock, type Context } from "./platform.ts";
import type { ClosureQueue } from "./queue.ts";
import { step } from "./step.ts";
import type { Task } from "./task.ts";
import type { Inputs, Require, TaskContext } from "./types.ts";
import { judge, type Verdict } from "./verdict.ts";

type AnyTask = Task<unknown>;

/** Why an attempt is to stop; it is the `signal.reason` that the function sees. */
export type Stop = CancelledError | TaskTimeoutError | ReleasedError;

/** What an attempt needs of the scheduler that started it. */
export interface AttemptHost {
  readonly clock: Clock;
  readonly grace: number;
  readonly context: Context;
  /** The function has ended, or (`abandoned`) has been given up; called once, after `outcome` if that is called at all. */
  stopped(attempt: Attempt, abandoned: boolean): void;
  /** Carries out what the end of an attempt means for its task. */
  outcome(task: AnyTask, verdict: Verdict): void;
  /** Where `make()` goes. */
  readonly nested: { make(attempt: Attempt, tasks: Require): Promise<unknown> };
}

/** One execution of a task's function, and the context that the function gets. */
export class Attempt implements TaskContext {
  readonly task: AnyTask;
  readonly attempt: number;
  readonly lastError: unknown;
  readonly host: AttemptHost;
  /** Whether its outcome still decides what becomes of the task. */
  counts = true;
  /** Whether the function has ended or has been given up. */
  ended = false;
  /** The strongest reason to stop so far: a cancel overrules a timeout, which overrules a release. */
  stop: Stop | undefined = undefined;
  /** Where it runs, if not right here. */
  readonly queue: ClosureQueue | undefined;
  /** Whether it takes up a slot and its resources; not while it waits in `make()`. */
  holdsSlot = false;
  /** How many `make()` calls of it are waiting. */
  waits = 0;
  /** Told once when it ends or gives its place in a queue back. */
  leaveQueue: (() => void) | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #reason: Stop | undefined = undefined;
  #limit: Timer | undefined = undefined;
  #grace: Timer | undefined = undefined;
  #isFinishing = false;

  constructor(task: AnyTask, host: AttemptHost, queue: ClosureQueue | undefined) {
    this.task = task;
    this.host = host;
    this.queue = queue;
    this.attempt = task.attempts + 1;
    this.lastError = task._extra?.lastError;
  }

  /** Makes the task RUNNING and calls its function. */
  start(at: number): void {
    const { task } = this;
    step(task, "dispatch", at, this);
    if (!this.counts) return this.end(true, undefined);
    if (this.stop !== undefined) return this.end(false, this.stop);
    const policy = task._policy;
    if (policy !== undefined) this.#limitTime(policy.timeout, policy.deadline, at);
    const work = task._work as NonNullable<typeof task._work>;
    let ok = true;
    let value: unknown;
    try {
      value = this.host.context(task, work, inputsOf(task._shape), this);
      if (isThenable(value)) return this.#follow(value);
    } catch (error) {
      ok = false;
      value = error;
    }
    this.end(ok, value);
  }

  // A foreign thenable is resolved the way `await` would.
  #follow(value: PromiseLike<unknown>): void {
    (value instanceof Promise ? value : Promise.resolve(value)).then(
      (result: unknown) => this.end(true, result),
      (error: unknown) => this.end(false, error),
    );
  }

  #limitTime(timeout: number, deadline: number, at: number): void {
    const { clock } = this.host;
    let left = Infinity;
    if (deadline !== Infinity) left = deadline - (at - (this.task._extras().firstStart ??= at));
    const kind = left < timeout ? "deadline" : "attempt";
    const ms = Math.min(left, timeout);
    if (ms === Infinity) return;
    const expire = (): void =>
      this.abort(new TaskTimeoutError(this.task, kind, kind === "deadline" ? deadline : timeout));
    this.#limit = new Timer(clock, Math.max(0, ms), expire);
  }

  /** Asks the function to stop, and gives it up if it has not by the end of the grace. */
  abort(stop: Stop): void {
    if (this.ended || !overrules(stop, this.stop)) return;
    this.stop = stop;
    this.#limit?.stop();
    this.#grace ??= new Timer(this.host.clock, this.host.grace, () => this.#giveUp());
    this.#reason ??= stop;
    this.#controller?.abort(this.#reason);
  }

  /** Takes the decision about the task away from the function, which is asked to stop. */
  disown(): void {
    this.counts = false;
    this.abort(new CancelledError("settled from outside", { task: this.task }));
  }

  #giveUp(): void {
    this.#finish(false, this.stop, true);
  }

  /** The function has returned or thrown. */
  end(ok: boolean, value: unknown): void {
    this.#finish(ok, value, false);
  }

  // While the outcome is judged the attempt still lives: a predicate of the user's may cancel or settle its task.
  #finish(ok: boolean, value: unknown, abandoned: boolean): void {
    if (this.#isFinishing) return;
    this.#isFinishing = true;
    if (this.counts) this.#conclude(ok, value);
    this.counts = false;
    this.ended = true;
    this.#limit?.stop();
    this.#grace?.stop();
    this.host.stopped(this, abandoned);
  }

  #conclude(ok: boolean, value: unknown): void {
    const { stop } = this;
    let verdict = judge(this, ok, value);
    if (this.stop !== stop) verdict = judge(this, ok, value);
    if (this.counts) this.host.outcome(this.task, verdict);
  }

  /** Whether a throw is because of the signal: its reason, an AbortError, or something caused by the reason. */
  isBecauseOfStop(error: unknown): boolean {
    if (this.#reason === undefined) return false;
    const seen = new Set<unknown>();
    try {
      if ((error as { name?: unknown } | undefined)?.name === "AbortError") return true;
      for (let e = error; e !== undefined && e !== null && !seen.has(e); e = (e as { cause?: unknown }).cause) {
        if (e === this.#reason || e === this.stop) return true;
        seen.add(e);
      }
    } catch {
      // What throws when it is looked at is no reason of ours.
    }
    return false;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  get log(): TaskContext["log"] {
    return (line) => {
      checkType(`task ${quoteName(this.task.name)}: log`, line, "string");
      tell(this.task, "log", line);
    };
  }

  get progress(): TaskContext["progress"] {
    return (progress) => {
      const owner = `task ${quoteName(this.task.name)}: progress`;
      const given = typeof progress === "number" ? { value: progress, total: 1 } : progress;
      if (typeof given !== "object" || given === null) {
        throw argumentError(TypeError, owner, "a fraction or {value, total, message}", given);
      }
      const { value, total, message } = given;
      checkNumber(`${owner}.value`, value);
      checkNumber(`${owner}.total`, total);
      tell(this.task, "progress", Object.freeze({ value, total, message }));
    };
  }

  get make(): TaskContext["make"] {
    return <Q extends Require>(tasks: Q) => this.host.nested.make(this, tasks) as Promise<Inputs<Q>>;
  }
}

function strength(stop: Stop | undefined): number {
  if (stop === undefined) return 0;
  return stop instanceof CancelledError ? 3 : stop instanceof TaskTimeoutError ? 2 : 1;
}

function overrules(stop: Stop, present: Stop | undefined): boolean {
  return strength(stop) > strength(present);
}
