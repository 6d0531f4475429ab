// andThen: the chain of tasks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { task } from "thence";
import { flush } from "../helpers/flush.ts";
import { remoteIn } from "./task-in-state.ts";

test("andThen(name, run) is a new task that requires this one and gets its result", async () => {
  const a = task("a", () => 20);
  const b = a.andThen("b", (n, { task }) => `${task.name} ${n + 1}`);
  assert.notEqual(b, a);
  assert.deepEqual([b.name, [...b.prerequisites], await b.make()], ["b", [a], "b 21"]);
});

test("andThen(name, options) takes every option but require", async () => {
  const a = task("a", () => 20);
  const b = a.andThen("b", { group: "g", retry: 1, state: "PREPARE", run: (n) => n + 1 });
  assert.deepEqual([b.group, b.state, await b.prepared().make()], ["g", "PREPARE", 21]);
  const group = a.andThen("group", { group: "g" });
  assert.deepEqual([await group.make(), [...group.prerequisites]], [undefined, [a]]);
  assert.throws(() => a.andThen("c", { require: b, run: () => 1 } as never), TypeError);
  assert.deepEqual([...a.dependents], [b, group]);
});

test("andThen(task) adds the edge and returns that task, whose inputs stay as they were", async () => {
  const a = task("a", () => 1);
  const b = task("b", (inputs) => inputs);
  assert.equal(a.andThen(b), b);
  assert.deepEqual([await b.make(), a.state], [undefined, "DONE"]);
});

test("andThen goes on and on: a chain hands results from one to the next", async () => {
  const end = task("0", () => 0)
    .andThen("1", (n) => n + 1)
    .andThen("2", async (n) => n + 1)
    .andThen("3", { run: (n) => [n] });
  assert.deepEqual(await end.make(), [2]);
});

test("andThen runs nothing, and nothing happens to a new task until it is made", async () => {
  let called = 0;
  const a = task("a", () => called++);
  const b = a.andThen("b", () => called++);
  await flush();
  assert.deepEqual([called, a.state, b.state], [0, "PENDING", "PENDING"]);
});

test("andThen(name, …) is allowed on a task in any state", async () => {
  for (const state of ["PREPARE", "PENDING", "QUEUED", "RUNNING", "DONE", "FAILED", "CANCELLED"] as const) {
    const { task } = await remoteIn(state);
    const next = task.andThen("next", () => 1);
    assert.deepEqual([next.state, [...next.prerequisites]], ["PENDING", [task]], state);
  }
});

test("andThen refuses what is neither a name with work nor a task", () => {
  const a = task("a", () => 1);
  for (const args of [[], ["b"], ["b", null], ["b", 5], [undefined], [null], [5, () => 1], [{}], [["b"]]]) {
    assert.throws(() => (a.andThen as (...args: unknown[]) => unknown).apply(a, args), TypeError, JSON.stringify(args));
  }
  assert.deepEqual([...a.dependents], []);
});
