// The helpers themselves: a test that trusts them should not be misled.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater } from "thence";
import { flush } from "./flush.ts";
import { graph } from "./graph.ts";
import { remote } from "./remote.ts";

test("a graph written as text has the tasks and edges that the text says", () => {
  const { a, b, c, d, e } = graph`
    a b -> c -> d
    e -> d; e
  `;
  const names = (tasks: Iterable<{ name: string }>): string[] => [...tasks].map(({ name }) => name);
  assert.deepEqual(names(a.task.prerequisites), []);
  assert.deepEqual(names(c.task.prerequisites), ["a", "b"]);
  assert.deepEqual(names(d.task.prerequisites), ["c", "e"]);
  assert.deepEqual(names(b.task.dependents), ["c"]);
  assert.ok(a.task.id < b.task.id && c.task.id < d.task.id && d.task.id < e.task.id);
  assert.throws(() => graph`-> a`, /arrow without a task/);
});

test("a remote task begins when it is made and ends when it is told", async () => {
  const r = remote("r");
  const run = makeLater(r.task);
  await flush();
  assert.deepEqual([r.starts, r.running, r.context.attempt, r.inputs], [1, true, 1, [undefined]]);
  r.finish(42);
  await run.finished;
  assert.deepEqual([r.running, r.task.state, r.task.result], [false, "DONE", 42]);
  assert.throws(() => r.finish(), /not running/);
});

test("a remote task throws what it is told to throw", async () => {
  const r = remote("r");
  const run = makeLater(r.task);
  await flush();
  r.fail("a string");
  await run.finished;
  assert.deepEqual([r.task.state, r.task.error], ["FAILED", "a string"]);
});

test("a remote task obeys its signal unless it is told to ignore it", async () => {
  const [obeys, ignores] = [remote("obeys"), remote("ignores", { onAbort: "ignores" })];
  const run = makeLater([obeys.task, ignores.task]);
  await flush();
  run.cancel("enough");
  await flush();
  assert.deepEqual([obeys.running, ignores.running], [false, true]);
  ignores.finish();
  await run.finished;
  assert.deepEqual([obeys.task.state, ignores.task.state], ["CANCELLED", "CANCELLED"]);
});
