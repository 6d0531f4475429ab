// The reference's own account: what it knows of tasks and runs, and how each step changes that.

import type { TaskSpec } from "./arbitrary.ts";
import type { Observed } from "./compare.ts";
import { graceOf, hasSettled, isPlanning, starters } from "./due.ts";
import type { World } from "./due.ts";
import type { Rules } from "./rules.ts";
import { closure, isFinal, isStarted, newRun, newTask } from "./state.ts";
import type { Edge, EventName, ModelRun, ModelTask, Owner, RunOptions, State } from "./state.ts";

export class Account implements World {
  readonly tasks: ModelTask[] = [];
  readonly runs: ModelRun[] = [];
  readonly complaints: string[] = [];
  /** What happened, one line each, for the message of a failure. */
  readonly log: string[] = [];
  readonly rules: Rules;
  readonly now: () => number;

  constructor(rules: Rules, now: () => number) {
    this.rules = rules;
    this.now = now;
  }

  complain(text: string): void {
    this.log.push(`!! ${text}`);
    this.complaints.push(text);
  }

  task(index: number): ModelTask {
    return this.tasks[index] as ModelTask;
  }

  add(name: string, spec: TaskSpec, edges: ReadonlyMap<number, Edge>): ModelTask {
    const requires = new Map([...edges].map(([index, edge]) => [this.task(index), edge]));
    const task = newTask(this.tasks.length, name, spec, requires);
    this.tasks.push(task);
    return task;
  }

  addRun(requested: ReadonlySet<ModelTask>, options: RunOptions, grace: number): ModelRun {
    const run = newRun(this.runs.length + 1, [...requested], options, grace);
    this.runs.push(run);
    return run;
  }

  /** Finds the graph, which ends at tasks that are settled or started. Returns those in it that have yet to settle. */
  protected enter(run: ModelRun, repair: boolean): Set<ModelTask> {
    const ends = (task: ModelTask): boolean => (repair ? task.state === "DONE" : isFinal(task));
    for (const task of closure(run.requested, (found) => ends(found) || isStarted(found))) run.graph.add(task);
    for (const task of run.graph) {
      if (isFinal(task) && !ends(task)) run.repairs.add(task);
      if (!ends(task)) continue;
      run.initial.add(task);
      if (this.rules.isYielded(run, task)) run.first.add(task);
      this.#noteFailure(run, task);
    }
    if ([...run.graph].some(isStarted)) run.shared = true;
    const others = this.runs.filter((other) => other !== run && !other.over && other.phase !== "new");
    if (others.length > 0) for (const each of [run, ...others]) each.shared = true;
    return new Set([...run.graph].filter((task) => !ends(task)));
  }

  /** Whether a failure from before sets off fail-fast is left open. */
  #noteFailure(run: ModelRun, task: ModelTask): void {
    if (run.options.failFast !== false && this.rules.setsOffFailFast(task.state)) run.mayHaveStopped = true;
  }

  /** Takes what a task of theirs requires into the graphs of the runs. */
  protected drawIn(task: ModelTask): void {
    for (const run of this.runs) {
      if (run.over || run.phase === "new" || !run.graph.has(task)) continue;
      for (const found of closure(task.requires.keys(), (each) => isFinal(each) || isStarted(each))) {
        if (run.graph.has(found)) continue;
        run.graph.add(found);
        if (isFinal(found)) {
          if (run.waiting) run.handed = true;
          run.initial.add(found);
          this.#noteFailure(run, found);
        }
        // A run that starts nothing more need not take in what it will never start.
        if (isFinal(found) || run.phase !== "active") run.optional.add(found);
      }
    }
  }

  protected step(task: ModelTask, event: EventName, from: State, to: State, { result, error }: Observed): void {
    if (event === "queue") task.holder = starters(this, task, event).find((owner) => owner !== "user");
    if (event === "dispatch") {
      const owners = starters(this, task, event);
      const attempt = { number: ++task.attempts, owners, begun: false, outcome: undefined, signalled: undefined };
      Object.assign(task, { attempt, dispatchAsked: false, notBefore: 0, waitsWith: [] });
    }
    const owners = task.attempt?.owners ?? task.waitsWith;
    if (event !== "cancel" && (event !== "retry" || from === "RUNNING")) {
      for (const run of this.runs) if (run.phase !== "new" && run.graph.has(task)) run.started = true;
    }
    if (from === "RUNNING") this.#leaveRunning(task, event);
    if (event === "retry" && from !== "RUNNING") {
      Object.assign(task, { retriesLeft: task.retries, error: undefined });
      for (const run of this.runs) {
        run.repairs.delete(task);
        if (isPlanning(run, task) && run.first.delete(task)) run.yielded.delete(task);
      }
    }
    if (from === "QUEUED" && event === "release" && task.refused) this.#refused(task, task.refused.error);
    if (from === "QUEUED") task.holder = to === "RUNNING" ? task.holder : undefined;
    task.state = to;
    // What somebody else has given back is this run's to make, and what it requires to look at.
    if (to === "PENDING" && from !== "QUEUED") this.drawIn(task);
    if (isFinal(task)) this.#ended(task, result, error, owners);
  }

  #leaveRunning(task: ModelTask, event: EventName): void {
    const { attempt } = task;
    if (!attempt) return;
    if (attempt.begun && !attempt.outcome) {
      task.abandoned.add(attempt.number);
      const { number, owners } = attempt;
      if (task.settleAsked)
        task.lingering.set(number, { owners, until: (attempt.signalled?.at ?? this.now()) + graceOf(owners) });
      else for (const owner of owners) if (owner !== "user") owner.abandoned.add(task);
    }
    if (event === "retry") {
      task.retriesLeft--;
      task.notBefore = this.now() + task.retryDelay;
      task.waitsWith = attempt.owners;
    }
    task.attempt = undefined;
    task.holder = undefined;
  }

  #refused(task: ModelTask, error: unknown): void {
    if (this.rules.isRepeated(task)) {
      task.retriesLeft--;
      task.notBefore = this.now() + task.retryDelay;
      task.waitsWith = task.holder ? [task.holder] : [];
      task.refused = undefined;
    } else task.refused = { error, final: true };
  }

  #ended(task: ModelTask, result: unknown, error: unknown, owners: readonly Owner[]): void {
    Object.assign(task, { result, error, cancelAsked: undefined, settleAsked: undefined });
    Object.assign(task, { refused: undefined, dispatchAsked: false, waitsWith: [], notBefore: 0 });
    for (const run of this.runs) {
      if (run.over || run.phase === "new" || !run.graph.has(task)) continue;
      run.past.add(task);
      if (this.rules.isYielded(run, task) && !run.yielded.has(task) && !run.gone) this.#hands(run, task, owners);
      if (run.phase !== "active" || run.options.failFast === false) continue;
      if (isPlanning(run, task)) this.#noteFailure(run, task);
      else if (this.rules.setsOffFailFast(task.state)) run.phase = "stopped";
    }
  }

  #hands(run: ModelRun, task: ModelTask, owners: readonly Owner[]): void {
    run.yielded.add(task);
    // A consumer that still has others to take is not waiting for this one.
    const isWaiting = run.waiting && run.buffer.length + run.first.size === 0;
    if (isWaiting) run.handed = true;
    // A run that starts nothing more need not wait for what others run, nor for what comes of that.
    const others = owners.filter((owner) => owner !== run && (owner === "user" || !owner.over));
    const mayBeOver = others.length > 0 || (run.shared && hasSettled(run, this.now(), false));
    if (run.phase !== "active" && mayBeOver) run.optional.add(task);
    if (run.optional.has(task)) return;
    // Cancelled in the midst of repairs it is as good as settled from the start.
    if (!run.started) {
      run.first.add(task);
      return;
    }
    if (isWaiting && run.requested.includes(task)) run.held = true;
    run.buffer.push(task);
  }
}
