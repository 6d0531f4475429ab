// Who is on a scheduler's roster, and how they get there: all at once, one by one, or late, while it is at work.

import type { Links } from "./edges.ts";
import { quoteName } from "./errors.ts";
import { explore, lift, rank, rerank } from "./explore.ts";
import { queueOf } from "./queue.ts";
import { CLOSED, frees, isLost, LINKED, MEMBER, OPEN, Roster, standing, WANTED } from "./roster.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Settings } from "./settings.ts";
import { step } from "./step.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** From how many tasks on it is worth while to look for such as can go. */
const COMPACT = 1024;

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
  #compactAt = COMPACT;
  /** Whether ranks have to be worked out again before they are used. */
  #isUnranked = false;
  /** The places of the last enrolment, prerequisites before dependents. */
  #order: readonly number[] = [];

  constructor(scheduler: Scheduler, scope: Scope) {
    this.#scheduler = scheduler;
    this.#pullsIn = scope.pullsIn;
    this.#flags = MEMBER | (scope.every ? WANTED : 0);
    this.roster = new Roster(scheduler, scheduler.settings.durations);
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

  *#enroll(roots: Iterable<AnyTask>, retry: boolean, dependent?: number): Generator<void, void> {
    const { roster } = this;
    const first = roster.tasks.length;
    const order = yield* explore(roots, roster, { flags: this.#flags, retry });
    try {
      for (const place of order) {
        if ((place & 255) === 255) yield;
        checkDemands(roster.tasks[place] as AnyTask, this.#scheduler.settings);
      }
    } catch (error) {
      roster.forget(first);
      throw error;
    }
    if (dependent !== undefined) {
      for (const root of roots) lift(roster, dependent, roster.placeOf(root), roster.isUrgent);
    }
    if (yield* rank(roster, order)) this.#isUnranked = true;
    for (let k = 0; k < order.length; k++) {
      if ((k & 255) === 255) yield;
      this.#scheduler.unsettled++;
      const place = order[k] as number;
      const task = roster.tasks[place] as AnyTask;
      if (task.isSettled()) this.#scheduler.hear(task);
      else if (roster.unmet[place] === 0 || first > 0) this.#scheduler.ledger.consider(task, place);
    }
    this.#enrolment = undefined;
    this.#order = order;
  }

  /**
   * Returns what has failed or was cancelled to PENDING, where the roster counts it as open: prerequisites first, so that nobody
   * sees a repaired task behind a broken one.
   */
  retryLost(): void {
    for (const place of this.#order) {
      const task = this.roster.tasks[place] as AnyTask;
      if (!this.isToBeRetried(task)) continue;
      // A listener may have cancelled the run: what is left of the broken tasks stays broken.
      if (this.#scheduler.phase === "planning") task.retry();
      else this.#scheduler.hear(task);
    }
  }

  /** Does the rest of an enrolment now. */
  hurry(): void {
    const rest = this.#enrolment;
    if (rest !== undefined) while (rest.next().done !== true);
  }

  /** Whether a task has failed or was cancelled and yet counts as open. */
  isToBeRetried(task: AnyTask): boolean {
    const place = this.roster.placeOf(task);
    return place !== -1 && this.roster.seen[place] === OPEN && isLost(standing(task)) && this.roster.has(place, LINKED);
  }

  /** Marks tasks that are to be handed out when they have ended. */
  want(tasks: Iterable<AnyTask>): void {
    for (const task of tasks) this.roster.flag(this.roster.placeOf(task), WANTED);
  }

  /** Takes on a task without what it requires, which is only waited for. */
  enlist(task: AnyTask): void {
    const { roster } = this;
    let place = roster.placeOf(task);
    if (place === -1) place = roster.enter(task, 0);
    if (roster.has(place, MEMBER)) return;
    roster.flag(place, MEMBER | WANTED | LINKED | CLOSED);
    if (roster.seen[place] === OPEN) this.#scheduler.unsettled++;
    for (const dependent of task._dependents) {
      const above = roster.placeOf(dependent);
      if (above !== -1) this.#lift(task, above);
    }
    roster.unmet[place] = 0;
    this.#connect(task, place, task._prerequisites);
    this.#scheduler.hear(task);
  }

  /** Lets a settled task go: if it comes back to life it is not ours to make. */
  dismiss(task: AnyTask): void {
    const place = this.roster.placeOf(task);
    if (place !== -1) this.roster.unflag(place, MEMBER);
    if (this.roster.tasks.length >= this.#compactAt) this.#compact();
  }

  // A queue that lives long does not keep what has gone through it: only what is unfinished, and what that requires.
  #compact(): void {
    const { roster } = this;
    const entries = roster.tasks.map((task, place) => ({ task, seen: roster.seen[place], flags: roster.flags[place] }));
    const needed = new Set<AnyTask>();
    for (const { task, seen, flags } of entries) {
      if (seen !== OPEN) continue;
      needed.add(task);
      if ((flags as number) & LINKED) for (const prerequisite of task._prerequisites) needed.add(prerequisite);
    }
    const unmet = new Map(entries.map(({ task }, place) => [task, roster.unmet[place] as number]));
    roster.forget(0);
    this.#scheduler.ready.clear();
    for (const { task, seen, flags } of entries) {
      if (!needed.has(task)) continue;
      const place = roster.enter(task, flags as number);
      roster.seen[place] = seen as number;
      roster.unmet[place] = unmet.get(task) as number;
      this.#scheduler.hear(task);
    }
    this.#isUnranked = true;
    this.#compactAt = Math.max(COMPACT, 2 * roster.tasks.length);
  }

  // Enters prerequisites that are not on the roster, and counts those that the task has to wait for.
  #connect(task: AnyTask, place: number, added: readonly AnyTask[]): void {
    const { roster } = this;
    const strangers = added.filter((prerequisite) => roster.placeOf(prerequisite) === -1);
    if (this.#pullsIn) for (const _ of this.#enroll(strangers, false, place));
    else {
      for (const stranger of strangers) {
        roster.enter(stranger, CLOSED);
        this.#scheduler.hear(stranger);
      }
    }
    for (const prerequisite of added) {
      if (!this.#frees(prerequisite, task)) (roster.unmet[place] as number)++;
      this.#lift(prerequisite, place);
    }
  }

  #frees(prerequisite: AnyTask, dependent: AnyTask): boolean {
    return frees(this.roster.seen[this.roster.placeOf(prerequisite)] as number, dependent, prerequisite);
  }

  // A task that gains a dependent gains its urgency, and so does all behind it; that is left until ranks are used.
  #lift(task: AnyTask, dependent: number): void {
    const place = this.roster.placeOf(task);
    if (this.roster.has(place, MEMBER) && lift(this.roster, dependent, place, true)) this.#isUnranked = true;
  }

  /** Brings the ranks up to date. */
  rerank(): void {
    if (!this.#isUnranked) return;
    this.#isUnranked = false;
    rerank(this.roster);
    this.#scheduler.ready.reorder();
  }

  /**
   * Sees to it that the prerequisites of a task are on the roster: they are not when it was settled or in flight elsewhere.
   * Returns false if that is impossible; then the task has failed.
   */
  link(task: AnyTask, place: number): boolean {
    if (this.roster.has(place, LINKED)) return true;
    try {
      this.roster.unmet[place] = 0;
      this.#connect(task, place, task._prerequisites);
    } catch (error) {
      step(task, "error", this.#scheduler.now(), error);
      return false;
    }
    this.roster.flag(place, LINKED);
    return true;
  }

  /** Takes on tasks that a running one wants made, with all that they require. */
  adopt(tasks: readonly AnyTask[], parent: AnyTask): void {
    const place = this.roster.placeOf(parent);
    const strangers = tasks.filter((task) => this.roster.placeOf(task) === -1);
    for (const _ of this.#enroll(strangers, false, place));
    for (const task of tasks) this.#lift(task, place);
  }

  check(_dependent: AnyTask, tasks: readonly AnyTask[]): void {
    if (!this.#pullsIn) return;
    this.hurry();
    const scratch = new Roster();
    const known = (task: AnyTask): boolean => this.roster.placeOf(task) !== -1;
    for (const _ of explore(tasks, scratch, { flags: 0, known }));
    for (const task of scratch.tasks) checkDemands(task, this.#scheduler.settings);
  }

  required(dependent: AnyTask, { added, hardened }: Links): void {
    const place = this.roster.placeOf(dependent);
    if (place === -1 || !this.roster.has(place, LINKED)) return;
    this.#connect(dependent, place, added);
    // What was lost did not hold the task up over a soft edge; what is open has been counted.
    for (const prerequisite of hardened) {
      if (isLost(this.roster.seen[this.roster.placeOf(prerequisite)] as number)) (this.roster.unmet[place] as number)++;
    }
    this.#scheduler.hear(dependent);
  }
}

/** Refuses tasks that the run's resources and queues cannot serve. */
export function checkDemands(task: AnyTask, settings: Settings): void {
  const policy = task._policy;
  if (policy === undefined || task.isSettled()) return;
  for (const [name, amount] of Object.entries(policy.uses ?? {})) {
    const total = Object.hasOwn(settings.resources, name) ? (settings.resources[name] as number) : 0;
    if (amount > total) refuse(task, `uses ${amount} of ${JSON.stringify(name)}, but the run has ${total}`);
  }
  if (typeof policy.queue === "string" && queueOf(task, settings) === undefined) {
    refuse(task, `wants the queue ${JSON.stringify(policy.queue)}, which the run does not have`);
  }
}

function refuse(task: AnyTask, why: string): never {
  throw Object.assign(new RangeError(`task ${quoteName(task.name)} ${why}`), { code: "ERR_THENCE_ARGUMENT" });
}
