// plan(): what a make would do, in which order, without doing it.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { CycleError, makeLater, makeNow, plan, settled, task, TransitionError, type Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

type AnyTask = Task<unknown>;

function names(tasks: Iterable<AnyTask>): string {
  return [...tasks].map(({ name }) => name).join(" ");
}

test("the order is one in which each task comes after all that it requires", () => {
  const { d } = graph`a -> b -> d; a -> c -> d`;
  assert.equal(names(plan(d.task).order), "a b c d");
});

test("the plan holds all that the tasks require, each once, and nothing else", () => {
  const { b, c, d } = graph`a -> b; a -> c -> d; e; b -> f`;
  const { order } = plan([b.task, d.task, c.task, b.task]);
  assert.equal(names(order.toSorted((x, y) => x.id - y.id)), "a b c d");
});

test("plan takes a task or any iterable of tasks, and plans nothing for none", () => {
  const { a, b } = graph`a b`;
  assert.equal(names(plan(new Set([a.task, b.task])).order), "a b");
  assert.equal(names(plan([a.task].values()).order), "a");
  assert.deepEqual(plan([]), { order: [], levels: [], longestPath: [] });
});

test("among ready tasks priority comes first, which reaches prerequisites, then the longest remaining path, then age", () => {
  const [a, b, c] = [remote("a"), remote("b"), remote("c")];
  const afterB = remote("afterB", { require: b.task });
  const urgent = remote("urgent", { priority: 5, require: c.task });
  const low = remote("low", { priority: -1 });
  assert.equal(names(plan([a, b, c, afterB, urgent, low].map((r) => r.task)).order), "c urgent b a afterB low");
});

test("a negative priority of a prerequisite does not hold back its dependent", () => {
  const low = remote("low", { priority: -10 });
  const other = remote("other");
  const urgent = remote("urgent", { priority: 3, require: low.task });
  assert.equal(names(plan([other.task, urgent.task]).order), "low urgent other");
});

test("levels[n] holds the tasks with a longest chain of n prerequisites before them", () => {
  const { e } = graph`a -> b -> c -> e; a -> e; d -> e; d -> c`;
  assert.deepEqual(plan(e.task).levels.map(names), ["a d", "b", "c", "e"]);
});

test("the longest path is a chain of as many tasks as there are levels, prerequisites first", () => {
  const { e, g } = graph`a -> b -> c -> e; a -> e; d -> c; f -> g`;
  const { levels, longestPath } = plan([e.task, g.task]);
  assert.equal(names(longestPath), "a b c e");
  assert.equal(levels.length, 4);
});

test("a prerequisite that is DONE satisfies: neither it nor what is behind it is in the plan", async () => {
  const a = task("a", () => 1);
  const b = a.andThen("b", () => 2);
  const c = b.andThen("c", () => 3);
  await b.make();
  const { order, levels, longestPath } = plan(c);
  assert.deepEqual([order, levels, longestPath], [[c], [[c]], [c]]);
  a.reset();
  assert.deepEqual(plan(c).order, [c]);
});

test("a requested task that is settled is not in the plan, nor is what it requires", () => {
  const { a, b } = graph`a -> b`;
  b.task.cancel();
  assert.deepEqual(plan(b.task).order, []);
  assert.equal(names(plan([a.task, b.task]).order), "a");
});

test("what a failed or cancelled prerequisite keeps from running is not in the plan, unless the edge is soft", async () => {
  const a = task("a", () => {
    throw new Error("broken");
  });
  const b = a.andThen("b", () => 2);
  const c = b.andThen("c", () => 3);
  const soft = task("soft", { require: settled(a), run: () => 4 });
  const free = task("free", () => 5);
  await makeNow(a);
  assert.equal(names(plan([c, soft, free]).order), "soft free");
  const cancelled = task("cancelled", () => 6);
  cancelled.cancel();
  assert.deepEqual(plan(cancelled.andThen("d", () => 7)).order, []);
});

test("with retry: true failed and cancelled tasks are planned as make would make them again", async () => {
  const a = task("a", () => {
    throw new Error("broken");
  });
  const b = a.andThen("b", () => 2);
  await makeNow(b);
  assert.deepEqual([a.state, b.state], ["FAILED", "FAILED"]);
  assert.equal(names(plan(b, { retry: true }).order), "a b");
  assert.deepEqual([a.state, b.state], ["FAILED", "FAILED"]);
  assert.deepEqual(plan(b).order, []);
});

test("a task that somebody else has started is not in the plan, and its dependents are", async () => {
  const { a, b } = graph`a -> b`;
  const running = a.task.dispatch();
  await flush();
  const { order, levels } = plan(b.task);
  assert.equal(names(order), "b");
  assert.deepEqual(levels.map(names), ["b"]);
  a.finish();
  await running;
});

test("plan changes nothing, runs nothing and fires no event", async () => {
  const heard: unknown[] = [];
  const a = task("a", { run: () => 1, track: (transition) => heard.push(transition) });
  const b = task("b", { require: a, priority: 3, run: () => 2, track: (transition) => heard.push(transition) });
  const first = plan(b);
  assert.deepEqual(plan(b), first);
  await flush();
  assert.deepEqual(heard, []);
  assert.deepEqual([a.state, b.state, a.attempts, a.startedAt], ["PENDING", "PENDING", 0, undefined]);
  b.require(task("late", () => 3));
  assert.equal(names(plan(b).order), "a late b");
  assert.equal(await b.make(), 2);
});

test("plan may be asked during a run and leaves the run alone", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  const run = makeLater(c.task);
  await flush();
  assert.equal(names(plan(c.task).order), "b c");
  a.finish();
  await flush();
  assert.equal(names(plan(c.task).order), "c");
  b.finish();
  await flush();
  c.finish();
  assert.equal((await run.finished).done.length, 3);
});

test("a cycle is a CycleError with its path, and the tasks are as before", () => {
  const { a, b, c, d } = graph`a -> b -> c -> d`;
  a.task.require(c.task);
  assert.throws(
    () => plan(d.task),
    (error: unknown) => {
      assert.ok(error instanceof CycleError);
      assert.deepEqual(error.path, [a.task, b.task, c.task]);
      assert.equal(error.message, "a -> b -> c -> a");
      return true;
    },
  );
  assert.equal(b.task.state, "PENDING");
});

test("a cycle behind tasks that are settled is no concern of plan", () => {
  const { a, b, c } = graph`a -> b -> c`;
  a.task.require(b.task);
  b.task.cancel();
  assert.deepEqual(plan(c.task).order, []);
});

test("a task in PREPARE anywhere in the graph is a TransitionError", () => {
  const prepare = task("p", { state: "PREPARE", run: () => 1 });
  const after = prepare.andThen("after", () => 2);
  assert.throws(
    () => plan(after),
    (error: unknown) => error instanceof TransitionError && error.task === prepare,
  );
  prepare.prepared();
  assert.equal(names(plan(after).order), "p after");
});

test("a resource or a queue that the options lack is a RangeError that names the task", () => {
  const db = task("db", { uses: { db: 2 }, run: () => 1 });
  const gpu = task("gpu", { queue: "gpu", run: () => 2 });
  assert.throws(() => plan(db.andThen("after", () => 3)), { name: "RangeError", message: /"db"/ });
  assert.throws(() => plan(db, { resources: { db: 1 } }), { name: "RangeError", message: /2.*1/ });
  assert.throws(() => plan(gpu), { name: "RangeError", message: /"gpu"/ });
  assert.equal(names(plan([db, gpu], { resources: { db: 2 }, queues: { gpu: () => {} } }).order), "db gpu");
});

test("wrong arguments throw what make throws", () => {
  const a = task("a", () => 1);
  assert.throws(() => plan(7 as never), { name: "TypeError", message: /expected .*task.*got 7/ });
  assert.throws(() => plan([a, "b"] as never), { name: "TypeError", message: /got "b"/ });
  assert.throws(() => plan(a, { concurrency: NaN }), RangeError);
  assert.throws(() => plan(a, { retyr: true } as never), { name: "TypeError", message: /did you mean "retry"/ });
});

/** A random graph as text: for each task its priority and the earlier tasks that it requires. */
const graphs = fc
  .array(fc.record({ priority: fc.integer({ min: -2, max: 2 }), requires: fc.array(fc.nat(), { maxLength: 4 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((nodes) =>
    nodes.map(({ priority, requires }, i) => ({ priority, requires: i === 0 ? [] : requires.map((n) => n % i) })),
  );

test("the order is the one in which make starts the tasks when it runs one at a time", async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (nodes) => {
      const started: string[] = [];
      const tasks: AnyTask[] = [];
      for (const [i, { priority, requires }] of nodes.entries()) {
        const require = [...new Set(requires)].map((n) => tasks[n] as AnyTask);
        tasks.push(task(`t${i}`, { priority, require, run: () => void started.push(`t${i}`) }));
      }
      const { order, levels, longestPath } = plan(tasks);
      await makeNow(tasks, { concurrency: 1 });
      assert.deepEqual(
        started,
        order.map(({ name }) => name),
      );
      assert.equal(levels.flat().length, tasks.length);
      assert.equal(longestPath.length, levels.length);
      for (const [depth, level] of levels.entries()) {
        for (const { prerequisites } of level) {
          const above = prerequisites.map((p) => levels.findIndex((tasks) => tasks.includes(p)));
          assert.equal(Math.max(-1, ...above), depth - 1);
        }
      }
      for (let i = 1; i < longestPath.length; i++) {
        assert.ok(longestPath[i]?.prerequisites.includes(longestPath[i - 1] as AnyTask));
      }
    }),
    { numRuns: 200 },
  );
});

test("plan() has what runs behind a task that will be blocked, over a soft edge", async () => {
  const broken = task("broken", () => Promise.reject(new Error("broken")));
  await broken.make().catch(() => {});
  const blocked = task("blocked", { require: broken, run: () => 0 });
  const further = task("further", { require: blocked, run: () => 0 });
  const cleanUp = task("clean up", { require: [settled(further), settled(blocked)], run: () => 0 });
  const last = cleanUp.andThen("last", () => 0);
  assert.deepEqual(
    plan([last, further]).order.map(({ name }) => name),
    ["clean up", "last"],
  );
});
