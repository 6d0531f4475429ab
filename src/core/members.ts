// Who is on a scheduler's roster, and how they get there: all at once, one by one, or late, while it is at work.

import { CycleError, quoteName } from "./errors.ts";
import { explore, raise, rank } from "./explore.ts";
import { queueOf } from "./queue.ts";
import { CLOSED, frees, LINKED, MEMBER, OPEN, Roster, standing, WANTED } from "./roster.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Settings } from "./settings.ts";
import { step } from "./step.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** What belongs to a scheduler beside the tasks it is given. */
export interface Scope {
  /** Whether what they require is made as well, or only waited for. */
  readonly pullsIn: boolean;
  /** Whether all of it is handed out, or only what was asked for. */
  readonly every: boolean;
}

/** The part of a scheduler that keeps its roster. */
export class Members {
  readonly roster: Roster;
  readonly #scheduler: Scheduler;
  readonly #pullsIn: boolean;
  readonly #flags: number;
  /** The rest of an enrolment that is under way. */
  #enrolment: Generator<void, void> | undefined;

  constructor(scheduler: Scheduler, scope: Scope) {
    this.#scheduler = scheduler;
    this.#pullsIn = scope.pullsIn;
    this.#flags = MEMBER | (scope.every ? WANTED : 0);
    this.roster = new Roster(scheduler);
  }

  /**
   * Takes on `roots` and all that they require. To be gone on with until it is done, which may be in another turn of the event
   * loop.
   *
   * @throws what `make` throws; then the roster is as before.
   */
  enroll(roots: Iterable<AnyTask>, retry: boolean): Generator<void, void> {
    this.#enrolment = this.#enroll(roots, retry);
    return this.#enrolment;
  }

  *#enroll(roots: Iterable<AnyTask>, retry: boolean): Generator<void, void> {
    const { roster } = this;
    const first = roster.tasks.length;
    const order = yield* explore(roots, roster, { flags: this.#flags, retry });
    try {
      for (const place of order) checkDemands(roster.tasks[place] as AnyTask, this.#scheduler.settings);
    } catch (error) {
      roster.leave(first);
      throw error;
    }
    yield* rank(roster, order);
    for (let k = 0; k < order.length; k++) {
      if ((k & 255) === 255) yield;
      this.#scheduler.unsettled++;
      const place = order[k] as number;
      const task = roster.tasks[place] as AnyTask;
      if (retry && standing(task) !== OPEN && task._state !== "DONE") task.retry();
      if (roster.unmet[place] === 0 || standing(task) !== OPEN) this.#scheduler.look(task);
    }
    this.#enrolment = undefined;
  }

  /** Does the rest of an enrolment now. */
  hurry(): void {
    const rest = this.#enrolment;
    if (rest !== undefined) while (rest.next().done !== true);
  }

  /** Marks tasks that are to be handed out when they have ended. */
  want(tasks: Iterable<AnyTask>): void {
    const { roster } = this;
    for (const task of tasks) {
      const place = roster.placeOf(task);
      roster.flags[place] = (roster.flags[place] as number) | WANTED;
    }
  }

  /** Takes on a task without what it requires, which is only waited for. */
  enlist(task: AnyTask): void {
    const { roster } = this;
    let place = roster.placeOf(task);
    if (place === -1) place = roster.enter(task, 0);
    if ((roster.flags[place] as number) & MEMBER) return;
    roster.flags[place] = MEMBER | WANTED | LINKED | CLOSED;
    if (roster.seen[place] === OPEN) this.#scheduler.unsettled++;
    for (const dependent of task._dependents) {
      const above = roster.placeOf(dependent);
      if (above === -1) continue;
      raise(roster, [task], (roster.rank[above] as number) + 1, roster.urgency[above] as number);
    }
    this.#connect(task, place, task._prerequisites);
    this.#scheduler.look(task);
  }

  /** Lets a settled task go: if it comes back to life it is not ours to make. */
  dismiss(task: AnyTask): void {
    const place = this.roster.placeOf(task);
    if (place !== -1) this.roster.flags[place] = (this.roster.flags[place] as number) & ~MEMBER;
  }

  // Enters prerequisites that are not on the roster, counts what the task waits for, and lets its urgency reach them.
  #connect(task: AnyTask, place: number, added: readonly AnyTask[]): void {
    const { roster } = this;
    const strangers = added.filter((prerequisite) => roster.placeOf(prerequisite) === -1);
    if (this.#pullsIn) for (const _ of this.#enroll(strangers, false));
    else {
      for (const stranger of strangers) {
        roster.enter(stranger, CLOSED);
        this.#scheduler.look(stranger);
      }
    }
    let waitsFor = 0;
    for (const prerequisite of task._prerequisites) {
      if (!frees(roster.seen[roster.placeOf(prerequisite)] as number, task, prerequisite)) waitsFor++;
    }
    roster.unmet[place] = waitsFor;
    if (raise(roster, added, (roster.rank[place] as number) + 1, roster.urgency[place] as number)) {
      this.#scheduler.ready.reorder();
    }
  }

  /**
   * Sees to it that the prerequisites of a task are on the roster: they are not when it was settled or in flight elsewhere.
   * Returns false if that is impossible; then the task has failed.
   */
  link(task: AnyTask, place: number): boolean {
    if ((this.roster.flags[place] as number) & LINKED) return true;
    try {
      const cycle = task._prerequisites.includes(task) ? [task] : undefined;
      if (cycle !== undefined) throw new CycleError(cycle);
      this.#connect(task, place, task._prerequisites);
    } catch (error) {
      step(task, "error", this.#scheduler.now(), error);
      return false;
    }
    this.roster.flags[place] = (this.roster.flags[place] as number) | LINKED;
    return true;
  }

  /** Takes on tasks that a running one wants made, with all that they require. */
  adopt(tasks: readonly AnyTask[], parent: AnyTask): void {
    const strangers = tasks.filter((task) => this.roster.placeOf(task) === -1);
    for (const _ of this.#enroll(strangers, false));
    const place = this.roster.placeOf(parent);
    const least = (this.roster.rank[place] as number) + 1;
    if (raise(this.roster, tasks, least, this.roster.urgency[place] as number)) this.#scheduler.ready.reorder();
  }

  check(_dependent: AnyTask, tasks: readonly AnyTask[]): void {
    if (!this.#pullsIn) return;
    this.hurry();
    const scratch = new Roster();
    const known = (task: AnyTask): boolean => this.roster.placeOf(task) !== -1;
    for (const _ of explore(tasks, scratch, { flags: 0, known }));
    for (const task of scratch.tasks) checkDemands(task, this.#scheduler.settings);
  }

  required(dependent: AnyTask, added: readonly AnyTask[]): void {
    const place = this.roster.placeOf(dependent);
    if (place === -1 || ((this.roster.flags[place] as number) & LINKED) === 0) return;
    this.#connect(dependent, place, added);
    this.#scheduler.look(dependent);
  }
}

/** Refuses tasks that the run's resources and queues cannot serve. */
export function checkDemands(task: AnyTask, settings: Settings): void {
  const policy = task._policy;
  if (policy === undefined || task.isSettled()) return;
  for (const [name, amount] of Object.entries(policy.uses ?? {})) {
    const total = Object.hasOwn(settings.resources, name) ? (settings.resources[name] as number) : 0;
    if (amount > total) {
      throw Object.assign(
        new RangeError(
          `task ${quoteName(task.name)} uses ${amount} of ${JSON.stringify(name)}, but the run has ${total}`,
        ),
        { code: "ERR_THENCE_ARGUMENT" },
      );
    }
  }
  if (typeof policy.queue === "string" && queueOf(task, settings) === undefined) {
    throw Object.assign(
      new RangeError(
        `task ${quoteName(task.name)} wants the queue ${JSON.stringify(policy.queue)}, which the run does not have`,
      ),
      { code: "ERR_THENCE_ARGUMENT" },
    );
  }
}
