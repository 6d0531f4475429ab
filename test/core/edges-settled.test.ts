// Soft edges: `settled(task)` waits for any final state and hands on what came of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockedError, CancelledError, make, makeLater, settled, task } from "thence";
import type { Outcome } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { remoteIn, statesBut } from "./task-in-state.ts";

test("settled(task) is refused for anything but a task", () => {
  const edge = settled(task("a", () => 1));
  for (const bad of [undefined, null, "a", {}, () => 1, edge]) assert.throws(() => settled(bad as never), TypeError);
});

test("a dependent by a soft edge waits for any final state and gets {state, result, error}", async () => {
  const cause = new Error("no");
  const done = task("done", () => 5);
  const failed = task("failed", () => {
    throw cause;
  });
  const cancelled = task("cancelled", () => 1);
  cancelled.cancel("enough");
  const after = task("after", {
    require: { done: settled(done), failed: settled(failed), cancelled: settled(cancelled) },
    run: (outcomes) => outcomes,
  });
  assert.deepEqual(await after.make(), {
    done: { state: "DONE", result: 5, error: undefined },
    failed: { state: "FAILED", result: undefined, error: cause },
    cancelled: { state: "CANCELLED", result: undefined, error: cancelled.error },
  });
  assert.ok(cancelled.error instanceof CancelledError);
});

test("a soft edge alone and soft edges in a tuple give their outcomes in that shape", async () => {
  const a = task("a", () => 1);
  const one = task("one", { require: settled(a), run: (outcome) => outcome });
  const two = task("two", { require: [settled(a), a], run: (inputs) => inputs });
  const outcome = { state: "DONE", result: 1, error: undefined };
  assert.deepEqual([await one.make(), await two.make()], [outcome, [outcome, 1]]);
});

test("a soft edge by require() or block's reverse only orders: it waits, and does not fail", async () => {
  const { a, b } = graph`a; b`;
  b.task.require(settled(a.task));
  const run = makeLater(b.task);
  await flush();
  assert.deepEqual([a.running, b.starts, [...b.task.prerequisites]], [true, 0, [a.task]]);
  a.fail();
  await flush();
  assert.deepEqual([b.running, b.inputs], [true, [undefined]]);
  b.finish();
  const { done, failed } = await run.finished;
  assert.deepEqual([done, failed], [[b.task], [a.task]]);
});

test("a soft prerequisite blocks until it is settled, a hard one until it is DONE, in every state", async () => {
  for (const state of statesBut()) {
    const { task: prerequisite } = await remoteIn(state);
    const soft = task("soft", { require: settled(prerequisite), run: () => 1 });
    const open = !["DONE", "FAILED", "CANCELLED"].includes(state);
    assert.deepEqual([soft.isBlocked(), soft.blockers()], [open, open ? [prerequisite] : []], state);
  }
});

test("a soft edge and a hard edge to the same task: the hard one decides", async () => {
  for (const order of ["soft first", "hard first"]) {
    const { a, b } = graph`a; b`;
    if (order === "soft first") b.task.require(settled(a.task)).require(a.task);
    else b.task.require(a.task).require(settled(a.task));
    assert.deepEqual([...b.task.prerequisites], [a.task]);
    const run = makeLater(b.task);
    await flush();
    a.fail();
    await run.finished;
    assert.ok(b.task.error instanceof BlockedError, order);
  }
});

test("a task failed by its own prerequisites is an outcome like others for a soft edge", async () => {
  const { a, b } = graph`a -> b`;
  const clean = task("clean", { require: settled(b.task), run: ({ state, error }) => [state, error] });
  const run = makeLater(clean);
  await flush();
  a.fail();
  await run.finished;
  assert.deepEqual(clean.result, ["FAILED", b.task.error]);
});

test("clean-up by a soft edge runs whether the work ends well, fails or is cancelled", async () => {
  for (const end of ["finish", "fail", "cancel"] as const) {
    const work = remote("work");
    const clean = remote("clean");
    clean.task.require(settled(work.task));
    const run = makeLater(clean.task);
    await flush();
    if (end === "cancel") work.task.cancel();
    else work[end]();
    await flush();
    assert.equal(clean.running, true, end);
    clean.finish();
    await run.finished;
  }
});

test("dispatch under a soft prerequisite that has failed runs the task", async () => {
  const { task: failed } = await remoteIn("FAILED");
  const after = task("after", { require: settled(failed), run: ({ error }: Outcome<unknown>) => error });
  assert.equal(await after.dispatch(), "old");
});

test("outcomes are fresh objects for each attempt and each dependent", async () => {
  const a = task("a", () => 1);
  const seen: object[] = [];
  const run = (outcome: object): void => {
    seen.push(outcome);
    if (seen.length === 1) {
      Object.assign(outcome, { state: "spoilt" });
      throw new Error("again");
    }
  };
  for await (const _ of make([
    task("b", { require: settled(a), retry: 1, run }),
    task("c", { require: settled(a), run }),
  ]));
  assert.equal(new Set(seen).size, 3);
  assert.deepEqual(
    seen.slice(1),
    [1, 2].map(() => ({ state: "DONE", result: 1, error: undefined })),
  );
});
