// Random scenarios as plain data: a graph, how its functions end, a run, and a script of commands. Plain
// data shrinks well and prints as a counterexample that can be read. Picks are taken modulo what there is.

import * as fc from "fast-check";
import type { QueueKind } from "./state.ts";

/** How a function ends: a value, or what it throws. */
export type Ending = "value" | "error" | "undefined" | "string" | "CancelledError" | "AbortError";

export interface TaskSpec {
  readonly kind: "remote" | "instant" | "group";
  /** How far back (or, in a graph wired backwards, ahead) each prerequisite lies. */
  readonly requires: readonly { readonly back: number; readonly soft: boolean }[];
  readonly shape: "array" | "record" | "one";
  readonly priority: number;
  readonly retries: number;
  readonly retryDelay: number;
  readonly cancelOnError: boolean;
  /** What a remote function does when its signal aborts. */
  readonly onAbort: "reason" | "AbortError" | "wrapped" | "error" | "value" | "ignores";
  /** How the attempts of an instant function end, in turn; the last for all that follow. */
  readonly ends: readonly Ending[];
  /** An instant function returns a promise. */
  readonly async: boolean;
}

export interface RunSpec {
  /** `"sinks"`: what nothing requires. Duplicates are asked for once. */
  readonly requested: "sinks" | readonly number[];
  readonly concurrency: number | undefined;
  readonly failFast: boolean | "abort";
  readonly every: boolean;
  readonly retry: boolean;
  readonly queue: QueueKind;
  readonly queueWidth: number;
  readonly consumer: "eager" | "pull" | "later";
  /** An eager consumer leaves its loop at this task, by `break` or by an exception. */
  readonly breakAfter: number | undefined;
  readonly breakBy: "break" | "throw";
  readonly cancelBy: "method" | "signal";
}

export type Command =
  | { readonly do: "finish"; readonly pick: number; readonly how: Ending }
  | { readonly do: "settle"; readonly pick: number; readonly how: "value" | "error" }
  | { readonly do: "cancel" | "dispatch"; readonly task: number }
  | { readonly do: "require"; readonly task: number; readonly on: number; readonly evenCycles: boolean }
  | { readonly do: "cancelRun" | "leave" | "pull"; readonly run: number }
  | { readonly do: "admit"; readonly pick: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "again"; readonly run: RunSpec };

/** A command given from within: by a listener of a state, or by the function of an attempt. */
export interface Trigger {
  readonly task: number;
  readonly on: "PENDING" | "RUNNING" | "DONE" | "FAILED" | "CANCELLED" | "function";
  readonly command: Command;
}

export interface Scenario {
  readonly tasks: readonly TaskSpec[];
  /** Prerequisites are created after their dependents, and connected by `require` and `block`. */
  readonly backwards: boolean;
  readonly grace: number;
  readonly run: RunSpec;
  readonly script: readonly Command[];
  readonly triggers: readonly Trigger[];
  /** `again` also while other runs are at work. */
  readonly sideBySide: boolean;
  readonly ending: "finish" | "leave" | "cancel";
}

/** Records that print without a prototype's absence. */
const record = <T>(parts: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(parts, { noNullPrototype: true });

/** Mostly the usual, now and then something else: so that a scenario differs from a plain one in few ways. */
function mostly<T>(usual: T, weight: number, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight }, ...others.map((other) => fc.constant(other)));
}

const ending: fc.Arbitrary<Ending> = fc.oneof(
  { arbitrary: fc.constant("value" as const), weight: 8 },
  { arbitrary: fc.constant("error" as const), weight: 3 },
  fc.constantFrom("undefined", "string", "CancelledError", "AbortError"),
);

const pick = fc.nat({ max: 997 });

function taskSpec(kinds: readonly TaskSpec["kind"][]): fc.Arbitrary<TaskSpec> {
  return record({
    kind: fc.constantFrom(...kinds),
    requires: fc.array(record({ back: fc.nat({ max: 9 }), soft: mostly(false, 6, true) }), { maxLength: 3 }),
    shape: mostly("array" as const, 3, "record", "one"),
    priority: mostly(0, 4, -2, 1, 5),
    retries: mostly(0, 4, 1, 2),
    retryDelay: mostly(0, 3, 1_000),
    cancelOnError: mostly(false, 12, true),
    onAbort: mostly("reason" as const, 5, "AbortError", "wrapped", "error", "value", "ignores", "ignores"),
    ends: fc.array(ending, { minLength: 1, maxLength: 3 }),
    async: fc.boolean(),
  });
}

const runSpec: fc.Arbitrary<RunSpec> = record<RunSpec>({
  requested: fc.oneof(fc.constant("sinks" as const), fc.array(pick, { minLength: 1, maxLength: 6 })),
  concurrency: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  failFast: mostly<boolean | "abort">(false, 3, true, "abort"),
  every: fc.boolean(),
  retry: mostly(false, 2, true),
  queue: mostly<QueueKind>("none", 5, "now", "later", "twice", "held", "refusing", "p-queue"),
  queueWidth: fc.integer({ min: 1, max: 3 }),
  consumer: mostly("eager" as const, 4, "pull", "later"),
  breakAfter: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined, freq: 3 }),
  breakBy: fc.constantFrom("break", "throw"),
  cancelBy: fc.constantFrom("method", "signal"),
});

const finish = record({ do: fc.constant("finish" as const), pick, how: ending });
const cancel = record({ do: fc.constant("cancel" as const), task: pick });
const require = record({
  do: fc.constant("require" as const),
  task: pick,
  on: pick,
  evenCycles: mostly(false, 15, true),
});
const ofRun = record({ do: fc.constantFrom("cancelRun" as const, "leave" as const), run: pick });

const command: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: finish, weight: 12 },
  { arbitrary: cancel, weight: 2 },
  { arbitrary: require, weight: 2 },
  { arbitrary: record({ do: fc.constant("wait" as const), ms: fc.constantFrom(50, 1_000, 5_000) }), weight: 2 },
  { arbitrary: record({ do: fc.constant("pull" as const), run: pick }), weight: 3 },
  { arbitrary: record({ do: fc.constant("admit" as const), pick }), weight: 2 },
  { arbitrary: record({ do: fc.constant("again" as const), run: runSpec }), weight: 1 },
  ofRun,
  record({ do: fc.constant("dispatch" as const), task: pick }),
  record({ do: fc.constant("settle" as const), pick, how: fc.constantFrom("value", "error") }),
);

const trigger: fc.Arbitrary<Trigger> = record({
  task: pick,
  on: fc.constantFrom("PENDING", "RUNNING", "DONE", "FAILED", "CANCELLED", "function"),
  command: fc.oneof(finish, cancel, require, ofRun),
});

interface Sizes {
  readonly tasks: number;
  readonly kinds: readonly TaskSpec["kind"][];
  readonly commands: fc.Arbitrary<Command>;
  readonly triggers: number;
  readonly sideBySide: boolean;
}

function scenario({ tasks, kinds, commands, triggers, sideBySide }: Sizes): fc.Arbitrary<Scenario> {
  return record({
    tasks: fc.array(taskSpec(kinds), { minLength: 1, maxLength: tasks, size: "max" }),
    backwards: mostly(false, 2, true),
    grace: mostly(5_000, 2, 100),
    run: runSpec,
    script: fc.array(commands, { maxLength: 40, size: "max" }),
    triggers: fc.array(trigger, { maxLength: triggers }),
    sideBySide: fc.constant(sideBySide),
    ending: fc.constantFrom("finish", "leave", "cancel"),
  });
}

const all = ["remote", "remote", "remote", "instant", "group"] as const;

/** Wide graphs that are only finished, task by task. */
export const finishing = scenario({ tasks: 60, kinds: ["remote"], commands: finish, triggers: 0, sideBySide: false });
/** Everything that can be done to a run from outside. */
export const meddling = scenario({ tasks: 20, kinds: all, commands: command, triggers: 0, sideBySide: false });
/** Commands also from listeners and functions, in the midst of a step of the run. */
export const nested = scenario({ tasks: 12, kinds: all, commands: command, triggers: 4, sideBySide: false });
/** Several runs at work in one graph. */
export const sideBySide = scenario({ tasks: 12, kinds: all, commands: command, triggers: 0, sideBySide: true });
