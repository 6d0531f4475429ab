// The functions of the tasks: they tell the reference when they begin, see their signal and end, and end as
// the scenario or a command says.

import { CancelledError } from "thence";
import type { Inputs, Require, TaskContext } from "thence";
import type { Ending, TaskSpec } from "./arbitrary.ts";
import type { Reference } from "./reference.ts";
import type { Outcome } from "./state.ts";

/** A function that has begun and not ended. */
export interface Live {
  readonly index: number;
  readonly number: number;
  end(outcome: Outcome): void;
}

/** What the functions report; the reference, if there is one, and the player. */
export interface Report {
  tell(what: (reference: Reference) => void): void;
  /** Something happened, so that things are not at rest. */
  stir(): void;
  /** The function's own moment to meddle. */
  inside(index: number): void;
  complain(text: string): void;
}

let serial = 0;

/** A fresh outcome: no two values or errors are the same, so that a mix-up shows. */
export function outcomeOf(how: Ending): Outcome {
  const name = `${how} ${++serial}`;
  if (how === "value") return { value: name };
  if (how === "undefined") return { error: undefined };
  if (how === "string") return { error: name };
  if (how === "CancelledError") return { error: new CancelledError(name) };
  const error = new Error(name);
  if (how === "AbortError") error.name = "AbortError";
  return { error };
}

/** What a remote function comes to when its signal aborts; undefined if it ignores that. */
function outcomeOnAbort(how: TaskSpec["onAbort"], reason: unknown): Outcome | undefined {
  if (how === "ignores") return undefined;
  if (how === "value" || how === "error" || how === "AbortError") return outcomeOf(how);
  return { error: how === "wrapped" ? new Error(`wrapped ${++serial}`, { cause: reason }) : reason };
}

/** Inputs of any shape as a list in the order of the edges. */
function listInputs(shape: TaskSpec["shape"], count: number, inputs: unknown): unknown {
  if (count === 0) return inputs;
  if (shape === "one" && count === 1) return [inputs];
  if (shape !== "record") return inputs;
  if (Array.isArray(inputs)) return "an array instead of a record";
  const record = inputs as Record<string, unknown>;
  return Object.keys(record).map((_, index) => record[`p${index}`]);
}

/** Requirements in the shape that the scenario asks for. */
export function shaped<T>(shape: TaskSpec["shape"], requirements: readonly T[]): T | readonly T[] | Record<string, T> {
  const [first] = requirements;
  if (shape === "one" && first !== undefined && requirements.length === 1) return first;
  if (shape !== "record") return requirements;
  return Object.fromEntries(requirements.map((requirement, index) => [`p${index}`, requirement]));
}

/** Makes the functions, and keeps those that have begun and not ended. */
export class Functions {
  readonly live: Live[] = [];
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  /** The function of the task at `index`, which gets `count` inputs. */
  make(spec: TaskSpec, index: number, count: number) {
    const tell: Report["tell"] = (what) => this.#report.tell(what);
    let begun = 0;
    return (inputs: Inputs<Require | undefined>, context: TaskContext): unknown => {
      const number = context.attempt;
      tell((to) => to.functionBegins(to.task(index), number, listInputs(spec.shape, count, inputs)));
      this.#report.stir();
      if (context.signal.aborted) this.#report.complain(`task ${index} began with its signal aborted`);
      if (spec.kind === "remote") return this.#begin(spec, index, context);
      this.#report.inside(index);
      const outcome = outcomeOf(spec.ends[Math.min(begun++, spec.ends.length - 1)] ?? "value");
      tell((to) => to.functionEnds(to.task(index), number, outcome));
      if ("value" in outcome) return spec.async ? Promise.resolve(outcome.value) : outcome.value;
      if (spec.async) return Promise.reject(outcome.error);
      throw outcome.error;
    };
  }

  #begin({ onAbort }: TaskSpec, index: number, { attempt: number, signal }: TaskContext): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const end = (outcome: Outcome): void => {
      this.live.splice(this.live.indexOf(live), 1);
      this.#report.tell((to) => to.functionEnds(to.task(index), number, outcome));
      this.#report.stir();
      if ("value" in outcome) resolve(outcome.value);
      else reject(outcome.error);
    };
    const live: Live = { index, number, end };
    this.live.push(live);
    const onSignal = (): void => {
      if (!this.live.includes(live)) return;
      this.#report.tell((to) => to.signalled(to.task(index), number, signal.reason));
      this.#report.stir();
      const outcome = outcomeOnAbort(onAbort, signal.reason);
      if (outcome) end(outcome);
    };
    signal.addEventListener("abort", onSignal, { once: true });
    this.#report.inside(index);
    return promise;
  }
}
