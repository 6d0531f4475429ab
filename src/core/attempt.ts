// One execution of a task's function: its context, its signal, its time limits, and how it is stopped. What the outcome means
// for the task is judged in verdict.ts; slots, resources and retries are the scheduler's.

import { causesOf } from "./causes.ts";
import { checkNumber, checkType, argumentError } from "./check.ts";
import { inputsFor } from "./edges.ts";
import type { ReleasedError } from "./errors.ts";
import { CancelledError, quoteName, TaskTimeoutError } from "./errors.ts";
import { isThenable, tell } from "./events.ts";
import type { Clock, Context } from "./platform.ts";
import type { Policy } from "./policy.ts";
import type { AnyQueue } from "./queue.ts";
import { step } from "./step.ts";
import type { Task } from "./task.ts";
import { Timer } from "./timer.ts";
import type { Inputs, Require, TaskContext } from "./types.ts";
import { judge, timeLeft, type Verdict } from "./verdict.ts";

type AnyTask = Task<unknown>;

// How far along the causes of an error a reason is looked for.
const MOST_CAUSES = 1_000;

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
  outcome(task: AnyTask, event: Verdict["event"], value: unknown, delay: number): void;
  /** Where `make()` goes. */
  readonly nested: { make(attempt: Attempt, tasks: Require): Promise<unknown> };
}

/** What an attempt has only when it is limited or stopped, or its function looks at its signal. */
interface Limits {
  controller?: AbortController;
  /** What the signal was aborted with: the first reason to stop. */
  reason?: Stop;
  time?: Timer;
  grace?: Timer;
  /** What is done instead of just calling the function: waiting for another process that does, or calling it within something. */
  call?: () => unknown;
}

/** One execution of a task's function, and the context that the function gets. */
export class Attempt implements TaskContext {
  readonly task: AnyTask;
  readonly host: AttemptHost;
  readonly attempt: number;
  readonly lastError: unknown;
  /** Where it runs, if not right here. */
  readonly queue: AnyQueue | undefined;
  /** Whether its outcome still decides what becomes of the task. */
  counts = true;
  /** Whether the function has ended or has been given up; `finishing` while the outcome is judged. */
  phase: "running" | "finishing" | "ended" = "running";
  /** The strongest reason to stop so far: a cancel overrules a timeout, which overrules a release. */
  stop: Stop | undefined = undefined;
  /** Whether it takes up a slot and its resources; not while it waits in `make()`. */
  holdsSlot = false;
  /** How many `make()` calls of it are waiting. */
  waits = 0;
  /** Told once when it ends or gives its place in a queue back; with a job queue, there as soon as it is handed over. */
  leaveQueue: (() => void) | undefined = undefined;
  #limits: Limits | undefined = undefined;

  constructor(task: AnyTask, host: AttemptHost, queue: AnyQueue | undefined) {
    this.task = task;
    this.host = host;
    this.attempt = task.attempts + 1;
    this.lastError = task._extra?.lastError;
    this.queue = queue;
  }

  /** Makes the task RUNNING and calls its function. */
  start(at: number): void {
    const { task } = this;
    // A job that a worker has begun with is followed to its end, whatever has become of its task meanwhile.
    const hasBegun = this.#limits?.call !== undefined;
    step(task, "dispatch", at, this);
    const policy = task._extra?.policy;
    if (policy !== undefined && this.stop === undefined) limitTime(this, policy, at);
    if (!hasBegun && !this.counts) return this.end(true, undefined);
    if (!hasBegun && this.stop !== undefined) return this.end(false, this.stop);
    let ok = true;
    let value: unknown;
    try {
      value = this.host.context.run(this);
      if (isThenable(value)) return this.follow(value);
    } catch (error) {
      ok = false;
      value = error;
    }
    this.end(ok, value);
  }

  /** Calls the function, or follows it where it runs elsewhere. */
  run(): unknown {
    const { task } = this;
    const call = this.#limits?.call;
    if (call !== undefined) return call();
    const work = task._work as NonNullable<typeof task._work>;
    return work(inputsFor(task) as never, this);
  }

  /** Ends with a thenable; a foreign one is resolved the way `await` would. */
  follow(value: PromiseLike<unknown>): void {
    (value instanceof Promise ? value : Promise.resolve(value)).then(
      (result: unknown) => this.end(true, result),
      (error: unknown) => this.end(false, error),
    );
  }

  /** @internal */
  _limits(): Limits {
    return (this.#limits ??= {});
  }

  /** Asks the function to stop, and gives it up if it has not by the end of the grace. */
  abort(stop: Stop): void {
    if (this.phase === "ended" || strength(stop) <= strength(this.stop)) return;
    this.stop = stop;
    const limits = this._limits();
    limits.time?.stop();
    limits.grace ??= new Timer(this.host.clock, this.host.grace, () => this.abandon());
    limits.reason ??= stop;
    limits.controller?.abort(limits.reason);
  }

  /** Takes the decision about the task away from the function, which is asked to stop. */
  disown(why: Stop = new CancelledError("settled from outside", { task: this.task })): void {
    this.counts = false;
    this.abort(why);
  }

  /** Gives the function up: it has not stopped in time, or nobody can tell any more when it does. */
  abandon(): void {
    finish(this, false, this.stop, true);
  }

  /** The function has returned or thrown. */
  end(ok: boolean, value: unknown): void {
    finish(this, ok, value, false);
  }

  /** It is over: no timer is left. */
  close(): void {
    this.phase = "ended";
    this.counts = false;
    this.#limits?.time?.stop();
    this.#limits?.grace?.stop();
  }

  /** Whether a throw is because of the signal: its reason, an AbortError, or something caused by the reason. */
  isBecauseOfStop(error: unknown): boolean {
    const reason = this.#limits?.reason;
    if (reason === undefined) return false;
    try {
      if ((error as { name?: unknown } | undefined)?.name === "AbortError") return true;
    } catch {
      // What throws when it is looked at is no reason of ours.
    }
    return [error, ...causesOf(error, MOST_CAUSES)].some((each) => each === reason || each === this.stop);
  }

  get signal(): AbortSignal {
    const limits = this._limits();
    if (limits.controller === undefined) {
      limits.controller = new AbortController();
      if (limits.reason !== undefined) limits.controller.abort(limits.reason);
    }
    return limits.controller.signal;
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
      if (message !== undefined) checkType(`${owner}.message`, message, "string");
      tell(this.task, "progress", Object.freeze({ value, total, message }));
    };
  }

  get make(): TaskContext["make"] {
    return <Q extends Require>(tasks: Q) => {
      const made = this.host.nested.make(this, tasks);
      made.catch(() => {});
      return made as Promise<Inputs<Q>>;
    };
  }
}

// Functions rather than private methods, which every attempt would pay for.

function limitTime(attempt: Attempt, { timeout, deadline }: Policy, at: number): void {
  const { task, host } = attempt;
  if (deadline !== Infinity) task._extras().firstStart ??= at;
  const left = timeLeft(task, at);
  const kind = left <= timeout ? "deadline" : "attempt";
  const ms = Math.min(left, timeout);
  if (ms === Infinity) return;
  const expire = (): void => attempt.abort(new TaskTimeoutError(task, kind, kind === "deadline" ? deadline : timeout));
  if (left <= 0) expire();
  else attempt._limits().time = new Timer(host.clock, ms, expire);
}

// While the outcome is judged the attempt still lives: a predicate of the user's may cancel or settle its task.
function finish(attempt: Attempt, ok: boolean, value: unknown, abandoned: boolean): void {
  if (attempt.phase !== "running") return;
  attempt.phase = "finishing";
  if (attempt.counts) conclude(attempt, ok, value);
  attempt.close();
  attempt.host.stopped(attempt, abandoned);
}

function conclude(attempt: Attempt, ok: boolean, value: unknown): void {
  const { task, host, stop } = attempt;
  if (ok && stop === undefined && task._extra?.policy === undefined) return host.outcome(task, "done", value, 0);
  let verdict = judge(attempt, ok, value);
  if (attempt.stop !== stop) verdict = judge(attempt, ok, value);
  if (attempt.counts) host.outcome(task, verdict.event, verdict.value, verdict.delay ?? 0);
}

function strength(stop: Stop | undefined): number {
  if (stop === undefined) return 0;
  return stop instanceof CancelledError ? 3 : stop instanceof TaskTimeoutError ? 2 : 1;
}
