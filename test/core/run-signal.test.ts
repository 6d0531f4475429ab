// The `signal` option of `make`: aborting it cancels the run.

import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { make, makeLater, type CancelledError } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { names, starts, states, tasksOf } from "./run-helpers.ts";

test("a signal that aborts cancels everything unfinished, with the signal's reason", async () => {
  const { a, b, c } = graph`a; b -> c`;
  const controller = new AbortController();
  const run = makeLater(tasksOf(a, c), { signal: controller.signal, concurrency: 9 });
  await flush();
  a.finish();
  await flush();
  controller.abort("enough");
  const { done, cancelled } = await run.finished;
  assert.deepEqual([names(done), new Set(cancelled)], ["a", new Set(tasksOf(b, c))]);
  assert.equal((b.task.error as CancelledError).reason, "enough");
});

test("a signal that has already aborted cancels everything at the first next(), and nothing starts", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task, { signal: AbortSignal.abort("before") });
  await flush();
  assert.equal(states(a, b), "PENDING PENDING");
  assert.deepEqual(await Array.fromAsync(run), [b.task]);
  assert.deepEqual([states(a, b), starts(a, b)], ["CANCELLED CANCELLED", "0 0"]);
  assert.equal((a.task.error as CancelledError).reason, "before");
  assert.equal((await run.finished).cancelled.length, 2);
});

test("a signal that aborts between make() and the first next() lets nothing start", async () => {
  const { a, b } = graph`a -> b`;
  const controller = new AbortController();
  const run = make(b.task, { signal: controller.signal });
  controller.abort();
  assert.deepEqual(await Array.fromAsync(run), [b.task]);
  assert.deepEqual([states(a, b), starts(a, b)], ["CANCELLED CANCELLED", "0 0"]);
});

test("a signal that aborts while no task has been asked for still ends pending next() calls", async () => {
  const { a, b } = graph`a b`;
  const controller = new AbortController();
  const run = make(tasksOf(a, b), { signal: controller.signal, concurrency: 1 });
  const nexts = [run.next(), run.next(), run.next()];
  await flush();
  controller.abort();
  const values = (await Promise.all(nexts)).map(({ value }) => value);
  assert.deepEqual(new Set(values), new Set([a.task, b.task, undefined]));
});

test("makeLater with a signal that has already aborted starts nothing", async () => {
  const { a } = graph`a`;
  const run = makeLater(a.task, { signal: AbortSignal.abort() });
  assert.deepEqual([(await run.finished).cancelled, a.starts], [[a.task], 0]);
});

test("a signal that aborts after the run does nothing, and the run has left no listener on it", async () => {
  for (const end of ["end", "leave", "cancel", "abort", "refuse"] as const) {
    const { a, b } = graph`a; b`;
    const controller = new AbortController();
    const { signal } = controller;
    if (end === "refuse") a.task.require(b.task).block(b.task);
    const run = makeLater(a.task, { signal });
    await flush();
    if (end === "end") a.finish();
    else if (end === "leave") await run.return();
    else if (end === "cancel") run.cancel();
    else if (end === "abort") controller.abort();
    await run.finished.catch(() => {});
    assert.equal(getEventListeners(signal, "abort").length, 0, end);
    const before = states(a);
    controller.abort();
    assert.equal(states(a), before);
  }
});

test("a run that has not started has no listener on its signal", () => {
  const { a } = graph`a`;
  const { signal } = new AbortController();
  assert.ok(make(a.task, { signal }));
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("one signal cancels all runs that were given it", async () => {
  const { a, b } = graph`a; b`;
  const controller = new AbortController();
  const runs = [a, b].map(({ task }) => makeLater(task, { signal: controller.signal }));
  await flush();
  controller.abort();
  for (const run of runs) await run.finished;
  assert.equal(states(a, b), "CANCELLED CANCELLED");
});
