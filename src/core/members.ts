// Who is on a scheduler's roster, and how they get there: all at once, one by one, or late, while it is at work.

import { compact } from "./compact.ts";
import { checkDemands } from "./demands.ts";
import type { NewEdges } from "./edges.ts";
import { CycleError } from "./errors.ts";
import { connect, findCycle, lift, rank, rerank } from "./explore.ts";
import { isLost, LINKED, MEMBER, OPEN, Roster, standing, STRETCH, WANTED } from "./roster.ts";
import type { Scheduler } from "./scheduler.ts";
import { positionAll } from "./start-order.ts";
import { step } from "./step.ts";
import type { Task } from "./task.ts";
import { Walk, type WalkOptions } from "./walk.ts";

type AnyTask = Task<unknown>;

/** From how many tasks on it is worth while to look for such as can go. */
const COMPACT = 1024;

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
  /** How many tasks are started before that may be done. */
  #patience = 0;

  constructor(scheduler: Scheduler, pullsIn: boolean) {
    this.#scheduler = scheduler;
    this.#pullsIn = pullsIn;
    this.#flags = MEMBER | (scheduler.settings.every ? WANTED : 0);
    this.roster = new Roster(scheduler, scheduler.settings.durations);
  }

  /**
   * Takes on `roots`, to be handed out when they end, and all that they require. To be gone on with until it is done, which may be
   * in another turn of the event loop.
   *
   * @throws what `make` throws; then the roster is as before.
   */
  enroll(roots: readonly AnyTask[], retry: boolean): Generator<void, void> {
    this.#enrolment = this.#enroll(roots, { flags: this.#flags, rootFlags: WANTED, retry });
    return this.#enrolment;
  }

  *#enroll(roots: readonly AnyTask[], options: WalkOptions, dependent?: number): Generator<void, void> {
    const { roster } = this;
    const walk = new Walk(roots, roster, options);
    while (!walk.advance(STRETCH)) yield;
    const { first } = walk;
    const last = roster.tasks.length - 1;
    if (roster.isDemanding) yield* this.#checkDemands(walk);
    if (dependent !== undefined) {
      for (const root of roots) lift(roster, dependent, roster.placeOf(root));
    }
    for (let from = last; from >= first; from -= STRETCH, yield)
      rank(roster, from, Math.max(first, from - STRETCH + 1));
    if (first === 0) yield* positionAll(roster);
    this.#cross(walk.crossings);
    this.#scheduler.unsettled += last - first + 1;
    for (const place of walk.settled) this.#scheduler.hear(roster.tasks[place] as AnyTask);
    for (let from = first; from <= last; from += STRETCH, yield)
      this.#consider(from, Math.min(last, from + STRETCH - 1), first > 0);
    this.#enrolment = undefined;
  }

  *#checkDemands(walk: Walk): Generator<void, void> {
    try {
      for (let place = walk.first; place < this.roster.tasks.length; place++) {
        if (place % STRETCH === 0) yield;
        checkDemands(this.roster.tasks[place] as AnyTask, this.#scheduler.settings);
      }
    } catch (error) {
      walk.undo();
      throw error;
    }
  }

  // Edges from tasks that were there before, which may become more urgent by them.
  #cross(crossings: readonly number[]): void {
    for (let k = 0; k < crossings.length; k += 2)
      this.#connectPlaces(crossings[k] as number, crossings[k + 1] as number);
  }

  // A task that gains a dependent gains its urgency, and so does all behind it; that is left until ranks are used.
  #connectPlaces(below: number, place: number): void {
    const isRaised = connect(this.roster, below, place);
    if (isRaised && this.roster.seen[below] === OPEN) this.#isUnranked = true;
  }

  // Those without prerequisites may be ready at once; among those that have come late there may be some that are blocked for good.
  #consider(from: number, to: number, all: boolean): void {
    const { roster } = this;
    for (let place = from; place <= to; place++) {
      if (all || roster.unmet[place] === 0) this.#scheduler.ledger.consider(roster.tasks[place] as AnyTask, place);
    }
  }

  /**
   * Returns what has failed or was cancelled to PENDING, where the roster counts it as open: prerequisites first, so that nobody
   * sees a repaired task behind a broken one.
   */
  *retryLost(): Generator<void, void> {
    for (const [place, task] of this.roster.tasks.slice().entries()) {
      if (place % STRETCH === 0) yield;
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

  /** Whether a task is a member that, as far as the scheduler has looked, has not settled. */
  expects(task: AnyTask): boolean {
    const place = this.roster.placeOf(task);
    return place !== -1 && this.roster.has(place, MEMBER) && this.roster.seen[place] === OPEN;
  }

  /** Takes on a task without what it requires, which is only waited for. */
  enlist(task: AnyTask): void {
    const { roster } = this;
    if (roster.tasks.length >= this.#compactAt) {
      compact(this.#scheduler);
      this.#isUnranked = true;
      this.#compactAt = Math.max(COMPACT, 2 * roster.tasks.length);
    }
    let place = roster.placeOf(task);
    if (place === -1) place = roster.enter(task, 0);
    if (roster.has(place, MEMBER)) return;
    const isLinked = roster.has(place, LINKED);
    roster.flag(place, MEMBER | WANTED | LINKED);
    if (roster.seen[place] === OPEN) this.#scheduler.unsettled++;
    this.#isUnranked ||= roster.edges.last[place] !== 0;
    if (!isLinked) this.#connect(place, task.prerequisites);
    this.#scheduler.hear(task);
  }

  /** Lets a settled task go: if it comes back to life it is not ours to make. */
  dismiss(task: AnyTask): void {
    const place = this.roster.placeOf(task);
    if (place !== -1) this.roster.unflag(place, MEMBER);
  }

  /** An unfinished member is none any more: somebody else has it, or it is not to be made again. */
  letGo(task: AnyTask): void {
    const place = this.roster.placeOf(task);
    if (!this.roster.has(place, MEMBER)) return;
    this.roster.unflag(place, MEMBER | WANTED);
    this.#scheduler.unsettled--;
  }

  // Enters prerequisites that are not on the roster, and counts those that the task has to wait for.
  #connect(place: number, added: readonly AnyTask[]): void {
    const { roster } = this;
    const strangers = added.filter((prerequisite) => roster.placeOf(prerequisite) === -1);
    if (this.#pullsIn) for (const _ of this.#enroll(strangers, { flags: this.#flags }, place));
    else {
      for (const stranger of strangers) {
        roster.enter(stranger, 0);
        this.#scheduler.hear(stranger);
      }
    }
    for (const prerequisite of added) this.#connectPlaces(roster.placeOf(prerequisite), place);
  }

  /**
   * Brings the ranks up to date. That takes as long as the graph is large: where no priority asks for it, it is done once for every
   * 64th part of the tasks, for many of them may make more edges.
   */
  rerank(): void {
    if (this.#patience > 0) this.#patience--;
    if (!this.#isUnranked || (this.#patience > 0 && !this.roster.isUrgent)) return;
    this.#isUnranked = false;
    this.#patience = this.roster.tasks.length >> 6;
    rerank(this.roster);
    this.#scheduler.ready.reorder();
  }

  /**
   * Gets the prerequisites of a task on the roster that is not linked: it was settled or in flight elsewhere. Returns false if that
   * is impossible; then the task has failed.
   */
  link(task: AnyTask, place: number): boolean {
    try {
      const { prerequisites } = task;
      const cycle = findCycle(prerequisites, task);
      if (cycle !== undefined) throw new CycleError(cycle);
      checkDemands(task, this.#scheduler.settings);
      this.roster.unmet[place] = 0;
      this.#connect(place, prerequisites);
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
    for (const _ of this.#enroll(strangers, { flags: this.#flags }, place));
    if (!this.#pullsIn) this.#claim(tasks);
    for (const task of tasks) {
      if (lift(this.roster, place, this.roster.placeOf(task))) this.#isUnranked = true;
    }
  }

  // Makes members of tasks, and of what they require, that so far were only waited for.
  #claim(tasks: readonly AnyTask[]): void {
    const { roster } = this;
    const needed = new Set(tasks);
    for (const task of needed) {
      const place = roster.placeOf(task);
      if (place === -1 || task.isSettled()) continue;
      if (!roster.has(place, MEMBER)) {
        roster.flag(place, MEMBER);
        this.#scheduler.unsettled++;
        this.#scheduler.hear(task);
      }
      if (roster.has(place, LINKED) || this.link(task, place)) for (const each of task.prerequisites) needed.add(each);
    }
  }

  check(tasks: readonly AnyTask[]): void {
    if (!this.#pullsIn) return;
    this.hurry();
    const scratch = new Roster();
    const known = (task: AnyTask): boolean => this.roster.placeOf(task) !== -1;
    new Walk(tasks, scratch, { flags: 0, known }).advance(Infinity);
    for (const task of scratch.tasks) checkDemands(task, this.#scheduler.settings);
  }

  required(dependent: AnyTask, { added, hardened }: NewEdges): void {
    const place = this.roster.placeOf(dependent);
    if (place === -1 || !this.roster.has(place, LINKED)) return;
    this.#connect(place, added);
    // What was lost did not hold the task up over a soft edge; what is open has been counted.
    for (const prerequisite of hardened) {
      if (isLost(this.roster.seen[this.roster.placeOf(prerequisite)] as number)) (this.roster.unmet[place] as number)++;
    }
    this.#scheduler.hear(dependent);
  }
}
