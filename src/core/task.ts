// A task: one unit of work and its place in the graph, and what can be done with it. A scheduler moves it.
// There is no method `then`: it would make a task a thenable, which `await` and `yield` would call.

import { argumentError, checkType } from "./check.ts";
import { checkEdges, commitEdges, flatten, linkNew, requirements } from "./edges.ts";
import { BlockedError, quoteName, TransitionError } from "./errors.ts";
import { act, type Transition } from "./events.ts";
import { TaskFacts, type End, type Waiting } from "./facts.ts";
import { checkJob, jobWorkOf, workHere } from "./job-work.ts";
import { makeTask, runTask } from "./make.ts";
import { isTask } from "./node.ts";
import { platform } from "./platform.ts";
import { policyOf, type Policy } from "./policy.ts";
import type { MakeOptions } from "./settings.ts";
import { attemptOf, cancelTask, failBlocked, step } from "./step.ts";
import type {
  Given,
  GroupOptions,
  Require,
  Requirement,
  TaskContext,
  TaskFunction,
  TaskOptions,
  WithWork,
} from "./types.ts";

type AnyTask = Task<unknown>;
type Run<R> = (inputs: undefined, context: TaskContext) => R | PromiseLike<R>;

/**
 * One unit of work and its place in the graph. `R` is the type of its result.
 *
 * `Q`, what it requires, only helps `new Task()` to infer the types of its function's inputs; the type of a task that `task()`
 * makes goes without it.
 */
// eslint-disable-next-line typescript/no-explicit-any
export class Task<R = unknown, const Q extends Require | undefined = any> extends TaskFacts<R> {
  constructor(run: Run<R>);
  constructor(name: string, run: Run<R>);
  constructor(name: string, options: (undefined extends R ? TaskOptions<Q, R> : never) & Given<Q>);
  constructor(name: string, options: TaskOptions<Q, R> & WithWork & Given<Q>);
  constructor(name: string | Run<R>, work?: TaskOptions<Q, R, unknown> | Run<R>) {
    if (typeof name === "function") {
      if (name.name === "") throw argumentError(TypeError, "task", "a name, or a function that has one", name);
      super(name.name, "PENDING", name);
      return;
    }
    if (typeof name !== "string" || name === "") {
      throw argumentError(TypeError, "task", "a name that is not empty", name);
    }
    if (typeof work === "function") {
      super(name, "PENDING", work);
      return;
    }
    if (typeof work !== "object" || work === null || Array.isArray(work)) {
      throw argumentError(TypeError, `task ${quoteName(name)}`, "a function or options", work);
    }
    const policy = checkWork(name, work as TaskOptions<Require, unknown>);
    const { run, require, state = "PENDING", track } = work;
    const entries = require === undefined ? undefined : requirements(name, "require", require);
    const job = work.job === undefined ? undefined : jobWorkOf(work);
    super(name, state, job === undefined ? run : workHere(job));
    if (policy !== undefined) this._extras().policy = policy;
    if (job !== undefined) this._extras().job = job;
    if (track !== undefined && track !== false) this.on("transition", track === true ? printTransition : track);
    if (entries !== undefined) linkNew(this, require as Require, entries);
  }

  /**
   * Makes this task wait for others; twice is once. It only orders: the function's inputs stay as they are.
   *
   * @throws TransitionError unless PREPARE or PENDING, CycleError for itself or, during a run, for a cycle. Then nothing changes.
   */
  require(...tasks: (Requirement | Iterable<Requirement>)[]): this {
    const entries = flatten(`task ${quoteName(this.name)}: require`, tasks);
    checkEdges(this, entries);
    commitEdges(this, entries);
    return this;
  }

  /** The reverse of `require`: makes the others wait for this task. All or none. @throws like `require`. */
  block(...tasks: (AnyTask | Iterable<AnyTask>)[]): this {
    const owner = `task ${quoteName(this.name)}: block`;
    const dependents = flatten(owner, tasks).map((entry) => {
      if (isTask(entry)) return entry;
      throw argumentError(TypeError, owner, "tasks or iterables of tasks, not settled(task)", entry);
    });
    for (const dependent of dependents) checkEdges(dependent, [this]);
    for (const dependent of dependents) commitEdges(dependent, [this]);
    return this;
  }

  /** A new task that requires this one and gets its result; or makes an existing task require this one, and returns it. */
  andThen<T extends AnyTask>(task: T): T;
  andThen(name: string, options: GroupOptions<Task<R>> & { readonly require?: never }): Task<undefined>;
  // eslint-disable-next-line typescript/no-explicit-any -- of a job that the compiler has not looked at
  andThen<S, I = any>(
    name: string,
    work: TaskFunction<Task<R>, S> | (TaskOptions<Task<R>, S, I> & WithWork & { readonly require?: never }),
  ): Task<S>;
  andThen(next: string | AnyTask, work?: unknown): AnyTask {
    if (isTask(next)) return next.require(this);
    if (typeof next !== "string") {
      throw argumentError(TypeError, `task ${quoteName(this.name)}: andThen`, "a name, or a task", next);
    }
    if (typeof work === "function") return new Task(next, { require: this, run: work as never });
    const owner = `task ${quoteName(next)}`;
    if (typeof work !== "object" || work === null || Array.isArray(work)) {
      throw argumentError(TypeError, owner, "a function or options", work);
    }
    if ("require" in work) throw argumentError(TypeError, `${owner}: andThen`, `options without "require"`, work);
    return new Task(next, { ...work, require: this });
  }

  /**
   * Runs the task now, whoever else may be about to, and resolves with its result. Retries, timeout and deadline apply.
   *
   * @throws TransitionError unless PENDING or QUEUED; BlockedError under prerequisites that are not DONE. A failed prerequisite
   *   makes the task FAILED, a cancelled one CANCELLED, before that is thrown.
   */
  dispatch(): Promise<R> {
    if (!this.can("dispatch")) throw new TransitionError(this, "dispatch");
    const blockers = this.blockers();
    if (blockers.length > 0) {
      act(() => {
        if (this._state === "PENDING") failBlocked(this, this._now());
      });
      throw this.error instanceof BlockedError ? this.error : new BlockedError(this, blockers, blockers[0]?.error);
    }
    const result = outcomeOf(this) as Promise<R>;
    result.catch(() => {});
    act(() => {
      if (this.can("dispatch")) runTask(this);
    });
    return result;
  }

  /** Makes the task with all that it requires, and resolves with its result, or rejects with its error. */
  make(options: MakeOptions = {}): Promise<R> {
    const made = outcomeOfRun(this, options);
    made.catch(() => {});
    return made as Promise<R>;
  }

  /** Waits until the task is settled, and resolves with it. It starts nothing and never rejects. */
  join(): Promise<this> {
    if (this.isSettled()) return Promise.resolve(this);
    return waitingFor(this).promise as Promise<this>;
  }

  /**
   * Cancels the task: at once unless it is running. A running one is signalled, and is CANCELLED when it has stopped or when the
   * grace is over. Returns false, and does nothing, on a final state.
   */
  cancel(reason?: unknown): boolean {
    if (this.isSettled()) return false;
    act(() => cancelTask(this, reason, true));
    return true;
  }

  /** PREPARE → PENDING. @throws TransitionError otherwise. */
  prepared(): this {
    return fire(this, "prepared");
  }

  /** FAILED or CANCELLED → PENDING, to be made again; renews the limit of retries. @throws TransitionError otherwise. */
  retry(): this {
    if (this._state !== "FAILED" && this._state !== "CANCELLED") throw new TransitionError(this, "retry");
    return fire(this, "retry");
  }

  /** DONE → PENDING, to be made again. @throws TransitionError otherwise. */
  reset(): this {
    return fire(this, "reset");
  }

  /** Settles a dispatched task from outside. Its function is signalled, and its outcome dropped. @throws TransitionError unless RUNNING. */
  done(result: R): this {
    if (this._state !== "RUNNING") throw new TransitionError(this, "done");
    return settle(this, "done", result);
  }

  /** Fails a queued or dispatched task from outside. @throws TransitionError unless QUEUED or RUNNING. */
  fail(error: unknown): this {
    if (this._state !== "RUNNING" && this._state !== "QUEUED") throw new TransitionError(this, "error");
    return settle(this, "error", error);
  }

  /** The task whose function is running here, also after an `await` in it. */
  static current(): AnyTask | undefined {
    return platform.current();
  }
}

// Functions rather than private methods, which would cost each task eight bytes.

function waitingFor(task: AnyTask): Waiting {
  return (task._extras().settled ??= Promise.withResolvers<AnyTask>());
}

// What a task came to when it ended, even if it has been retried since.
async function outcomeOf(task: AnyTask): Promise<unknown> {
  const end = endOf(task);
  if (end !== undefined) return valueOf(end);
  const waiting = waitingFor(task);
  await waiting.promise;
  return valueOf(waiting.end as End);
}

function endOf(task: AnyTask): End | undefined {
  return task.isSettled() ? { state: task._state, value: task._value } : undefined;
}

function valueOf({ state, value }: End): unknown {
  if (state === "DONE") return value;
  throw value;
}

// Makes a task. How it ended is noted when it ends: it may have been reset by the time that the run is over. A run may also end
// without its task: it failed fast.
async function outcomeOfRun(task: AnyTask, options: MakeOptions): Promise<unknown> {
  const isRepaired = options.retry === true && task._state !== "DONE";
  const before = isRepaired ? undefined : endOf(task);
  const waiting = before === undefined ? waitingFor(task) : undefined;
  const run = await makeTask(task, options);
  const end = before ?? waiting?.end ?? endOf(task);
  if (end !== undefined) return valueOf(end);
  const { failed, cancelled } = await run.finished;
  const blockers = task.blockers();
  const culprits = blockers.length > 0 ? blockers : [...failed, ...cancelled];
  throw new BlockedError(task, culprits, [...culprits, ...failed].find(({ error }) => error !== undefined)?.error);
}

function fire<T extends AnyTask>(task: T, event: "prepared" | "retry" | "reset"): T {
  if (!task.can(event)) throw new TransitionError(task, event);
  act(() => {
    renew(task);
    step(task, event, task._now());
  });
  return task;
}

// By hand all begins anew, save that the next attempt gets to know what the last one failed with.
function renew(task: AnyTask): void {
  const { error } = task;
  const isOwnFailure =
    task._state === "FAILED" && task.attempts > 0 && !(error instanceof BlockedError && error.task === task);
  if (isOwnFailure) task._extras().lastError = error;
  if (task._extra === undefined) return;
  task._extra.failures = task._extra.firstStart = undefined;
  if (task._state === "DONE") task._extra.lastError = undefined;
}

function settle<T extends AnyTask>(task: T, event: "done" | "error", value: unknown): T {
  act(() => {
    const attempt = task._state === "RUNNING" ? attemptOf(task) : undefined;
    step(task, event, task._now(), value);
    attempt?.disown();
  });
  return task;
}

// The checks cost more than the task: options that are only `require` and `run`, as most are, pass by the shortest way.
function checkWork(name: string, work: TaskOptions<Require, unknown>): Policy | undefined {
  let isPlain = work.run === undefined || typeof work.run === "function";
  for (const key in work) if (key !== "require" && key !== "run") isPlain = false;
  if (isPlain) return undefined;
  const owner = `task ${quoteName(name)}`;
  const policy = policyOf(owner, work);
  const { run, state, track } = work;
  if (run !== undefined) checkType(`${owner}: run`, run, "function");
  checkJob(owner, work);
  if (state !== undefined && state !== "PENDING" && state !== "PREPARE") {
    throw argumentError(TypeError, `${owner}: state`, `"PENDING" or "PREPARE"`, state);
  }
  if (track !== undefined && typeof track !== "boolean")
    checkType(`${owner}: track`, track, "function", "true, false or a function");
  return policy;
}

function printTransition({ task, from, event, to }: Transition): void {
  console.log(`${task.name} ${from}->${event}->${to}`);
}
