// Tasks that make tasks, in random graphs with slots, resources and queues: whatever the graph, the run comes
// to its end, with the outcomes that plain recursion predicts and never more at once than it was allowed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import PQueue from "p-queue";
import { make, task } from "thence";
import type { MakeOptions, Task, TaskContext } from "thence";

interface Spec {
  /** Earlier tasks, by distance. */
  readonly requires: readonly number[];
  readonly makes: readonly number[];
  readonly uses: number;
  readonly turns: number;
  readonly throws: boolean;
  /** It takes the failure of what it makes for an answer. */
  readonly catches: boolean;
}

interface Scenario {
  readonly specs: readonly Spec[];
  readonly concurrency: number;
  readonly queue: "none" | "function" | "p-queue";
  readonly every: boolean;
  readonly ending: "finish" | "leave" | "cancel";
}

const distances = fc.array(fc.nat({ max: 5 }), { maxLength: 3 });
const spec = fc.record({
  requires: distances,
  makes: distances,
  uses: fc.nat({ max: 2 }),
  turns: fc.nat({ max: 2 }),
  throws: fc.nat({ max: 9 }).map((n) => n === 0),
  catches: fc.boolean(),
});
const scenarios: fc.Arbitrary<Scenario> = fc.record({
  specs: fc.array(spec, { minLength: 1, maxLength: 16, size: "max" }),
  concurrency: fc.integer({ min: 1, max: 3 }),
  queue: fc.constantFrom("none", "none", "function", "p-queue"),
  every: fc.boolean(),
  ending: fc.constantFrom("finish", "finish", "finish", "leave", "cancel"),
});

const earlier = (index: number, back: readonly number[]): number[] =>
  [...new Set(back.map((distance) => index - 1 - distance))].filter((other) => other >= 0);

/** The tasks that a run of the last one reaches, and whether each succeeds. */
function predict(specs: readonly Spec[]): Map<number, boolean> {
  const known = new Map<number, boolean>();
  const succeeds = (index: number): boolean => {
    const found = known.get(index);
    if (found !== undefined) return found;
    const { requires, makes, throws, catches } = specs[index] as Spec;
    let ok = earlier(index, requires).map(succeeds).every(Boolean);
    if (ok) ok = earlier(index, makes).map(succeeds).every(Boolean) || catches;
    const result = ok && !throws;
    known.set(index, result);
    return result;
  };
  succeeds(specs.length - 1);
  return known;
}

const RESOURCE = 2;

function stage({ specs }: Scenario, limit: number) {
  const tasks: Array<Task<number>> = [];
  const runs = specs.map(() => 0);
  // What goes wrong inside a function would only make it fail.
  const complaints: string[] = [];
  let active = 0;
  let used = 0;
  for (const [index, { requires, makes, uses, turns, throws, catches }] of specs.entries()) {
    const enter = ({ signal }: TaskContext): void => {
      active++;
      used += uses;
      // Who is to stop does not wait for a slot to do so.
      if (signal.aborted) return;
      if (active > limit) complaints.push(`${active} at once, allowed are ${limit}`);
      if (used > RESOURCE) complaints.push(`${used} of the resource in use, there are ${RESOURCE}`);
    };
    const exit = (): void => {
      active--;
      used -= uses;
    };
    const run = async (inputs: readonly number[], context: TaskContext): Promise<number> => {
      if (String(inputs) !== String(earlier(index, requires))) complaints.push(`t${index} got ${String(inputs)}`);
      runs[index] = (runs[index] as number) + 1;
      enter(context);
      try {
        for (let turn = 0; turn < turns; turn++) await setImmediate();
        const children = earlier(index, makes);
        if (children.length > 0) {
          exit();
          const made = context.make(children.map((child) => tasks[child] as Task<number>));
          const results = await made.catch((error: unknown) => error).finally(() => enter(context));
          if (!Array.isArray(results) && !(catches && !context.signal.aborted)) throw results;
          if (Array.isArray(results) && String(results) !== String(children)) {
            complaints.push(`t${index} made ${String(results)}`);
          }
        }
        if (throws) throw new Error(`t${index}`);
        return index;
      } finally {
        exit();
      }
    };
    const require = earlier(index, requires).map((other) => tasks[other] as Task<number>);
    tasks.push(task(`t${index}`, { require, uses: { r: uses }, run }));
  }
  return { tasks, runs, complaints };
}

async function play(scenario: Scenario): Promise<void> {
  const { specs, concurrency, queue, every, ending } = scenario;
  const { tasks, runs, complaints } = stage(scenario, concurrency);
  const options: MakeOptions = {
    every,
    resources: { r: RESOURCE },
    ...(queue === "p-queue" ? { queue: new PQueue({ concurrency }) } : { concurrency }),
    ...(queue === "function" && { queue: (go) => void Promise.resolve().then(go) }),
  };
  const run = make(tasks.at(-1) as Task<number>, options);
  const yielded: Array<Task<unknown>> = [];
  for await (const ended of run) {
    yielded.push(ended);
    if (ending === "leave") break;
    if (ending === "cancel") run.cancel();
  }
  const { done, failed, cancelled, notStarted, abandoned } = await run.finished;
  for (const { state } of tasks) assert.ok(state !== "RUNNING" && state !== "QUEUED", state);
  assert.ok(runs.every((count) => count <= 1));
  assert.deepEqual([complaints, abandoned], [[], []]);
  if (ending !== "finish") return;
  const expected = [...predict(specs)];
  const names = (each: Iterable<{ name: string }>): string[] => [...each].map(({ name }) => name).toSorted();
  const predicted = (ok: boolean): string[] =>
    expected
      .filter(([, succeeds]) => succeeds === ok)
      .map(([index]) => `t${index}`)
      .toSorted();
  assert.deepEqual([names(done), names(failed)], [predicted(true), predicted(false)]);
  assert.deepEqual([cancelled, notStarted], [[], []]);
  assert.deepEqual(names(yielded), every ? names([...done, ...failed]) : [`t${specs.length - 1}`]);
}

const seed = process.env["THENCE_SEED"] ?? "1";
const numRuns = 500 * Number(process.env["THENCE_RUNS"] ?? 1);

test("a run whose tasks make tasks ends as predicted and keeps to its slots and resources", async () => {
  await fc.assert(fc.asyncProperty(scenarios, play), {
    numRuns,
    // For the counterexample of a run that never ends.
    plugins: [fc.timeout(5_000)],
    ...(seed !== "random" && { seed: Number(seed) }),
  });
});
