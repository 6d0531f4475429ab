// `context.make()`: a running task that makes more tasks in its own run, and what it gets for them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, settled, task, TransitionError, type Task, type TaskContext } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { names, playOut, running, states, tasksOf } from "./run-helpers.ts";

/** A task that makes others and returns, or throws, what comes of it. */
const parent = (name: string, body: (context: TaskContext) => unknown): Task<unknown> =>
  task(name, (_, context) => body(context));

test("context.make() resolves with the results in the shape that it was given", async () => {
  const [one, two] = [task("one", () => 1), task("two", async () => "2")];
  const p = task("p", async (_, { make }) => ({
    single: await make(one),
    tuple: await make([one, two]),
    record: await make({ one, two }),
    none: await make([]),
    soft: await make([settled(two)]),
  }));
  assert.deepEqual(await p.make(), {
    single: 1,
    tuple: [1, "2"],
    record: { one: 1, two: "2" },
    none: [],
    soft: [{ state: "DONE", result: "2", error: undefined }],
  });
});

test("context.make() completes what its tasks require, too", async () => {
  const { a, b } = graph`a -> b`;
  const p = parent("p", ({ make }) => make(b.task));
  const run = makeLater(p);
  assert.equal(await playOut(a, b), "a b");
  await run.finished;
  assert.equal(p.state, "DONE");
});

test("a task that waits in context.make() is RUNNING all the while, and runs on afterwards", async () => {
  const { a } = graph`a`;
  const p = parent("p", ({ make }) => make(a.task));
  const run = makeLater(p);
  await flush();
  assert.deepEqual([p.state, states(a)], ["RUNNING", "RUNNING"]);
  a.finish(5);
  await run.finished;
  assert.deepEqual([p.state, p.result, p.attempts], ["DONE", 5, 1]);
});

test("context.make() rejects with the first failure, unchanged, and the other tasks go on", async () => {
  const { a, b, c } = graph`a b c`;
  const p = parent("p", ({ make }) => make(tasksOf(a, b, c)));
  const run = makeLater(p, { concurrency: 9 });
  await flush();
  b.fail("first");
  await flush();
  assert.deepEqual([p.state, p.error, states(a, b, c)], ["FAILED", "first", "RUNNING FAILED RUNNING"]);
  a.fail("second");
  c.finish();
  const { done, failed } = await run.finished;
  assert.deepEqual([names(done), new Set(failed)], ["c", new Set([p, ...tasksOf(a, b)])]);
});

test("context.make() rejects with the error of a child that was cancelled or blocked", async () => {
  const { a, b, c } = graph`a; b -> c`;
  const ps = [a, c].map(({ task }) => parent(`p of ${task.name}`, ({ make }) => make(task)));
  const run = makeLater(ps, { concurrency: 9 });
  await flush();
  a.task.cancel();
  b.fail();
  await run.finished;
  assert.deepEqual(
    ps.map(({ error }) => error),
    [a.task.error, c.task.error],
  );
});

test("a task may catch the failure of what it makes, and go on", async () => {
  const { a, b } = graph`a; b`;
  const p = parent("p", async ({ make }) => {
    try {
      return await make(a.task);
    } catch {
      return make(b.task);
    }
  });
  const run = makeLater(p);
  await flush();
  a.fail();
  await flush();
  b.finish("instead");
  await run.finished;
  assert.equal(p.result, "instead");
});

test("a child that a listener repairs gives its failure or its later result, nothing in between", async () => {
  for (const concurrency of [1, 9]) {
    const { a } = graph`a`;
    const p = parent("p", ({ make }) => make(a.task));
    a.task.once("FAILED", () => a.task.retry());
    const run = makeLater(p, { concurrency });
    await flush();
    const first = new Error("first");
    a.fail(first);
    await flush();
    if (a.running) a.finish("second");
    await run.finished;
    assert.ok(p.error === first || p.result === "second", `${String(p)} with ${String(p.result)}`);
  }
});

test("a soft edge in context.make() hands the outcome on instead of rejecting", async () => {
  const { a } = graph`a`;
  const p = parent("p", ({ make }) => make({ a: settled(a.task) }));
  const run = makeLater(p);
  await flush();
  const error = new Error("no");
  a.fail(error);
  await run.finished;
  assert.deepEqual(p.result, { a: { state: "FAILED", result: undefined, error } });
});

test("children that are settled already are not made again", async () => {
  const { a, b } = graph`a b`;
  const first = makeLater(tasksOf(a, b), { concurrency: 9 });
  await flush();
  a.finish("done");
  b.fail("failed");
  await first.finished;
  const good = parent("good", ({ make }) => make(a.task));
  const bad = parent("bad", ({ make }) => make([a.task, b.task]));
  await makeLater([good, bad]).finished;
  assert.deepEqual([good.result, bad.error, a.starts, b.starts], ["done", "failed", 1, 1]);
});

test("children are in the summary, and are yielded with every and not without", async () => {
  for (const every of [true, false]) {
    const { a, b } = graph`a -> b`;
    const p = parent("p", ({ make }) => make(b.task));
    const run = make(p, { every });
    const yielded = Array.fromAsync(run);
    assert.equal(await playOut(a, b), "a b");
    assert.equal(names(await yielded), every ? "a b p" : "p");
    assert.deepEqual(new Set((await run.finished).done), new Set([p, ...tasksOf(a, b)]));
  }
});

test("a child that was requested as well is made once and yielded", async () => {
  const { a } = graph`a`;
  const p = parent("p", ({ make }) => make(a.task));
  const yielded = Array.fromAsync(make([a.task, p], { concurrency: 1 }));
  await flush();
  a.finish(1);
  assert.equal(names(await yielded), "a p");
  assert.deepEqual([a.starts, p.result], [1, 1]);
});

test("two tasks may wait for the same child", async () => {
  const { a } = graph`a`;
  const ps = ["p", "q"].map((name) => parent(name, ({ make }) => make(a.task)));
  const run = makeLater(ps, { concurrency: 1 });
  await flush();
  a.finish("shared");
  await run.finished;
  assert.deepEqual([ps.map(({ result }) => result), a.starts], [["shared", "shared"], 1]);
});

test("a child that another run or the user has started is waited for, and not run twice", async () => {
  for (const way of ["run", "user"]) {
    const { a } = graph`a`;
    if (way === "run") void makeLater(a.task);
    else void a.task.dispatch();
    const p = parent("p", ({ make }) => make(a.task));
    const run = makeLater(p, { concurrency: 1 });
    await flush();
    a.finish("theirs");
    await run.finished;
    assert.deepEqual([p.result, a.starts], ["theirs", 1]);
  }
});

test("a child that another run gives back is taken over", async () => {
  const { a } = graph`a`;
  const other = makeLater(a.task);
  const p = parent("p", ({ make }) => make(a.task));
  const run = makeLater(p, { concurrency: 1 });
  await flush();
  await other.return();
  await flush();
  assert.deepEqual([running(a), a.starts], ["a", 2]);
  a.finish("ours");
  await run.finished;
  assert.equal(p.result, "ours");
});

test("several context.make() calls of one task may wait at the same time", async () => {
  const { a, b, c } = graph`a b c`;
  const p = parent("p", ({ make }) => Promise.all([make(a.task), make([b.task]), make({ c: c.task })]));
  const run = makeLater(p, { concurrency: 1 });
  await flush();
  assert.equal(running(a, b, c), "a");
  a.finish(1);
  await flush();
  b.finish(2);
  await flush();
  c.finish(3);
  await run.finished;
  assert.deepEqual(p.result, [1, [2], { c: 3 }]);
});

test("children that do not wait give their results too", async () => {
  const p = parent("p", async ({ make }) => {
    const numbers: number[] = [];
    for (let n = 0; n < 100; n++) numbers.push(await make(task(`n${n}`, () => n)));
    return numbers.reduce((sum, n) => sum + n, 0);
  });
  const run = makeLater(p, { concurrency: 1 });
  assert.equal((await run.finished).done.length, 101);
  assert.equal(p.result, 4950);
});

test("what context.make() cannot make rejects, starts nothing and leaves the graph as it was", async () => {
  const prepare = remote("prepare", { state: "PREPARE" });
  const greedy = remote("greedy", { uses: { db: 1 } });
  const lost = remote("lost", { queue: "gpu" });
  const { a, x, y } = graph<"a" | "x" | "y">`a; x -> y -> x`;
  const wrong = [prepare, greedy, lost, x];
  const errors: unknown[] = [];
  const p = parent("p", async ({ make }) => {
    for (const each of wrong) {
      await make([a.task, each.task]).catch((error: unknown) => errors.push(error));
    }
    for (const each of [undefined, "a", [1]] as never[]) {
      await make(each).catch((error: unknown) => errors.push(error));
    }
  });
  const { done } = await makeLater(p, { concurrency: 9 }).finished;
  assert.deepEqual(done, [p]);
  assert.ok(errors[0] instanceof TransitionError && errors[1] instanceof RangeError && errors[2] instanceof RangeError);
  assert.deepEqual(
    errors.slice(3).map((error) => (error as Error).name),
    ["CycleError", "TypeError", "TypeError", "TypeError"],
  );
  assert.equal(states(a, prepare, greedy, lost, x, y), "PENDING PREPARE PENDING PENDING PENDING PENDING");
});
