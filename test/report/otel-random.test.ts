// Random graphs, with functions that fail, make more tasks and take their time, under runs that are cancelled, left, repaired and looked
// at twice: whatever comes of it, the spans are well-formed, and tell what became of each task.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { context, ROOT_CONTEXT } from "@opentelemetry/api";
import * as fc from "fast-check";
import { make, settled, task, type Run, type Task, type TaskContext } from "thence";
import { otel } from "thence/report";
import { assertWellFormed, spansOf, tracing } from "./tracing.ts";

type AnyTask = Task<unknown>;

const act = fc.constantFrom(
  "none",
  "cancel run",
  "leave",
  "cancel task",
  "done",
  "fail",
  "retry",
  "stop",
  "second run",
);

const node = fc.record({
  /** Edges to earlier tasks, by their distance. */
  edges: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
  soft: fc.boolean(),
  kind: fc.constantFrom("ok", "slow", "fails", "flaky", "makes", "group", "queued", "deaf"),
  failures: fc.integer({ min: 0, max: 2 }),
});

const plot = fc.record({
  nodes: fc.array(node, { minLength: 1, maxLength: 10 }),
  concurrency: fc.constantFrom(1, 2, Infinity),
  failFast: fc.constantFrom<boolean | "abort">(false, true, "abort"),
  late: fc.boolean(),
  /** What happens at which transition. */
  acts: fc.array(fc.tuple(fc.integer({ min: 1, max: 25 }), act), { maxLength: 3 }),
});

type Node = typeof node extends fc.Arbitrary<infer N> ? N : never;
type Plot = typeof plot extends fc.Arbitrary<infer P> ? P : never;

const soon = (run: () => Promise<void>): void => void turn().then(run);

function functionOf({ kind, failures }: Node, made: AnyTask[]) {
  return async (_: unknown, { attempt, make: makeMore, signal }: TaskContext): Promise<unknown> => {
    if (kind !== "ok") await turn();
    if (kind === "deaf") await turn();
    else signal.throwIfAborted();
    if (kind === "fails" || (kind === "flaky" && attempt <= failures)) throw new Error(`attempt ${attempt}`);
    if (kind !== "makes") return attempt;
    const first = task(`made ${made.length}`, () => turn());
    const second = task(`made ${made.length + 1}`, { require: first, run: () => 2 });
    made.push(first, second);
    return makeMore(failures === 2 ? [second, made[0] as AnyTask] : second);
  };
}

function tasksOf({ nodes }: Plot, made: AnyTask[]): AnyTask[] {
  const tasks: AnyTask[] = [];
  for (const [i, each] of nodes.entries()) {
    const required = each.edges.flatMap((distance) => tasks[i - distance] ?? []);
    tasks.push(
      task(`t${i}`, {
        require: required.map((prerequisite, j) => (each.soft && j === 0 ? settled(prerequisite) : prerequisite)),
        ...(each.kind === "group" ? {} : { run: functionOf(each, made), retry: each.kind === "flaky" ? 1 : 0 }),
        ...(each.kind === "queued" ? { queue: soon } : {}),
      }),
    );
  }
  return tasks;
}

async function play(story: Plot): Promise<void> {
  const traced = tracing();
  const spans = otel(traced.tracer);
  const made: AnyTask[] = [];
  const tasks = tasksOf(story, made);
  const { concurrency, failFast, late } = story;
  const run: Run = make(tasks, { concurrency, failFast, grace: 0 });
  const others: Promise<unknown>[] = [];
  // Listeners are called in anybody's context, and another run's spans are nothing that this one should be under.
  const secondRun = (): Promise<unknown> => spans.watch(make(tasks, { concurrency: 1, grace: 0 })).next();
  let isStopped = false;
  let heard = 0;
  run.on("transition", ({ task: about }) => {
    heard++;
    if (late && heard === 3) context.with(ROOT_CONTEXT, () => spans.watch(run));
    for (const [when, what] of story.acts) {
      if (when !== heard) continue;
      if (what === "cancel run") run.cancel("enough");
      else if (what === "leave") others.push(run.return());
      else if (what === "cancel task") about.cancel("you");
      else if (what === "done" && about.is("RUNNING")) about.done("outside");
      else if (what === "fail" && about.is("RUNNING")) about.fail(new Error("outside"));
      else if (what === "retry" && about.is("FAILED")) about.retry();
      else if (what === "second run") others.push(context.with(ROOT_CONTEXT, secondRun));
      else if (what === "stop") {
        isStopped = true;
        spans.stop();
      }
    }
  });
  if (!late) spans.watch(run);
  await Array.fromAsync(run);
  const has = (name: string): boolean => story.acts.some(([, what]) => what === name);
  const isAlone = !has("second run");
  // Whoever leaves a run lets its consumer go at once, and waits for the end.
  if (has("leave")) await Promise.all(others);
  if (isAlone) assert.equal(traced.open(), 0, "open when the consumer hears of the end");
  await Promise.all(others);
  if (!isAlone) spans.stop();
  assertWellFormed(traced);
  if (late || isStopped || !isAlone) return;
  for (const each of run.tasks) {
    const own = spansOf(traced, each, "task");
    const attempts = spansOf(traced, each, "attempt");
    if (each.isSettled()) assert.equal(own.at(-1)?.attributes["thence.task.state"], each.state, each.name);
    assert.equal(attempts.length, each._work === undefined ? 0 : each.attempts, each.name);
    for (const span of own) {
      // What a failed attempt had asked for may begin only when that is over, and then nobody says who it was.
      const isOrphan = span.parent?.kind === "run" && tasks.some((maker) => !maker.is("DONE"));
      const isMade = made.includes(each) && !isOrphan;
      assert.equal(span.parent?.kind, isMade ? "attempt" : "run", each.name);
      const linked = each.prerequisites.filter((other) => spansOf(traced, other, "task").length > 0);
      assert.ok(span.links.every((name) => linked.some((other) => other.name === name)));
      if (each.state === "DONE") assert.equal(own.at(-1)?.links.length, linked.length, each.name);
    }
  }
}

test("spans are well-formed whatever becomes of a run", async () => {
  const seed = process.env["THENCE_SEED"] === "random" ? {} : { seed: 5 };
  const numRuns = Number(process.env["THENCE_RUNS"] ?? 1) * 400;
  await fc.assert(fc.asyncProperty(plot, play), { ...seed, numRuns });
});
