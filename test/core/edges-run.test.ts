// Requirements that are added while a run is under way, and cycles.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CycleError, make, makeLater, plan, settled, task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

test("a task that is required during a run is made by the run before its dependent", async () => {
  const { a, c } = graph`a -> c`;
  const b = remote("b");
  const run = makeLater(c.task);
  await flush();
  c.task.require(b.task);
  await flush();
  assert.deepEqual([a.running, b.running], [true, true]);
  a.finish();
  await flush();
  assert.equal(c.starts, 0);
  b.finish();
  await flush();
  assert.equal(c.starts, 1);
  c.finish();
  const summary = await run.finished;
  assert.equal(summary.done.length, 3);
});

test("a late requirement brings its own prerequisites along", async () => {
  const { a, b, c } = graph`a -> b; c`;
  const gate = remote("gate");
  c.task.require(gate.task);
  const run = makeLater(c.task);
  await flush();
  c.task.require(b.task);
  gate.finish();
  await flush();
  assert.deepEqual([a.running, b.starts, c.starts], [true, 0, 0]);
  a.finish();
  await flush();
  b.finish();
  await flush();
  c.finish();
  await run.finished;
  assert.deepEqual([a.task.state, b.task.state, c.task.state], ["DONE", "DONE", "DONE"]);
});

test("a late requirement that has failed already fails its dependent", async () => {
  const { a, b } = graph`a -> b`;
  const failed = task("failed", () => {
    throw new Error("no");
  });
  await failed.make().catch(() => {});
  const run = makeLater(b.task);
  await flush();
  b.task.require(failed);
  a.finish();
  await run.finished;
  assert.deepEqual([b.task.state, b.starts], ["FAILED", 0]);
});

test("a requirement that closes a cycle throws at once if the task is in a run, and nothing has changed", async () => {
  const { a, b, c } = graph`a -> b -> c; d -> a`;
  const run = makeLater(c.task);
  await flush();
  assert.equal(b.task.state, "PENDING");
  for (const attempt of [() => b.task.require(c.task), () => c.task.block(b.task), () => c.task.andThen(b.task)]) {
    assert.throws(attempt, (error: unknown) => {
      assert.ok(error instanceof CycleError);
      assert.deepEqual(new Set(error.path), new Set([b.task, c.task]));
      return true;
    });
  }
  assert.deepEqual([[...b.task.prerequisites], [...c.task.dependents]], [[a.task], []]);
  await run.return();
});

test("with several late requirements it is all or none: one that closes a cycle leaves none required, and nothing starts", async () => {
  const { b, c } = graph`a -> b -> c`;
  const [x, y] = [remote("x"), remote("y")];
  const run = makeLater(c.task);
  await flush();
  assert.throws(() => b.task.require(x.task, c.task), CycleError);
  assert.throws(() => c.task.block(y.task, b.task), CycleError);
  await flush();
  assert.deepEqual(
    [b.task.prerequisites.length, x.starts, [...x.task.dependents], [...y.task.prerequisites]],
    [1, 0, [], []],
  );
  await run.return();
});

test("a late hard requirement of a task that was required softly counts from then on", async () => {
  const { a, b, c } = graph`b -> c; a`;
  c.task.require(settled(a.task));
  const run = makeLater(c.task);
  await flush();
  a.fail();
  await flush();
  assert.equal(c.task.state, "PENDING");
  c.task.require(a.task);
  b.finish();
  await run.finished;
  assert.deepEqual([c.task.state, c.starts], ["FAILED", 0]);
});

test("a listener may add a requirement in the last moment, before the run goes on", async () => {
  const { a, c } = graph`a -> c`;
  const late = remote("late");
  const run = makeLater(c.task);
  a.task.on("DONE", () => c.task.require(late.task));
  await flush();
  a.finish();
  await flush();
  assert.deepEqual([late.running, c.starts], [true, 0]);
  late.finish();
  await flush();
  c.finish();
  assert.equal((await run.finished).done.length, 3);
});

test("a requirement that closes a cycle outside of runs throws only when it is made", async () => {
  const { a, c } = graph`a -> b -> c`;
  a.task.require(c.task);
  assert.throws(() => plan(c.task), CycleError);
  await assert.rejects(make(c.task).next(), CycleError);
  await assert.rejects(a.task.make(), CycleError);
  assert.deepEqual([a.task.state, a.starts], ["PENDING", 0]);
});

test("a cycle's path goes from prerequisite to dependent, its first task not repeated, and the message closes it", async () => {
  const { a, b, c } = graph`a -> b -> c -> a; c -> d`;
  await assert.rejects(make([a.task, b.task]).next(), (error: unknown) => {
    assert.ok(error instanceof CycleError);
    const { path } = error;
    assert.deepEqual(new Set(path), new Set([a.task, b.task, c.task]));
    for (const [i, step] of path.entries()) {
      assert.ok(path[(i + 1) % path.length]?.prerequisites.includes(step), error.message);
    }
    assert.equal(error.message, [...path, path[0]].map((step) => step?.name).join(" -> "));
    return true;
  });
});

test("a cycle through a soft edge is a cycle", async () => {
  const { a, b } = graph`a -> b`;
  a.task.require(settled(b.task));
  await assert.rejects(make(b.task).next(), CycleError);
});

test("a late block during a run holds the dependent back", async () => {
  const { a, c } = graph`a -> c`;
  const late = remote("late");
  const run = makeLater(c.task);
  await flush();
  late.task.block(c.task);
  a.finish();
  await flush();
  assert.deepEqual([late.running, c.starts], [true, 0]);
  late.finish();
  await flush();
  c.finish();
  await run.finished;
  assert.equal(c.task.state, "DONE");
});
