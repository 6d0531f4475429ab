// The scheduler: drives the tasks on one roster. Runs, task queues and `dispatch()` are this with different rosters and outlets.
// It reacts to states, never to who caused them: a task that has changed is compared with what was last taken into account, and
// the difference is passed on to its dependents. One loop does all the work, so nothing recurses.

import { Attempt, type AttemptHost } from "./attempt.ts";
import { Backoffs } from "./backoff.ts";
import { ReleasedError } from "./errors.ts";
import { Handover } from "./handover.ts";
import { Members, type Scope } from "./members.ts";
import { Nested } from "./nested.ts";
import { awaitTurn, isTurnSpent, platform, type Clock } from "./platform.ts";
import { queueOf, type ClosureQueue } from "./queue.ts";
import { ReadyList, Resources } from "./ready.ts";
import { frees, LINKED, LOST, MEMBER, OPEN, standing, WANTED, type Roster } from "./roster.ts";
import { attemptOf, cancelTask, failBlocked, step } from "./step.ts";
import { judge } from "./verdict.ts";
import type { Emitter } from "./events.ts";
import type { Settings } from "./settings.ts";
import type { Task } from "./task.ts";
import type { Watcher } from "./node.ts";
import type { Require } from "./types.ts";

type AnyTask = Task<unknown>;

/** Where a scheduler's news go. */
export interface Outlet {
  /** Where listeners are, if there are any. */
  readonly emitter: Emitter | undefined;
  /** A task of the roster has settled; `wanted` the first time that it does. Returns whether somebody was waiting for it. */
  settled(task: AnyTask, wanted: boolean): boolean;
  /** All that can be done at present is done. */
  worked(): void;
}

/** `planning` until all is known, `open` while tasks are started, `draining` once nothing more is, `closed` at the end. */
export type Phase = "planning" | "open" | "draining" | "closed";

export class Scheduler implements Watcher, AttemptHost {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly grace: number;
  readonly members: Members;
  readonly roster: Roster;
  readonly ready: ReadyList;
  readonly resources: Resources;
  readonly #outlet: Outlet;
  readonly handover: Handover = new Handover(this);
  readonly #backoffs = new Backoffs(this);
  readonly #nested = new Nested(this);
  /** Attempts that ignored their signal beyond the grace. */
  readonly abandoned: AnyTask[] = [];
  phase: Phase = "planning";
  /** Members that are not settled. */
  unsettled = 0;
  /** Attempts that are queued, running or being stopped. */
  live = 0;
  #paused = false;
  #slots = 0;
  #resting = false;
  #working = false;
  // Tasks to look at, first in first out; drained without giving the room back, which most steps would only take again.
  readonly #changed: AnyTask[] = [];
  #head = 0;
  #tail = 0;
  #at: number | undefined;

  constructor(settings: Settings, outlet: Outlet, scope: Scope) {
    this.settings = settings;
    this.clock = settings.clock;
    this.grace = settings.grace;
    this.#outlet = outlet;
    this.members = new Members(this, scope);
    this.roster = this.members.roster;
    this.resources = new Resources(settings.resources);
    this.ready = new ReadyList(this.roster, (place) => this.isReady(place));
  }

  get emitter(): Emitter | undefined {
    return this.#outlet.emitter;
  }

  /** The time of what is being done: read once for all that happens in one go. */
  now(): number {
    return (this.#at ??= this.clock.now());
  }

  // ---- watching

  react(task: AnyTask): void {
    this.look(task);
    this.work();
  }

  /** Puts a task on the list of those to be looked at. */
  look(task: AnyTask): void {
    this.#changed[this.#tail++] = task;
  }

  drives(task: AnyTask): boolean {
    const place = this.roster.placeOf(task);
    return place !== -1 && this.phase === "open" && !this.#paused && ((this.roster.flags[place] as number) & MEMBER) !== 0;
  }

  check(dependent: AnyTask, tasks: readonly AnyTask[]): void {
    this.members.check(dependent, tasks);
  }

  required(dependent: AnyTask, tasks: readonly AnyTask[]): void {
    this.members.required(dependent, tasks);
    this.work();
  }

  // ---- the loop

  /** Does all that can be done now: looks at what has changed, then starts what is ready, until neither is left. */
  work(): void {
    if (this.#working || this.phase === "planning" || this.phase === "closed") return;
    this.#working = true;
    for (let steps = 1; ; steps++) {
      if ((steps & 63) === 0 && this.#mustRest()) break;
      if (this.#head < this.#tail) this.#lookAt(this.#changed[this.#head++] as AnyTask);
      else {
        this.#head = this.#tail = 0;
        if (!this.#startNext()) break;
      }
    }
    this.#working = false;
    this.#at = undefined;
    if (this.#head === this.#tail) {
      if (this.phase === "draining") this.#nested.releaseStuck();
      this.#outlet.worked();
    }
  }

  #lookAt(task: AnyTask): void {
    const { roster } = this;
    const place = roster.placeOf(task);
    if (place === -1) return;
    if (this.handover.size > 0) this.handover.look(task);
    if (this.#backoffs.size > 0) this.#backoffs.look(task);
    const before = roster.seen[place] as number;
    const now = standing(task);
    if (now !== before) {
      roster.seen[place] = now;
      this.#passOn(task, before, now);
      this.#count(task, place, before, now);
    }
    if (now === OPEN) this.#consider(task, place);
  }

  #count(task: AnyTask, place: number, before: number, now: number): void {
    const { flags } = this.roster;
    const flag = flags[place] as number;
    if (flag & MEMBER) {
      if (before === OPEN) this.unsettled--;
      else if (now === OPEN) this.unsettled++;
    }
    if (now === OPEN) return;
    if (flag & WANTED) flags[place] = flag & ~WANTED;
    if (this.#outlet.settled(task, (flag & WANTED) !== 0)) this.#rest(queueMicrotask);
    const { failFast } = this.settings;
    if (now === LOST && flag & MEMBER && failFast !== false && this.phase === "open") this.drain(failFast === "abort");
  }

  #passOn(task: AnyTask, before: number, now: number): void {
    const { roster } = this;
    const { unmet, flags } = roster;
    for (const dependent of task._dependents) {
      const place = roster.placeOf(dependent);
      if (place === -1 || ((flags[place] as number) & LINKED) === 0) continue;
      const was = frees(before, dependent, task);
      const is = frees(now, dependent, task);
      if (is && !was) {
        if (--(unmet[place] as number) === 0) this.#consider(dependent, place);
      } else if (was && !is) (unmet[place] as number)++;
      if (now === LOST && !is) this.look(dependent);
    }
  }

  /** What becomes of a member that is PENDING: it is ready, or blocked for good, or waits. */
  #consider(task: AnyTask, place: number): void {
    if (task._state !== "PENDING" || ((this.roster.flags[place] as number) & MEMBER) === 0) return;
    if (this.#isHeld(task) || !this.members.link(task, place)) return;
    if ((this.roster.unmet[place] as number) > 0) failBlocked(task, this.now());
    else this.ready.push(place, task._work !== undefined && this.needsSlot(this.#queueOf(task)), task._policy?.uses);
  }

  isReady(place: number): boolean {
    const { tasks, unmet, flags } = this.roster;
    const task = tasks[place] as AnyTask;
    const ready = task._state === "PENDING" && unmet[place] === 0 && ((flags[place] as number) & MEMBER) !== 0;
    return ready && !this.#isHeld(task);
  }

  // A task that waits for its retry belongs to whoever ran it.
  #isHeld(task: AnyTask): boolean {
    const holder = task._extra?.holder;
    return holder !== undefined && (holder !== this || this.#backoffs.has(task));
  }

  // ---- starting

  #startNext(): boolean {
    const reserved = new Set<string>();
    const free = (): boolean => this.#slots < this.settings.concurrency;
    if (this.#nested.resumeNext(free(), reserved)) return true;
    if (this.phase !== "open" || this.#paused || this.#resting || this.ready.size === 0 || this.#mustRest()) return false;
    const take = (place: number): boolean => this.resources.take(this.roster.tasks[place]?._policy?.uses, reserved);
    const place = this.ready.take(free(), take);
    if (place === -1) return false;
    this.start(this.roster.tasks[place] as AnyTask);
    return true;
  }

  /** Starts a task whose resources have been taken. */
  start(task: AnyTask): void {
    const at = this.now();
    if (task._work === undefined) {
      step(task, "dispatch", at);
      if (task._state === "RUNNING") step(task, "done", at, undefined);
      return;
    }
    const queue = this.#queueOf(task);
    const attempt = new Attempt(task, this, queue);
    this.live++;
    this.takeSlot(attempt);
    if (queue === undefined) attempt.start(at);
    else this.handover.submit(attempt, queue, at);
  }

  #queueOf(task: AnyTask): ClosureQueue | undefined {
    return queueOf(task, this.settings);
  }

  needsSlot(queue: ClosureQueue | undefined): boolean {
    return queue === undefined || this.settings.limitsQueues;
  }

  takeSlot(attempt: Attempt): void {
    attempt.holdsSlot = true;
    if (this.needsSlot(attempt.queue)) this.#slots++;
  }

  giveSlot(attempt: Attempt): void {
    if (!attempt.holdsSlot) return;
    attempt.holdsSlot = false;
    if (this.needsSlot(attempt.queue)) this.#slots--;
    this.resources.give(attempt.task._policy?.uses);
  }

  #mustRest(): boolean {
    if (!isTurnSpent(this.clock === platform.clock ? this.now() : platform.clock.now())) return false;
    this.#rest(awaitTurn);
    return true;
  }

  #rest(until: (callback: () => void) => void): void {
    if (this.#resting) return;
    this.#resting = true;
    until(() => {
      this.#resting = false;
      this.work();
    });
  }

  // ---- ends of attempts

  outcome(attempt: Attempt, ok: boolean, value: unknown): void {
    this.#at = this.clock.now();
    const verdict = judge(attempt, ok, value);
    if (verdict.event === "retry") this.#backoffs.retry(attempt.task, verdict.value, verdict.delay ?? 0);
    else if (verdict.event === "release") this.#release(attempt.task, this.#at, verdict.value);
    else step(attempt.task, verdict.event, this.#at, verdict.value);
  }

  // Its deadline counts from the next attempt on: the time in which nobody wanted it is not its fault.
  #release(task: AnyTask, at: number, reason: unknown): void {
    if (task._extra !== undefined) task._extra.firstStart = undefined;
    step(task, "release", at, undefined, { reason });
  }

  stopped(attempt: Attempt, abandoned: boolean): void {
    this.live--;
    this.giveSlot(attempt);
    if (abandoned) this.abandoned.push(attempt.task);
    this.#nested.forget(attempt);
    attempt.leaveQueue?.();
    this.work();
  }

  /** A queue refused the attempt: its task is PENDING again, and its retry policy decides. */
  refused(task: AnyTask, error: unknown): void {
    this.#backoffs.refused(task, error);
    this.work();
  }

  makeWithin(attempt: Attempt, tasks: Require): Promise<unknown> {
    return this.#nested.make(attempt, tasks);
  }

  // ---- beginnings and ends of runs

  open(): void {
    if (this.phase === "closed") return;
    this.phase = "open";
    this.work();
  }

  /** Takes a ready task off the roster's members, for somebody else to run. */
  takeReady(): AnyTask | undefined {
    const place = this.phase === "closed" ? -1 : this.ready.take(true, () => true);
    if (place === -1) return undefined;
    const { tasks, flags } = this.roster;
    flags[place] = (flags[place] as number) & ~(MEMBER | WANTED);
    this.unsettled--;
    return tasks[place];
  }

  /** Whether all that could start has started: nothing waits for the end of a pause, a turn of the event loop, or a retry. */
  isAtRest(): boolean {
    return !this.#paused && !this.#resting && this.#backoffs.size === 0;
  }

  /** Starts one task, ready or not, and whatever comes of that. */
  startNow(task: AnyTask): void {
    this.phase = "open";
    const attempt = new Attempt(task, this, undefined);
    this.live++;
    attempt.start(this.now());
    this.work();
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.work();
  }

  /** Starts nothing more; what is queued comes back; with `abort` what runs is stopped and given back too. */
  drain(abort: boolean): void {
    if (this.phase === "closed") return;
    this.phase = "draining";
    this.handover.releaseAll();
    this.#backoffs.dropAll();
    if (abort) {
      for (const task of this.roster.tasks) if (this.#runs(task)) attemptOf(task).abort(new ReleasedError(task));
    }
    this.work();
  }

  /** Cancels all that is unfinished, save what others have started. */
  cancelAll(reason: unknown): void {
    if (this.phase === "closed") return;
    this.phase = "draining";
    const working = this.#working;
    this.#working = true;
    for (const task of this.roster.tasks) {
      const place = this.roster.placeOf(task);
      if (((this.roster.flags[place] as number) & MEMBER) === 0 || this.#isForeign(task)) continue;
      cancelTask(task, reason);
    }
    this.#working = working;
    this.work();
  }

  #runs(task: AnyTask): boolean {
    return task._state === "RUNNING" && attemptOf(task)?.host === this;
  }

  // Started by another run or by the user, and not given back yet.
  #isForeign(task: AnyTask): boolean {
    if (task._state === "RUNNING" || task._state === "QUEUED") return attemptOf(task)?.host !== this;
    return task._extra?.holder !== undefined && task._extra.holder !== this;
  }

  close(): void {
    this.phase = "closed";
    this.#backoffs.dropAll();
    this.roster.leave(0, true);
  }
}
