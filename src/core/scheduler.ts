// The scheduler: drives the tasks on one roster. Runs, task queues and `dispatch()` are this with different rosters and outlets.
// One loop does all the work, looking at what has changed (ledger.ts) and starting what is ready, so nothing recurses.

import { Attempt, type AttemptHost } from "./attempt.ts";
import { Backoffs } from "./backoff.ts";
import type { NewEdges } from "./edges.ts";
import { ReleasedError } from "./errors.ts";
import { postpone, type Emitter } from "./events.ts";
import { Handover } from "./handover.ts";
import { drives } from "./in-flight.ts";
import { Ledger } from "./ledger.ts";
import { Members } from "./members.ts";
import { Nested } from "./nested.ts";
import { News } from "./news.ts";
import type { Watcher } from "./node.ts";
import type { Outlet, Phase } from "./outlet.ts";
import { platform, type Clock, type Context } from "./platform.ts";
import type { AnyQueue } from "./queue.ts";
import { ReadyList } from "./ready.ts";
import { Rest } from "./rest.ts";
import { MEMBER, type Roster } from "./roster.ts";
import type { Settings } from "./settings.ts";
import { Slots } from "./slots.ts";
import { attemptOf, cancelTask, completeGroup, notify, ownerOf, step } from "./step.ts";
import type { Task } from "./task.ts";
import type { Verdict } from "./verdict.ts";

type AnyTask = Task<unknown>;

export class Scheduler implements Watcher, AttemptHost {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly grace: number;
  readonly context: Context = platform.captureContext();
  readonly members: Members;
  readonly roster: Roster;
  readonly ready: ReadyList;
  readonly slots: Slots;
  readonly outlet: Outlet;
  readonly ledger: Ledger;
  /** Attempts that ignored their signal beyond the grace. */
  readonly abandoned: AnyTask[] = [];
  emitter: Emitter | undefined = undefined;
  phase: Phase = "planning";
  isPaused = false;
  /** Members that are not settled. */
  unsettled = 0;
  /** Attempts that are queued, running or being stopped. */
  live = 0;
  // Most runs have no such tasks: what looks after those in queues, those that wait for a retry, and those that make others.
  #handover: Handover | undefined = undefined;
  #backoffs: Backoffs | undefined = undefined;
  #nested: Nested | undefined = undefined;
  /** The task that `dispatch()` was called for: it runs here whatever its queue, until it first ends. */
  #dispatched: AnyTask | undefined = undefined;
  readonly #rest: Rest;
  #working = false;
  readonly #news = new News();
  #at: number | undefined;

  /** `pullsIn`: whether what its tasks require is made as well, or only waited for. */
  constructor(settings: Settings, outlet: Outlet, pullsIn: boolean) {
    this.settings = settings;
    this.clock = settings.clock;
    this.grace = settings.grace;
    this.outlet = outlet;
    this.members = new Members(this, pullsIn);
    this.roster = this.members.roster;
    this.slots = new Slots(settings);
    this.#rest = new Rest(settings.clock, () => this.work());
    this.ledger = new Ledger(this);
    this.ready = new ReadyList(this.roster, this.ledger);
  }

  get handover(): Handover {
    return (this.#handover ??= new Handover(this));
  }

  get backoffs(): Backoffs {
    return (this.#backoffs ??= new Backoffs(this));
  }

  get nested(): Nested {
    return (this.#nested ??= new Nested(this));
  }

  /** Whether a task must go on waiting for its retry. */
  isWaiting(task: AnyTask): boolean {
    return this.#backoffs?.has(task) ?? false;
  }

  /** The time of what is being done: read once for all that happens in one go, as long as nobody else's code is called. */
  now(): number {
    return (this.#at ??= this.clock.now());
  }

  // ---- watching

  /** Has a task looked at: it has changed, is new here, or has come to wait for less or for more. */
  hear(task: AnyTask): void {
    if (this.emitter !== undefined || task._extra !== undefined) this.#at = undefined; // listeners take their time
    // That a task is QUEUED or RUNNING is news only to those who look after such.
    const isLookedAfter = this.#handover !== undefined || this.#backoffs !== undefined;
    const isSettled = task.isSettled();
    if (isSettled || isLookedAfter || task._state === "PENDING") this.#news.add(task);
    if (isSettled && task === this.#dispatched) this.members.letGo(task);
  }

  drives(task: AnyTask, asked: Set<Watcher>): boolean {
    return drives(this, task, asked);
  }

  repairs(task: AnyTask): boolean {
    return this.phase === "planning" && this.members.isToBeRetried(task);
  }

  check(tasks: readonly AnyTask[]): void {
    this.members.check(tasks);
  }

  required(dependent: AnyTask, edges: NewEdges): void {
    this.together(() => this.members.required(dependent, edges));
  }

  // ---- the loop

  /** Does all that can be done now: looks at what has changed, then starts what is ready, until neither is left. */
  work(): void {
    if (this.#working || this.phase === "planning" || this.phase === "closed" || postpone(this)) return;
    this.#working = true;
    for (let steps = 1; ; steps++) {
      if ((steps & 63) === 0 && this.#rest.isDue((this.#at = this.clock.now()))) break;
      const task = this.#news.take();
      if (task !== undefined) this.#lookAt(task);
      else if (!this.#startNext()) break;
    }
    this.#working = false;
    this.#at = undefined;
    if (this.#news.isEmpty) {
      if (this.phase === "draining") this.#nested?.releaseStuck();
      this.outlet._worked();
    }
  }

  #lookAt(task: AnyTask): void {
    this.#handover?.look(task);
    this.#backoffs?.look(task);
    this.ledger.lookAt(task);
  }

  /** A task has settled: `wanted` if it is to be handed out, `lost` if it is a member that has not been done. */
  settled(task: AnyTask, wanted: boolean, lost: boolean): void {
    if (this.outlet._settled(task, wanted)) this.#rest.forConsumer();
    const { failFast } = this.settings;
    if (lost && failFast !== false && this.phase === "open") this.drain(failFast === "abort");
  }

  // ---- starting

  #startNext(): boolean {
    const { ready, slots } = this;
    const { tasks } = this.roster;
    slots.endReservations();
    if (this.#nested?.resumeNext() === true) return true;
    if (ready.size === 0 || this.phase !== "open" || this.isPaused || this.#rest.isOn) return false;
    const isFree = slots.free > 0;
    if (!isFree && ready.needsSlots) return false;
    const now = this.now();
    if (this.#rest.isDue(now)) return false;
    this.members.rerank();
    const place = ready.isContested
      ? ready.take(isFree, (each, hasSlot) => slots.takeResources(tasks[each] as AnyTask, hasSlot))
      : ready.takePlain(isFree);
    if (place === -1) return false;
    const task = tasks[place] as AnyTask;
    this.#start(task, task === this.#dispatched ? undefined : slots.queueOf(task), now);
    return true;
  }

  #start(task: AnyTask, queue: AnyQueue | undefined, now: number): void {
    if (task._work === undefined) return completeGroup(task, now);
    const attempt = new Attempt(task, this, queue);
    this.live++;
    this.slots.take(attempt);
    if (queue === undefined) attempt.start(now);
    else this.handover.submit(attempt, queue, now);
    this.#at = undefined; // and so may the function
  }

  // ---- ends of attempts

  // The attempt still holds its slot: to start something before `stopped()`, which follows, would be in vain. Where several wait
  // for the task each does its work at once, in their order.
  outcome(task: AnyTask, event: Verdict["event"], value: unknown, delay: number): void {
    const working = this.#working;
    this.#working ||= task._extra?.watchers === undefined;
    this.#at = this.clock.now();
    if (event === "retry") this.backoffs.retry(task, value, delay);
    else if (event === "release") this.backoffs.release(task, value);
    else step(task, event, this.#at, value);
    this.#working = working;
  }

  stopped(attempt: Attempt, abandoned: boolean): void {
    this.live--;
    this.slots.give(attempt);
    if (abandoned) this.abandoned.push(attempt.task);
    this.#nested?.forget(attempt);
    attempt.leaveQueue?.();
    this.work();
  }

  /** A queue refused the attempt: its task is PENDING again, and its retry policy decides. */
  refused(task: AnyTask, error: unknown): void {
    this.together(() => this.backoffs.refused(task, error));
  }

  // ---- beginnings and ends of runs

  open(): void {
    if (this.phase === "closed") return;
    this.phase = "open";
    this.work();
  }

  /** Takes a ready task off the roster's members, for somebody else to run. */
  takeReady(): AnyTask | undefined {
    this.members.rerank();
    const place = this.phase === "closed" ? -1 : this.ready.take(true, () => true);
    const task = this.roster.tasks[place];
    if (task !== undefined) this.members.letGo(task);
    return task;
  }

  /** Whether all that could start has started: nothing waits for the end of a pause, a turn of the event loop, or a retry. */
  isAtRest(): boolean {
    return !this.isPaused && !this.#working && !this.#rest.isOn && this.#news.isEmpty && !this.#backoffs?.isBusy;
  }

  /** Starts one task, ready or not, and whatever comes of that. */
  startNow(task: AnyTask): void {
    this.phase = "open";
    this.#dispatched = task;
    this.slots.takeResources(task, true);
    this.#start(task, undefined, this.now());
    this.work();
  }

  pause(paused: boolean): void {
    this.isPaused = paused;
    this.work();
  }

  /** Starts nothing more; what is queued comes back; with `abort` what runs is stopped and given back too. */
  drain(abort: boolean): void {
    if (this.phase === "closed") return;
    this.phase = "draining";
    this.#handover?.releaseAll();
    this.#backoffs?.dropAll();
    for (const task of this.roster.shared()) notify(task);
    if (abort) {
      for (const task of this.roster.tasks) {
        if (task._state === "RUNNING" && ownerOf(task) === this) attemptOf(task)?.abort(new ReleasedError(task));
      }
    }
    this.work();
  }

  /** Cancels all that is unfinished, save what others have started. */
  cancelAll(reason: unknown): void {
    if (this.phase === "closed") return;
    this.phase = "draining";
    this.together(() => {
      for (const [place, task] of this.roster.tasks.entries()) {
        if (this.roster.has(place, MEMBER) && (ownerOf(task) ?? this) === this) cancelTask(task, reason, false);
      }
    });
  }

  /** Takes several steps before anything reacts to one of them. */
  together(steps: () => void): void {
    const working = this.#working;
    this.#working = true;
    try {
      steps();
    } finally {
      this.#working = working;
    }
    this.work();
  }

  /** Lets go of everything, in steps. */
  *close(): Generator<void, void> {
    this.phase = "closed";
    this.#backoffs?.dropAll();
    const shared = this.roster.shared();
    yield* this.roster.leave();
    for (const task of shared) notify(task);
  }
}
