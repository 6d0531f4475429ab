// What a scheduler makes of changes. It reacts to states, never to who caused them: a task that has changed is compared with
// what was last taken into account, and the difference is passed on to its dependents.

import { isSoft } from "./node.ts";
import { DONE, frees, isLost, LINKED, MEMBER, OPEN, standing, WANTED, type Roster } from "./roster.ts";
import type { Scheduler } from "./scheduler.ts";
import { failBlocked } from "./step.ts";
import type { Task } from "./task.ts";

type AnyTask = Task<unknown>;

/** The accounts that a scheduler keeps of its tasks. */
export class Ledger {
  readonly #scheduler: Scheduler;
  readonly #roster: Roster;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.#roster = scheduler.roster;
  }

  /** Takes the present state of a task into account. */
  lookAt(task: AnyTask): void {
    const roster = this.#roster;
    const place = roster.placeOf(task);
    if (place === -1) return;
    const before = roster.seen[place] as number;
    const now = standing(task);
    if (now !== before) {
      roster.seen[place] = now;
      if (before === OPEN && now === DONE) this.#free(place);
      else this.#passOn(task, place, before, now);
      this.#count(task, place, before, now);
    }
    if (now === OPEN) this.consider(task, place);
  }

  // What has been done holds nobody up any more.
  #free(prerequisite: number): void {
    const { tasks, unmet, edges } = this.#roster;
    const { last, before, dependent } = edges;
    for (let edge = last[prerequisite] as number; edge !== 0; edge = before[edge] as number) {
      const place = dependent[edge] as number;
      if (--(unmet[place] as number) === 0) this.consider(tasks[place] as AnyTask, place);
    }
  }

  #passOn(task: AnyTask, prerequisite: number, before: number, now: number): void {
    const { tasks, unmet, edges } = this.#roster;
    let edge = edges.last[prerequisite] as number;
    for (; edge !== 0; edge = edges.before[edge] as number) {
      const place = edges.dependent[edge] as number;
      const dependent = tasks[place] as AnyTask;
      const was = before !== OPEN && frees(before, dependent, task);
      const is = now !== OPEN && frees(now, dependent, task);
      if (is && !was) {
        if (--(unmet[place] as number) === 0) this.consider(dependent, place);
      } else if (was && !is) (unmet[place] as number)++;
    }
    if (isLost(now)) this.#blame(task);
  }

  // In the order in which they came to depend on it.
  #blame(task: AnyTask): void {
    const roster = this.#roster;
    for (const dependent of task.dependents) {
      const place = roster.placeOf(dependent);
      if (place !== -1 && roster.has(place, LINKED) && !isSoft(dependent, task)) this.#scheduler.hear(dependent);
    }
  }

  #count(task: AnyTask, place: number, before: number, now: number): void {
    const { flags } = this.#roster;
    const flag = flags[place] as number;
    const isMember = (flag & MEMBER) !== 0;
    const isWanted = (flag & WANTED) !== 0;
    if (isMember && before === OPEN) this.#scheduler.unsettled--;
    if (now === OPEN) {
      if (isMember) this.#scheduler.unsettled++;
      if (isMember) this.#scheduler.outlet._reopened(task);
      return;
    }
    this.#roster.time(place);
    if (isWanted) flags[place] = flag & ~WANTED;
    this.#scheduler.settled(task, isWanted, isMember && now !== DONE);
  }

  /** What becomes of a member that is PENDING: it is ready, or blocked for good, or waits. */
  consider(task: AnyTask, place: number): void {
    const roster = this.#roster;
    const { members, ready, slots } = this.#scheduler;
    const flags = roster.flags[place] as number;
    if (task._state !== "PENDING" || (flags & MEMBER) === 0 || this.#isOthers(task)) return;
    if ((flags & LINKED) === 0 && !members.link(task, place)) return;
    if ((roster.unmet[place] as number) > 0) failBlocked(task, this.#scheduler.now());
    else if (task._work === undefined) ready.push(place, false, undefined);
    else if (!this.#scheduler.isWaiting(task)) {
      ready.push(place, slots.areNeededIn(slots.queueOf(task)), task._extra?.policy?.uses);
    }
  }

  /** Whether a place that was ready still is. */
  isReady(place: number): boolean {
    const { tasks, unmet, flags } = this.#roster;
    const task = tasks[place] as AnyTask;
    if (task._state !== "PENDING" || unmet[place] !== 0 || ((flags[place] as number) & MEMBER) === 0) return false;
    return !this.#isOthers(task) && !this.#scheduler.isWaiting(task);
  }

  // A task that waits for its retry belongs to whoever ran it.
  #isOthers({ _extra: extra }: AnyTask): boolean {
    return extra?.holder !== undefined && extra.holder !== this.#scheduler;
  }
}
