// A Run as an async iterator: how `next()` answers, and in which order things happen around it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, task, type Run } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { playOut, running, starts, tasksOf } from "./run-helpers.ts";

test("several pending next() calls are answered in the order of completion", async () => {
  const { a, b, c } = graph`a b c`;
  const run = make(tasksOf(a, b, c), { concurrency: 9 });
  const nexts = [run.next(), run.next(), run.next(), run.next()];
  await flush();
  for (const each of [b, c, a]) {
    each.finish();
    await flush();
  }
  const values = (await Promise.all(nexts)).map(({ value }) => value);
  assert.deepEqual(values, [b.task, c.task, a.task, undefined]);
});

test("tasks that ended before anybody asked are yielded in the order in which they ended", async () => {
  const { a, b, c } = graph`a b c`;
  const run = makeLater(tasksOf(a, b, c), { concurrency: 9 });
  await flush();
  for (const each of [c, a, b]) {
    each.finish();
    await flush();
  }
  assert.deepEqual(await Array.fromAsync(run), tasksOf(c, a, b));
});

test("after the last task every next() is done", async () => {
  const { a } = graph`a`;
  const run = make(a.task);
  const [first, second] = [run.next(), run.next()];
  await flush();
  a.finish();
  assert.deepEqual(await first, { value: a.task, done: false });
  for (const next of [second, run.next(), run.next()]) assert.deepEqual(await next, { value: undefined, done: true });
});

test("a run is its own iterator, so a second loop goes on where the first one ended", async () => {
  const { a } = graph`a`;
  const run = make(a.task);
  assert.equal(run[Symbol.asyncIterator](), run);
  const all = Array.fromAsync(run);
  await flush();
  a.finish();
  assert.deepEqual([await all, await Array.fromAsync(run)], [[a.task], []]);
});

test("a Run is not thenable: awaiting one starts nothing", async () => {
  const { a } = graph`a`;
  const run: Run = make(a.task);
  assert.equal("then" in run, false);
  const same = await run;
  const returned = await (async () => run)();
  assert.ok(same === run && returned === run);
  await flush();
  assert.equal(a.starts, 0);
});

test("reading finished starts nothing", async () => {
  const { a } = graph`a`;
  const run = make(a.task);
  const { finished } = run;
  await flush();
  assert.equal(a.starts, 0);
  void run.next();
  await flush();
  a.finish();
  assert.deepEqual([(await finished).done, run.finished], [[a.task], finished]);
});

test("a task is settled when it is yielded, and its run goes on behind the consumer's turn", async () => {
  const { a, b, c } = graph`a -> b c`;
  const seen: string[] = [];
  const loop = (async () => {
    for await (const done of make(tasksOf(a, b, c), { concurrency: 9 })) {
      seen.push(`${String(done)} with ${starts(b, c)} started`);
    }
  })();
  assert.equal(await playOut(a, b, c), "a b c");
  await loop;
  assert.deepEqual(seen, [
    "Task:a:DONE with 0 0 started",
    "Task:b:DONE with 1 1 started",
    "Task:c:DONE with 1 1 started",
  ]);
});

test("a consumer that does nothing but wait for the next one does not slow the run down for long", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(tasksOf(a, b));
  const first = run.next();
  await flush();
  a.finish();
  await first;
  await flush();
  assert.equal(running(a, b), "b");
  b.finish();
  assert.equal((await run.next()).value, b.task);
});

test("functions that do not wait are called one after the other, each before its dependents", async () => {
  const calls: string[] = [];
  const a = task("a", () => calls.push("a"));
  const b = a.andThen("b", (n) => calls.push(`b after ${n}`));
  const c = a.andThen("c", (n) => calls.push(`c after ${n}`));
  assert.deepEqual(await Array.fromAsync(make([b, c])), [b, c]);
  assert.deepEqual(calls, ["a", "b after 1", "c after 1"]);
});

test("inputs are the results of the prerequisites, in the shape of require", async () => {
  const [one, two] = [task("one", () => 1), task("two", async () => 2)];
  const tuple = task("tuple", { require: [one, two], run: (inputs) => inputs });
  const record = task("record", { require: { one, two }, run: (inputs) => inputs });
  await Array.fromAsync(make([tuple, record]));
  assert.deepEqual([tuple.result, record.result], [[1, 2], { one: 1, two: 2 }]);
});
