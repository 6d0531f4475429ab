// A plain, slow reference of what a run may and must do. It is told every command before it is given and
// every observation as it is made, keeps its own account of the states, and collects complaints: about each
// step that was not due, and, when all is quiet, about each that was due and did not happen (rest.ts).

import { Account } from "./account.ts";
import { compareEnd, compareInputs } from "./compare.ts";
import type { Observed } from "./compare.ts";
import { isDue, isStartedBy, next, stopWanted } from "./due.ts";
import { closure, isStarted, hasCycle, isFinal } from "./state.ts";
import type { ModelRun, ModelTask, Outcome } from "./state.ts";

export class Reference extends Account {
  // ---- commands

  /** The first `next()` of a run, or `makeLater`. Tells whether the run can begin: its graph has no cycle. */
  begin(run: ModelRun): boolean {
    this.log.push(`run ${run.number} begins`);
    if (hasCycle(this.enter(run, run.options.retry))) {
      run.over = true;
      return false;
    }
    run.phase = "active";
    return true;
  }

  leave(run: ModelRun): void {
    this.log.push(`run ${run.number} is left`);
    run.gone = true;
    if (run.over) return;
    if (run.phase === "new") this.enter(run, false);
    // What was cancelled stays so, though nobody waits for it any more.
    if (run.phase !== "cancelled") run.phase = "left";
    run.held = false;
  }

  cancelRun(run: ModelRun, reason: unknown): void {
    this.log.push(`run ${run.number} is cancelled`);
    if (run.over || run.phase === "left") return;
    // Of several reasons the first counts, unless a listener gives the second before the first has reached everybody.
    run.cancelReasons.push(reason);
    if (run.phase === "new") this.enter(run, false);
    // A listener may be so quick that not all has been repaired.
    for (const task of run.repairs) run.optional.add(task);
    run.phase = "cancelled";
    // What others have started is theirs, also when they give it back.
    for (const task of run.graph) if (isStarted(task) && !isStartedBy(run, task)) run.past.add(task);
  }

  /** Tells what `cancel()` must return: whether there was anything to cancel. */
  cancelTask(task: ModelTask, reason: unknown): boolean {
    this.log.push(`${task.name} is cancelled`);
    if (isFinal(task)) return false;
    task.cancelAsked ??= { reason };
    return true;
  }

  /** Tells what becomes of a late `require`. */
  require(task: ModelTask, prerequisite: ModelTask): "added" | "state" | "cycle" | "open" {
    this.log.push(`${task.name} requires ${prerequisite.name}`);
    if (task.state !== "PENDING") return "state";
    if (task === prerequisite) return "cycle";
    if (task.requires.has(prerequisite)) return "added";
    const runs = this.runs.filter((run) => !run.over && run.phase !== "new" && run.graph.has(task));
    const drawnIn = closure([prerequisite], isFinal);
    // A circle may also have been there before, outside of the runs.
    const closes = drawnIn.has(task) || hasCycle(new Set([...drawnIn].filter((each) => !isFinal(each))));
    if (closes && runs.some(({ phase }) => phase === "active")) return "cycle";
    if (closes && runs.length > 0) return "open";
    this.connect(task, prerequisite);
    return "added";
  }

  connect(task: ModelTask, prerequisite: ModelTask): void {
    task.requires.set(prerequisite, "hard");
    this.drawIn(task);
  }

  /** Tells what `dispatch()` does: start the task, or which error it throws. */
  dispatch(task: ModelTask): "starts" | "TransitionError" | "BlockedError" {
    this.log.push(`${task.name} is dispatched by hand`);
    if (task.state !== "PENDING") return "TransitionError";
    for (const run of this.runs) if (run.graph.has(task)) run.shared = true;
    task.dispatchAsked = this.rules.isSatisfied(task) || this.rules.verdict(task) === "FAILED";
    return this.rules.isSatisfied(task) ? "starts" : "BlockedError";
  }

  /** The `number`th attempt's function has come to its end. */
  functionEnds(task: ModelTask, number: number, outcome: Outcome): void {
    this.log.push(`${task.name}#${number} ${"error" in outcome ? `throws ${String(outcome.error)}` : "returns"}`);
    task.abandoned.delete(number);
    const lingering = task.lingering.get(number);
    task.lingering.delete(number);
    if (lingering && this.now() >= lingering.until) {
      for (const owner of lingering.owners) if (owner !== "user") owner.abandoned.add(task);
    }
    if (task.attempt?.number === number) task.attempt.outcome = outcome;
  }

  refuses(task: ModelTask, error: unknown): void {
    this.log.push(`the queue refuses ${task.name}`);
    task.refused = { error, final: false };
  }

  settles(task: ModelTask, outcome: Outcome): void {
    this.log.push(`${task.name} is settled from outside`);
    task.settleAsked = outcome;
  }

  // ---- observations

  transition(task: ModelTask, observed: Observed): void {
    const { event, from, to, attempt } = observed;
    this.log.push(`${task.name} ${from}->${event}->${to} (${attempt})`);
    if (from !== task.state) this.complain(`${task.name}: a record from ${from} while it is ${task.state}`);
    if (to !== next(from, event)) this.complain(`${task.name}: ${from}->${event}->${to} is not in the table`);
    if (!isDue(this, task, event)) this.complain(`${task.name}: ${from}->${event}->${to} was not due`);
    if (isFinal({ ...task, state: to })) for (const text of compareEnd(this, task, observed)) this.complain(text);
    this.step(task, event, from, to, observed);
    if (attempt !== task.attempts) this.complain(`${task.name}: attempt ${attempt}, expected ${task.attempts}`);
  }

  functionBegins(task: ModelTask, number: number, inputs: unknown): void {
    this.log.push(`${task.name}#${number} begins`);
    const { attempt } = task;
    if (task.state !== "RUNNING" || !attempt) this.complain(`${task.name}: its function began while ${task.state}`);
    else if (attempt.begun) this.complain(`${task.name}: attempt ${number} began twice`);
    else if (attempt.number !== number) this.complain(`${task.name}: began attempt ${number} for ${attempt.number}`);
    else attempt.begun = true;
    for (const text of compareInputs(task, inputs)) this.complain(text);
  }

  signalled(task: ModelTask, number: number, reason: unknown): void {
    this.log.push(`${task.name}#${number} sees its signal abort: ${String(reason)}`);
    const { attempt } = task;
    if (attempt?.number !== number || attempt.outcome) return;
    const name = reason instanceof Error ? reason.name : "";
    const why = task.settleAsked ? "settled" : name === "ReleasedError" ? "release" : "cancel";
    if (why !== "settled") {
      if (!stopWanted(task, attempt, why, true))
        this.complain(`${task.name}: signalled for nothing: ${String(reason)}`);
      if (why === "cancel" && name !== "CancelledError")
        this.complain(`${task.name}: signalled with ${String(reason)}`);
    }
    // From whom a release comes tells who had started it.
    if (why === "release") {
      const leavers = attempt.owners.filter((owner) => owner !== "user" && owner.phase !== "active");
      if (leavers.length > 0) attempt.owners = leavers;
    }
    attempt.signalled = { why, reason, at: this.now() };
  }
}
