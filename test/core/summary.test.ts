// `run.finished`: what became of every task of the graph, how long it took, and what took longest.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, task, type Summary, type Task } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { madeBefore, names, states, tasksOf } from "./run-helpers.ts";

/** The tasks of a summary by list; each must be in one of them only. */
function lists({ done, failed, cancelled, notStarted }: Summary): Record<string, Set<Task<unknown>>> {
  const all = [...done, ...failed, ...cancelled, ...notStarted];
  assert.equal(new Set(all).size, all.length, "a task is in two lists");
  return {
    done: new Set(done),
    failed: new Set(failed),
    cancelled: new Set(cancelled),
    notStarted: new Set(notStarted),
  };
}

const path = ({ criticalPath }: Summary): [string, number][] => criticalPath.map(({ task, ms }) => [task.name, ms]);

test("every task of the graph is in exactly one list, by how it ended", async () => {
  const { a, b, c, d, e, f } = graph`a; b -> c; d -> e; f`;
  const run = makeLater(tasksOf(a, c, e, f), { concurrency: 9 });
  await flush();
  a.finish();
  b.fail();
  d.task.cancel();
  await flush();
  await run.return();
  assert.deepEqual(lists(await run.finished), {
    done: new Set([a.task]),
    failed: new Set(tasksOf(b, c)),
    cancelled: new Set(tasksOf(d, e)),
    notStarted: new Set([f.task]),
  });
});

test("prerequisites that were settled before are in the summary, and what is behind them is not", async () => {
  const { a, b, c } = graph`a -> b -> c`;
  await madeBefore(a, b);
  const second = makeLater(c.task);
  await flush();
  c.finish();
  assert.deepEqual(new Set((await second.finished).done), new Set(tasksOf(b, c)));
});

test("groups and late prerequisites are tasks of the graph like others", async () => {
  const { a, b, x } = graph<"a" | "b" | "x">`a -> b; x`;
  const group = task("group", { require: b.task });
  const run = makeLater(group, { concurrency: 9 });
  await flush();
  b.task.require(x.task);
  await flush();
  a.finish();
  x.finish();
  await flush();
  b.finish();
  assert.deepEqual(new Set((await run.finished).done), new Set([group, ...tasksOf(a, b, x)]));
});

test("wallMs is the time from the first next() to the end", async () => {
  const clock = virtualClock();
  const { a } = graph`a`;
  const run = make(a.task, { clock });
  await clock.advance(500);
  void run.next();
  await clock.advance(250);
  a.finish();
  assert.equal((await run.finished).wallMs, 250);
});

test("the critical path is the chain of tasks that took longest, with the time of each", async () => {
  const clock = virtualClock();
  const { a, b, c, d } = graph`a -> c -> d; b -> d`;
  const run = makeLater(d.task, { clock, concurrency: 9 });
  await clock.advance(10);
  a.finish();
  await clock.advance(5);
  c.finish();
  await clock.advance(100);
  b.finish();
  await clock.advance(1);
  d.finish();
  const summary = await run.finished;
  assert.deepEqual(path(summary), [
    ["b", 115],
    ["d", 1],
  ]);
  assert.equal(summary.wallMs, 116);
});

test("the critical path may be longer in tasks, and need not end at the last of them", async () => {
  const clock = virtualClock();
  const { a, b, c, d } = graph`a -> b -> c; d`;
  const run = makeLater(tasksOf(c, d), { clock, concurrency: 9 });
  for (const each of [a, b, c]) {
    await clock.advance(20);
    each.finish();
  }
  await clock.advance(5);
  d.finish();
  assert.deepEqual(path(await run.finished), [["d", 65]]);
  const { e, f, g } = graph`e -> f; g`;
  const other = makeLater(tasksOf(f, g), { clock, concurrency: 9 });
  await clock.advance(20);
  e.finish();
  await clock.advance(20);
  f.finish();
  g.finish();
  assert.equal(
    (await other.finished).criticalPath.reduce((sum, { ms }) => sum + ms, 0),
    40,
  );
});

test("tasks that did not run are on no critical path", async () => {
  const clock = virtualClock();
  const { a, b, c } = graph`a -> b; c`;
  const run = makeLater(tasksOf(b, c), { clock, concurrency: 9 });
  await clock.advance(10);
  c.finish();
  await clock.advance(10);
  a.fail();
  assert.deepEqual(path(await run.finished), [["a", 20]]);
  assert.deepEqual((await makeLater(tasksOf(a, b), { clock }).finished).criticalPath, []);
});

test("a long critical path is found without recursion", async () => {
  let last: Task<unknown> = task("first", () => 0);
  for (let n = 0; n < 50_000; n++) last = task(`t${n}`, { require: last, run: () => n });
  const { criticalPath, done } = await makeLater(last).finished;
  assert.ok(criticalPath.length > 0);
  assert.equal(done.length, 50_001);
});

test("a summary tells how a run ended, also when it is read after its tasks were made again", async () => {
  const clock = virtualClock();
  const { a, b, c } = graph`a b c`;
  const first = makeLater(tasksOf(a, b, c), { clock, concurrency: 9 });
  await clock.advance(10);
  a.fail();
  b.finish();
  await flush();
  c.task.cancel();
  await flush();
  assert.equal(states(a, b, c), "FAILED DONE CANCELLED");
  b.task.reset();
  await clock.advance(1_000);
  const second = makeLater(tasksOf(a, b, c), { clock, retry: true, concurrency: 9 });
  await clock.advance(5);
  a.finish();
  b.fail();
  c.fail();
  await second.finished;
  const summary = await first.finished;
  assert.deepEqual(lists(summary), {
    done: new Set([b.task]),
    failed: new Set([a.task]),
    cancelled: new Set([c.task]),
    notStarted: new Set(),
  });
  assert.deepEqual([summary.wallMs, summary.criticalPath.map(({ ms }) => ms)], [10, [10]]);
});

test("abandoned tasks are listed besides their place among the others", async () => {
  const clock = virtualClock();
  const a = remote("a", { onAbort: "ignores", timeout: 100 });
  const b = remote("b", { onAbort: "ignores" });
  const run = makeLater(tasksOf(a, b), { clock, grace: 10, concurrency: 9 });
  await clock.advance(110);
  const left = run.return();
  await clock.advance(10);
  await left;
  const summary = await run.finished;
  assert.deepEqual(new Set(summary.abandoned), new Set(tasksOf(a, b)));
  assert.deepEqual([names(summary.failed), names(summary.notStarted)], ["a", "b"]);
});

test("a run without abandoned tasks has none in its summary", async () => {
  const { a } = graph`a`;
  const run = makeLater(a.task);
  await flush();
  a.finish();
  assert.deepEqual((await run.finished).abandoned, []);
});

test("the summary of a run of no tasks is empty", async () => {
  const { wallMs, ...rest } = await makeLater([]).finished;
  assert.deepEqual(rest, { done: [], failed: [], cancelled: [], notStarted: [], abandoned: [], criticalPath: [] });
  assert.ok(wallMs >= 0);
});
