// The order of start, worked out beforehand or found while the run is under way, against a run of the rule by hand: of what is ready
// the task with the longest remaining path comes first, then the oldest.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { makeLater, plan, task, type Task } from "thence";

/** Edges among `count` tasks: each pair says who requires whom, the lower of two numbers first. */
const graphs = fc
  .record({
    count: fc.integer({ min: 1, max: 40 }),
    pairs: fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 90 }),
  })
  .map(({ count, pairs }) => ({
    count,
    edges: pairs
      .filter(([a, b]) => a !== b && Math.max(a, b) < count)
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
  }));

type Edges = readonly (readonly [number, number])[];

function orderByHand(count: number, edges: Edges): number[] {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const path = numbers.map(() => 1);
  for (const below of numbers.toReversed()) {
    for (const [a, b] of edges) if (a === below) path[a] = Math.max(path[a]!, path[b]! + 1);
  }
  const order: number[] = [];
  while (order.length < count) {
    const ready = numbers.filter(
      (number) => !order.includes(number) && edges.every(([a, b]) => b !== number || order.includes(a)),
    );
    order.push(ready.toSorted((a, b) => path[b]! - path[a]! || a - b)[0]!);
  }
  return order;
}

/** The tasks of a graph, each of which notes its number when it starts; `between` is called after each that is created. */
function tasksOf(count: number, edges: Edges, between = (): void => {}): { tasks: Task[]; started: number[] } {
  const started: number[] = [];
  const tasks = Array.from({ length: count }, (_, number) => {
    const each: Task = task(`t${number}`, () => void started.push(number));
    between();
    return each;
  });
  for (const [a, b] of edges) tasks[b]!.require(tasks[a]!);
  return { tasks, started };
}

test("tasks start one at a time in the order of the rule, which is what plan() says", async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async ({ count, edges }) => {
      const { tasks, started } = tasksOf(count, edges);
      const expected = orderByHand(count, edges);
      assert.deepEqual(
        plan(tasks).order.map((each) => tasks.indexOf(each)),
        expected,
      );
      await makeLater(tasks, { concurrency: 1 }).finished;
      assert.deepEqual(started, expected);
    }),
  );
});

test("the order is the same if most tasks of the program are not in the run", async () => {
  const addOthers = (): void => {
    for (let k = 0; k < 1_000; k++) task("other", () => {});
  };
  await fc.assert(
    fc.asyncProperty(graphs, async ({ count, edges }) => {
      const { tasks, started } = tasksOf(count, edges, addOthers);
      await makeLater(tasks, { concurrency: 1 }).finished;
      assert.deepEqual(started, orderByHand(count, edges));
    }),
    { numRuns: 10 },
  );
});

test("an edge that is added while the run is under way counts for all that has not started", async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.tuple(fc.nat(39), fc.nat(39)), async ({ count, edges }, [x, y]) => {
      const [low, high] = [Math.min(x, y), Math.max(x, y)];
      fc.pre(low !== high && high < count);
      // Ever since the first task, in which the edge is added, all is as if it had been there before.
      const { tasks, started } = tasksOf(count, edges);
      const first = task("first", () => void tasks[high]!.require(tasks[low]!));
      for (const each of tasks) each.require(first);
      await makeLater(tasks, { concurrency: 1 }).finished;
      assert.deepEqual(started, orderByHand(count, [...edges, [low, high]]));
    }),
  );
});

test("a walk that fails leaves no trace on tasks that it has entered or was about to", async () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => task(name, () => name)) as [Task, Task, Task];
  b.require(a);
  c.require(b, task("not prepared", { state: "PREPARE", run: () => {} }));
  await assert.rejects(async () => void (await makeLater([c]).finished), { code: "ERR_THENCE_TRANSITION" });
  for (const each of [a, b, c]) assert.equal(each.state, "PENDING");
  const done: Task[] = [];
  for await (const each of makeLater([b])) done.push(each);
  assert.deepEqual(done.map(String), ["Task:b:DONE"]);
});
