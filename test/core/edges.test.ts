// What a task requires: how it is said, when it may be said, and what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CycleError, makeLater, settled, task, TransitionError } from "thence";
import type { Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { facts, remoteIn, statesBut } from "./task-in-state.ts";

const plain = (name: string): Task<string> => task(name, () => name);

const REFUSING = statesBut("PREPARE", "PENDING");

test("require, block and andThen make the same edge, seen from both ends", () => {
  const [a, b] = [plain("a"), plain("b")];
  assert.equal(b.require(a), b);
  assert.deepEqual(
    [[...b.prerequisites], [...a.dependents], [...a.prerequisites], [...b.dependents]],
    [[a], [b], [], []],
  );
  const [c, d] = [plain("c"), plain("d")];
  assert.equal(c.block(d), c);
  assert.deepEqual([[...d.prerequisites], [...c.dependents]], [[c], [d]]);
  const [e, f] = [plain("e"), plain("f")];
  assert.equal(e.andThen(f), f);
  assert.deepEqual([[...f.prerequisites], [...e.dependents]], [[e], [f]]);
});

test("require takes tasks, iterables of tasks, or both, and keeps their order", () => {
  const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map(plain) as [Task, Task, Task, Task, Task];
  function* generate(): Generator<Task> {
    yield d;
    yield e;
  }
  const x = plain("x").require(a, [b], new Set([c]), generate(), []);
  assert.deepEqual([...x.prerequisites], [a, b, c, d, e]);
});

test("block takes tasks, iterables of tasks, or both", () => {
  const [a, b, c] = ["a", "b", "c"].map(plain) as [Task, Task, Task];
  const x = plain("x").block(a, new Set([b]), [c].values());
  assert.deepEqual([...x.dependents], [a, b, c]);
});

test("require() and block() of nothing change nothing", () => {
  const a = plain("a");
  assert.deepEqual(
    [[...a.require().prerequisites], [...a.require([]).prerequisites], [...a.block().dependents]],
    [[], [], []],
  );
});

test("130,000 prerequisites come as one iterable, and 130,000 dependents", async () => {
  const many = Array.from({ length: 130_000 }, (_, i) => task(`t${i}`, {}));
  const last = task("last", {}).require(many);
  const first = task("first", {}).block(many);
  assert.deepEqual(
    [last.prerequisites.length, first.dependents.length, many[0]?.dependents.length],
    [130_000, 130_000, 1],
  );
  last.require(many);
  assert.equal(last.prerequisites.length, 130_000);
  const declared = task("declared", { require: many, run: (inputs) => inputs.length });
  assert.equal(declared.prerequisites.length, 130_000);
});

test("a requirement twice is once, however it is said", () => {
  const [a, b] = [plain("a"), plain("b")];
  b.require(a).require(a, [a], [a, a]);
  a.block(b, b);
  a.andThen(b);
  assert.deepEqual([[...b.prerequisites], [...a.dependents]], [[a], [b]]);
  const c = task("c", { require: [a, a], run: (inputs) => inputs });
  const many = task("d", { require: Array.from({ length: 20 }, () => a) });
  assert.deepEqual([[...c.prerequisites], [...many.prerequisites]], [[a], [a]]);
});

test("require only orders: the inputs of the function stay as they were declared", async () => {
  const [a, b] = [plain("a"), plain("b")];
  const c = task("c", { require: { a }, run: (inputs) => inputs }).require(b);
  assert.deepEqual([await c.make(), b.state], [{ a: "a" }, "DONE"]);
});

test("a task cannot require itself: CycleError with the path [a]", () => {
  const [a, b] = [plain("a"), plain("b")];
  for (const attempt of [
    () => a.require(a),
    () => a.require(b, [a]),
    () => a.require(settled(a)),
    () => a.block(a),
    () => a.block(b, a),
    () => a.andThen(a),
  ]) {
    assert.throws(attempt, (error: unknown) => {
      assert.ok(error instanceof CycleError);
      assert.deepEqual([[...error.path], error.message, error.code], [[a], "a -> a", "ERR_THENCE_CYCLE"]);
      return true;
    });
    assert.deepEqual(
      [a.prerequisites.length, b.prerequisites.length, a.dependents.length, b.dependents.length],
      [0, 0, 0, 0],
    );
  }
});

for (const state of ["PREPARE", "PENDING"] as const) {
  test(`require is allowed in ${state}`, async () => {
    const { task } = await remoteIn(state);
    const a = plain("a");
    assert.deepEqual([...task.require(a).prerequisites], [a]);
  });
}

for (const state of REFUSING) {
  test(`require, block and andThen are refused for a dependent in ${state}: TransitionError, and nothing has changed`, async () => {
    const { task } = await remoteIn(state);
    const [a, free] = [plain("a"), plain("free")];
    const before = facts(task);
    for (const attempt of [
      () => task.require(a),
      () => a.block(free, task),
      () => a.andThen(task),
      () => task.require([a, free]),
    ]) {
      assert.throws(attempt, (error: unknown) => {
        assert.ok(error instanceof TransitionError, String(error));
        assert.deepEqual([error.task, error.state, error.event], [task, state, "require"]);
        assert.equal(error.message, `invalid event 'require' for state '${state}'`);
        return true;
      });
      assert.deepEqual(facts(task), before);
      assert.deepEqual([a.dependents.length, free.prerequisites.length], [0, 0]);
    }
  });

  test(`a task in ${state} may be required by others`, async () => {
    const { task } = await remoteIn(state);
    assert.deepEqual([...plain("a").require(task).prerequisites], [task]);
  });
}

test("with several tasks it is all or none: one that is no task leaves none required", () => {
  const [a, b] = [plain("a"), plain("b")];
  for (const bad of [undefined, null, 5, "a", {}, () => a, [undefined], [[a]], Promise.resolve(a)]) {
    assert.throws(() => b.require(a, bad as never), TypeError);
    assert.throws(() => b.block(a, bad as never), TypeError);
  }
  assert.deepEqual([b.prerequisites.length, a.dependents.length, a.prerequisites.length], [0, 0, 0]);
});

test("with several tasks it is all or none: an iterable that throws on the way leaves none required", () => {
  const [a, b] = [plain("a"), plain("b")];
  function* broken(): Generator<Task> {
    yield a;
    throw new Error("broken");
  }
  assert.throws(() => b.require(broken()), /broken/);
  assert.throws(() => b.block(broken()), /broken/);
  assert.deepEqual([b.prerequisites.length, a.dependents.length, b.dependents.length], [0, 0, 0]);
});

test("isBlocked and blockers tell which prerequisites are not DONE, in every state", async () => {
  for (const state of ["PREPARE", ...REFUSING] as const) {
    const { task: prerequisite } = await remoteIn(state);
    const dependent = plain("dependent").require(prerequisite);
    const blocks = state !== "DONE";
    assert.deepEqual([dependent.isBlocked(), dependent.blockers()], [blocks, blocks ? [prerequisite] : []], state);
  }
});

test("blockers come in the order of the requirements, without those that are DONE", async () => {
  const { a, b, c, d } = graph`a b c -> d`;
  makeLater(b.task);
  await flush();
  b.finish();
  await flush();
  assert.deepEqual(d.task.blockers(), [a.task, c.task]);
  assert.equal(remote("free").task.isBlocked(), false);
});
