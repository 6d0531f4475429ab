// One real run and what its consumer does with it, reported to the reference as it happens.

import { CycleError, make, makeLater } from "thence";
import type { MakeOptions, Run, Summary, Task } from "thence";
import type { RunSpec } from "./arbitrary.ts";
import type { ObservedSummary } from "./compare.ts";
import { asks, finished, iterated, received } from "./consumer.ts";
import type { Report } from "./functions.ts";
import type { Reference } from "./reference.ts";
import type { ModelRun, ModelTask } from "./state.ts";

class LeftByException extends Error {}

export interface Subject {
  readonly spec: RunSpec;
  readonly tasks: readonly Task<unknown>[];
  readonly options: MakeOptions;
  /** Absent when nobody compares. */
  readonly model: ModelRun | undefined;
  modelOf(task: Task<unknown>): ModelTask | undefined;
}

export class PlayedRun {
  /** The names of what the consumer has received, in order. */
  readonly received: string[] = [];
  left = false;
  over = false;
  begun = false;
  ended = false;
  readonly #subject: Subject;
  readonly #report: Report;
  readonly #run: Run;
  readonly #iterator: AsyncIterator<Task<unknown>>;
  readonly #controller = new AbortController();
  #waiting = false;
  #begins = true;
  #returning: "no" | "waits" | "over" = "no";

  constructor(subject: Subject, report: Report) {
    this.#subject = subject;
    this.#report = report;
    const { spec, tasks, options } = subject;
    const signal = spec.cancelBy === "signal" ? { signal: this.#controller.signal } : {};
    const only = tasks.length === 1 ? tasks[0] : undefined;
    if (spec.consumer === "later") this.#begin();
    this.#run = (spec.consumer === "later" ? makeLater : make)(only ?? tasks, { ...options, ...signal });
    this.#iterator = this.#run[Symbol.asyncIterator]();
    void this.#watch();
  }

  /** Lets an eager consumer begin. */
  start(): void {
    if (this.#subject.spec.consumer === "eager") void this.#loop();
  }

  /** Its signal has aborted before it began. */
  get isDoomed(): boolean {
    return !this.begun && this.#controller.signal.aborted;
  }

  /** What is wrong with the run at a quiet moment, beyond what the reference knows. */
  complaint(): string | undefined {
    if (this.over && this.#returning === "waits") return "has settled and return() has not";
    return this.over && this.left && this.#waiting ? "has settled and next() has not" : undefined;
  }

  /** A consumer that takes one when it is told to. */
  pull(): void {
    if (!this.#waiting && !this.ended && this.#subject.spec.consumer !== "eager") void this.#next().catch(() => {});
  }

  async leave(): Promise<IteratorResult<Task<unknown>>> {
    if (this.isDoomed) return { done: true, value: undefined };
    this.left = true;
    this.#tell((to, model) => to.leave(model));
    if (this.#returning === "no") this.#returning = "waits";
    return this.#return();
  }

  cancel(reason: unknown): void {
    const { cancelBy, retry } = this.#subject.spec;
    if (cancelBy === "signal" && !this.begun) {
      // A run looks at its signal when it begins. Whether one that begins cancelled repairs first is left open,
      // and so is what leaving does before.
      if (!retry) this.#controller.abort(reason);
      return;
    }
    this.#tell((to, model) => to.cancelRun(model, reason));
    if (cancelBy === "signal") this.#controller.abort(reason);
    else this.#run.cancel(reason);
  }

  #tell(what: (reference: Reference, model: ModelRun) => void): void {
    const { model } = this.#subject;
    this.#report.stir();
    if (model) this.#report.tell((reference) => what(reference, model));
  }

  #begin(): void {
    if (this.begun) return;
    this.begun = true;
    this.#tell((to, model) => {
      if (model.phase !== "new" || model.over) return;
      const { signal } = this.#controller;
      if (signal.aborted) to.cancelRun(model, signal.reason);
      else this.#begins = to.begin(model);
    });
  }

  /** A consumer that takes what it gets at once, in a `for await` loop. */
  async #loop(): Promise<void> {
    const { breakAfter, breakBy } = this.#subject.spec;
    const iterator = { next: () => this.#next(), return: () => this.leave() };
    try {
      for await (const _ of { [Symbol.asyncIterator]: () => iterator }) {
        if (this.received.length !== breakAfter) continue;
        if (breakBy === "break") break;
        throw new LeftByException();
      }
    } catch {
      // Its own exception, or a refusal that #next has reported.
    }
  }

  /** Hands on the run's own promise, so that the consumer has its turn exactly when it would without the test. */
  #next(): Promise<IteratorResult<Task<unknown>>> {
    this.#waiting = true;
    this.#begin();
    this.#tell((_, model) => asks(model));
    const step = this.#iterator.next();
    step.then(
      ({ done, value }) => {
        this.#waiting = false;
        if (done) {
          this.ended = true;
          this.#tell(iterated);
        } else this.#receive(value);
      },
      (error: unknown) => {
        this.#waiting = false;
        this.ended = true;
        this.#tell((_, model) => (model.waiting = false));
        this.#refused("next()", error);
      },
    );
    return step;
  }

  #receive(task: Task<unknown>): void {
    this.received.push(task.name);
    const ended = this.#subject.modelOf(task);
    this.#tell((to, model) => (ended ? received(to, model, ended) : to.complain(`a foreign ${task.name} was yielded`)));
  }

  async #return(): Promise<IteratorResult<Task<unknown>>> {
    if (this.#subject.spec.breakBy === "throw") await this.#run[Symbol.asyncDispose]();
    else await this.#run.return();
    this.#returning = "over";
    this.#tell((to, model) => to.log.push(`return() of run ${model.number} has settled`));
    return { done: true, value: undefined };
  }

  async #watch(): Promise<void> {
    try {
      const summary = await this.#run.finished;
      this.over = true;
      this.#tell((to, model) => finished(to, model, this.#convert(summary)));
    } catch (error) {
      this.over = true;
      this.#refused("finished", error);
    }
  }

  #refused(what: string, error: unknown): void {
    this.#report.stir();
    this.#report.tell((to) => {
      const isCycle = error instanceof CycleError;
      if (this.#begins || !isCycle) to.complain(`${what} rejected with ${String(error)}`);
    });
  }

  #convert(summary: Summary): ObservedSummary {
    const models = (tasks: readonly Task<unknown>[]): ModelTask[] =>
      tasks.map((task) => this.#subject.modelOf(task)).filter((task) => task !== undefined);
    return {
      done: models(summary.done),
      failed: models(summary.failed),
      cancelled: models(summary.cancelled),
      notStarted: models(summary.notStarted),
      abandoned: models(summary.abandoned),
      wallMs: summary.wallMs,
    };
  }
}
