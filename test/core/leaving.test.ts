// Leaving a run early: nothing more starts, what runs is signalled and awaited, and what stops is PENDING again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, ReleasedError } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { names, playOut, running, starts, states, tasksOf } from "./run-helpers.ts";

test("after a break nothing more starts, and what runs is stopped and given back before the loop ends", async () => {
  const { a, b, c, d } = graph`a b c d`;
  const events: string[] = [];
  b.task.on("transition", ({ from, event, to }) => events.push(`${from} ${event} ${to}`));
  const loop = (async () => {
    for await (const done of make(tasksOf(a, b, c, d), { concurrency: 2 })) {
      assert.equal(done, a.task);
      break;
    }
  })();
  await flush();
  assert.equal(running(a, b, c, d), "a b");
  a.finish();
  await loop;
  assert.deepEqual([states(a, b, c, d), starts(a, b, c, d)], ["DONE PENDING PENDING PENDING", "1 1 0 0"]);
  assert.ok(b.context.signal.reason instanceof ReleasedError);
  assert.deepEqual(events, ["PENDING dispatch RUNNING", "RUNNING release PENDING"]);
});

test("an exception in the loop body leaves the run, and is thrown on unchanged", async () => {
  const { a, b } = graph`a b`;
  const own = new Error("own");
  const loop = (async () => {
    for await (const _ of make(tasksOf(a, b), { concurrency: 2 })) throw own;
  })();
  await flush();
  a.finish();
  await assert.rejects(loop, (error) => error === own);
  assert.equal(states(a, b), "DONE PENDING");
});

test("a return from within the loop leaves the run", async () => {
  const { a, b } = graph`a b`;
  const first = (async () => {
    for await (const done of make(tasksOf(a, b), { concurrency: 2 })) return done;
    return undefined;
  })();
  await flush();
  b.finish();
  assert.equal(await first, b.task);
  assert.equal(states(a, b), "PENDING DONE");
});

test("await using leaves the run at the end of its block", async () => {
  const { a, b } = graph`a -> b`;
  {
    await using run = make(b.task);
    void run.next();
    await flush();
    assert.equal(running(a, b), "a");
  }
  assert.deepEqual([states(a, b), a.running], ["PENDING PENDING", false]);
});

test("leaving acts at once while next() is pending, and every pending next() ends", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task);
  const nexts = [run.next(), run.next(), run.next()];
  await flush();
  const left = run.return();
  assert.ok(a.context.signal.aborted);
  for (const next of nexts) assert.deepEqual(await next, { value: undefined, done: true });
  assert.deepEqual(await left, { value: undefined, done: true });
  assert.deepEqual([states(a, b), await run.next()], ["PENDING PENDING", { value: undefined, done: true }]);
});

test("nothing starts between the task that makes a consumer leave and its leaving", async () => {
  for (const concurrency of [1, 2, 9]) {
    const { a, b, c, d } = graph`a -> b c d`;
    const loop = (async () => {
      for await (const done of make(tasksOf(a, b, c, d), { concurrency })) {
        assert.equal(done, a.task);
        break;
      }
    })();
    await flush();
    a.finish();
    await loop;
    assert.deepEqual([starts(b, c, d), states(b, c, d)], ["0 0 0", "PENDING PENDING PENDING"]);
  }
});

test("return() resolves when what runs has stopped, not before", async () => {
  const a = remote("a", { onAbort: "ignores" });
  const run = makeLater(a.task);
  await flush();
  let isLeft = false;
  const left = run.return().then(() => (isLeft = true));
  await flush();
  assert.deepEqual([isLeft, a.context.signal.aborted, states(a)], [false, true, "RUNNING"]);
  a.fail(a.context.signal.reason);
  await left;
  assert.equal(states(a), "PENDING");
});

test("finished resolves once a run has been left, and tells what was not done", async () => {
  const { a, b, c } = graph`a -> c; b`;
  const run = makeLater(tasksOf(b, c), { concurrency: 9 });
  await flush();
  b.finish();
  await flush();
  await run.return();
  const { done, notStarted, cancelled, failed } = await run.finished;
  assert.deepEqual([names(done), new Set(notStarted), cancelled, failed], ["b", new Set(tasksOf(a, c)), [], []]);
});

test("a second make continues where a run was left", async () => {
  const { a, b, c, d } = graph`a b -> c -> d`;
  const first = makeLater(d.task, { concurrency: 9 });
  await flush();
  a.finish("kept");
  await flush();
  await first.return();
  assert.equal(states(a, b, c, d), "DONE PENDING PENDING PENDING");
  const second = makeLater(d.task, { concurrency: 9 });
  assert.equal(await playOut(a, b, c, d), "b c d");
  await second.finished;
  assert.deepEqual([starts(a, b, c, d), b.task.attempts], ["1 2 1 1", 2]);
});

test("a second make can begin while the first is still being left, and runs nothing twice", async () => {
  const a = remote("a", { onAbort: "ignores" });
  const first = makeLater(a.task);
  await flush();
  const left = first.return();
  const second = makeLater(a.task);
  await flush();
  assert.equal(a.starts, 1);
  a.fail(a.context.signal.reason);
  await left;
  await flush();
  assert.deepEqual([a.starts, a.mostAtOnce], [2, 1]);
  a.finish();
  await second.finished;
});

test("an attempt that was given back does not count against the limit of retries", async () => {
  const a = remote("a", { retry: 1 });
  for (let left = 0; left < 3; left++) {
    const run = makeLater(a.task);
    await flush();
    await run.return();
    assert.equal(states(a), "PENDING");
  }
  const run = makeLater(a.task);
  await flush();
  a.fail();
  await flush();
  assert.deepEqual([states(a), a.context.attempt], ["RUNNING", 5]);
  a.finish();
  await run.finished;
});

test("leaving before the first next() starts nothing and changes nothing", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task);
  assert.deepEqual(await run.return(), { value: undefined, done: true });
  assert.deepEqual(await run.next(), { value: undefined, done: true });
  assert.deepEqual(new Set((await run.finished).notStarted), new Set(tasksOf(a, b)));
  assert.deepEqual([states(a, b), starts(a, b)], ["PENDING PENDING", "0 0"]);
});

test("leaving a run that is over, or leaving twice, does nothing", async () => {
  const { a, b } = graph`a; b`;
  const over = makeLater(a.task);
  await flush();
  a.finish();
  await over.finished;
  await over.return();
  assert.equal(states(a), "DONE");
  const twice = makeLater(b.task);
  await flush();
  await Promise.all([twice.return(), twice.return()]);
  await twice.return();
  assert.equal(states(b), "PENDING");
});

test("what had ended unread when a run was left is not yielded afterwards", async () => {
  const { a, b } = graph`a b`;
  const run = makeLater(tasksOf(a, b), { concurrency: 2 });
  await flush();
  a.finish();
  await flush();
  await run.return();
  assert.deepEqual(await run.next(), { value: undefined, done: true });
  assert.equal(states(a, b), "DONE PENDING");
});

test("a loop that goes through to its end leaves nothing to leave", async () => {
  const { a, b } = graph`a b`;
  const seen: string[] = [];
  const loop = (async () => {
    for await (const done of make(tasksOf(a, b), { concurrency: 2 })) seen.push(String(done));
  })();
  assert.equal(await playOut(a, b), "a b");
  await loop;
  assert.deepEqual(seen, ["Task:a:DONE", "Task:b:DONE"]);
});
