// Promises that nobody awaits: the test runner fails the test in which an unhandled rejection comes up.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { states } from "./run-helpers.ts";

test("a task.make() that nobody awaits is no unhandled rejection when the task fails or is cancelled", async () => {
  const { a, b, c } = graph`a -> c; b`;
  for (const each of [b, c]) void each.task.make();
  await flush();
  a.fail(new Error("nobody awaits this"));
  b.task.cancel();
  await flush();
  assert.equal(states(a, b, c), "FAILED CANCELLED FAILED");
});

test("a dispatch() that nobody awaits is no unhandled rejection when the task fails", async () => {
  const { a } = graph`a`;
  void a.task.dispatch();
  a.fail(new Error("nobody awaits this"));
  await flush();
  assert.equal(states(a), "FAILED");
});

test("a context.make() that nobody awaits is no unhandled rejection when the child fails", async () => {
  const { a } = graph`a`;
  const p = task("p", (_, { make }) => {
    void make(a.task);
    return "did not wait";
  });
  const run = makeLater(p, { concurrency: 1 });
  await flush();
  a.fail(new Error("nobody awaits this"));
  await run.finished;
  await flush();
  assert.deepEqual([p.state, states(a)], ["DONE", "FAILED"]);
});

test("a context.make() that nobody awaits is no unhandled rejection when its run is left or cancelled", async () => {
  for (const way of ["return", "cancel"] as const) {
    const { a, b } = graph`a; b`;
    const run = makeLater(a.task, { concurrency: 1 });
    await flush();
    void a.context.make(b.task);
    await flush();
    void run[way]();
    await run.finished;
    await flush();
    assert.equal(states(a, b), way === "return" ? "PENDING PENDING" : "CANCELLED CANCELLED");
  }
});

test("failures and cancels of a run that nobody looks at are no unhandled rejections", async () => {
  const { a, b, c } = graph`a -> b; c`;
  const run = makeLater([b.task, c.task], { concurrency: 9 });
  await flush();
  a.fail(new Error("nobody awaits this"));
  void run.return();
  await flush(10);
  assert.equal(states(a, c), "FAILED PENDING");
});
