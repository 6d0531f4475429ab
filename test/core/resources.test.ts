// `uses` and `resources`: named amounts that attempts hold while they run.

import assert from "node:assert/strict";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { make, makeLater } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { remote, type Remote, type RemoteOptions } from "../helpers/remote.ts";
import { running, starts, states, tasksOf } from "./run-helpers.ts";

const using = (name: string, uses: Record<string, number>, options?: RemoteOptions): Remote =>
  remote(name, { ...options, uses });

async function finish(...remotes: readonly Remote[]): Promise<void> {
  for (const each of remotes) {
    each.finish();
    await flush();
  }
}

test("no more of a resource is in use than there is", async () => {
  const [a, b, c] = [using("a", { db: 1 }), using("b", { db: 1 }), using("c", { db: 1 })];
  const run = makeLater(tasksOf(a, b, c), { resources: { db: 2 }, concurrency: 9 });
  await flush();
  assert.equal(running(a, b, c), "a b");
  await finish(b);
  assert.equal(running(a, b, c), "a c");
  await finish(a, c);
  await run.finished;
});

test("a task may use all that there is", async () => {
  const [a, b] = [using("a", { db: 2, net: 1 }), using("b", { db: 1 })];
  const run = makeLater(tasksOf(a, b), { resources: { db: 2, net: 1 }, concurrency: 9 });
  await flush();
  assert.equal(running(a, b), "a");
  await finish(a, b);
  await run.finished;
});

test("amounts are taken all or nothing, so two tasks never hold what the other lacks", async () => {
  const [x, a, b] = [using("x", { net: 1 }), using("a", { db: 1, net: 1 }), using("b", { net: 1, db: 1 })];
  const run = makeLater(tasksOf(x, a, b), { resources: { db: 1, net: 1 }, concurrency: 9 });
  await flush();
  assert.equal(running(x, a, b), "x");
  await finish(x);
  assert.equal(running(x, a, b), "a");
  await finish(a);
  assert.equal(running(x, a, b), "b");
  await finish(b);
  await run.finished;
});

test("the first task that does not fit keeps its place: smaller ones after it wait, so that it is not starved", async () => {
  const [x, y, big] = [using("x", { db: 1 }), using("y", { db: 1 }), using("big", { db: 2 })];
  const small = Array.from({ length: 5 }, (_, index) => using(`small${index}`, { db: 1 }));
  const all = [x, y, big, ...small];
  const run = makeLater(tasksOf(...all), { resources: { db: 2 }, concurrency: 9 });
  await flush();
  assert.equal(running(...all), "x y");
  await finish(x);
  assert.equal(running(...all), "y", "a half that is free is kept for big");
  await finish(y);
  assert.equal(running(...all), "big");
  await finish(big);
  assert.equal(running(...all), "small0 small1");
  await finish(...small);
  await run.finished;
});

test("tasks that do not compete with the one that does not fit pass it", async () => {
  const [x, big] = [using("x", { db: 1 }), using("big", { db: 2 })];
  const [other, plain] = [using("other", { net: 1 }), remote("plain")];
  const run = makeLater(tasksOf(x, big, other, plain), { resources: { db: 2, net: 1 }, concurrency: 9 });
  await flush();
  assert.equal(running(x, big, other, plain), "x other plain");
  await finish(x, big, other, plain);
  await run.finished;
});

test("a task that waits keeps its place for all that it uses, also for what is free", async () => {
  const [x, both, late] = [using("x", { db: 1 }), using("both", { db: 1, net: 1 }), using("late", { net: 1 })];
  const run = makeLater(tasksOf(x, both, late), { resources: { db: 1, net: 1 }, concurrency: 9 });
  await flush();
  assert.equal(running(x, both, late), "x");
  await finish(x);
  assert.equal(running(x, both, late), "both");
  await finish(both);
  assert.equal(running(x, both, late), "late");
  await finish(late);
  await run.finished;
});

test("a task that waits for a resource takes no slot", async () => {
  const [x, waits, plain] = [using("x", { db: 1 }), using("waits", { db: 1 }), remote("plain")];
  const run = makeLater(tasksOf(x, waits, plain), { resources: { db: 1 }, concurrency: 2 });
  await flush();
  assert.deepEqual([running(x, waits, plain), states(waits)], ["x plain", "PENDING"]);
  await finish(x, waits, plain);
  await run.finished;
});

test("a task that waits for a slot holds no resource", async () => {
  const [x, a, b] = [remote("x"), using("a", { db: 1 }), using("b", { db: 1 }, { priority: 1 })];
  b.task.require(x.task);
  const run = makeLater(tasksOf(a, b), { resources: { db: 1 }, concurrency: 1 });
  await flush();
  assert.equal(running(x, a, b), "x");
  await finish(x);
  assert.equal(running(x, a, b), "b");
  await finish(b, a);
  await run.finished;
});

test("resources come back however an attempt ends", async () => {
  const clock = virtualClock();
  const all = ["done", "fails", "cancelled", "timed out", "ignores"].map((name) =>
    using(name, { db: 1 }, { timeout: 1_000, onAbort: name === "ignores" ? "ignores" : "obeys" }),
  );
  const [done, fails, cancelled, timedOut, ignores] = all as [Remote, Remote, Remote, Remote, Remote];
  const last = using("last", { db: 1 });
  const run = makeLater(tasksOf(...all, last), { resources: { db: 1 }, clock });
  await flush();
  done.finish();
  await flush();
  fails.fail();
  await flush();
  cancelled.task.cancel();
  await flush();
  assert.equal(running(timedOut, ignores, last), "timed out");
  await clock.advance(1_000);
  assert.equal(states(timedOut, ignores, last), "FAILED RUNNING PENDING");
  await clock.advance(1_000 + 5_000);
  assert.equal(states(timedOut, ignores, last), "FAILED FAILED RUNNING");
  last.finish();
  await run.finished;
});

test("a retry that waits holds no resource and no slot", async () => {
  const clock = virtualClock();
  const a = using("a", { db: 1 }, { retry: { limit: 1, delay: 100 } });
  const b = using("b", { db: 1 });
  const run = makeLater(tasksOf(a, b), { resources: { db: 1 }, concurrency: 1, clock });
  await flush();
  a.fail();
  await flush();
  assert.deepEqual([states(a, b), starts(a, b)], ["PENDING RUNNING", "1 1"]);
  await clock.advance(100);
  assert.deepEqual([states(a, b), starts(a, b)], ["PENDING RUNNING", "1 1"], "its resource is in use");
  await finish(b);
  assert.equal(starts(a, b), "2 1");
  await finish(a);
  await run.finished;
});

test("fractional amounts come back whole", async () => {
  const [x, y] = [using("x", { gpu: 0.2 }), using("y", { gpu: 0.1 })];
  const whole = using("whole", { gpu: 0.7 });
  whole.task.require(x.task, y.task);
  const run = makeLater(whole.task, { resources: { gpu: 0.7 }, concurrency: 9 });
  await finish(x, y);
  assert.equal(running(whole), "whole");
  await finish(whole);
  await run.finished;
});

test("the amounts of a run are those that make() was given, whatever becomes of the object afterwards", async () => {
  const [a, b] = [using("a", { db: 1 }), using("b", { db: 1 })];
  const resources = { db: 1 };
  const run = make(tasksOf(a, b), { resources, concurrency: 9 });
  resources.db = 0;
  void run.next();
  await flush();
  assert.deepEqual([running(a, b), run.resources], ["a", { db: 1 }]);
  assert.throws(() => Object.assign(run.resources, { db: 2 }), TypeError);
  await finish(a, b);
  await run.finished;
});

test("resources of any name work", async () => {
  for (const name of ["__proto__", "constructor", "", "👩‍👩‍👧"]) {
    const amount = Object.fromEntries([[name, 1]]);
    const [a, b] = [using("a", amount), using("b", amount)];
    const run = makeLater(tasksOf(a, b), { resources: amount, concurrency: 9 });
    await flush();
    assert.equal(running(a, b), "a", name);
    await finish(a, b);
    await run.finished;
  }
});

test("a task that waits for a slot keeps what it uses from later ones that need no slot", async () => {
  const queue = (run: () => Promise<void>): void => void run();
  const first = using("first", { db: 1 }, { queue, priority: 2 });
  const local = using("local", { db: 1 }, { priority: 1 });
  const queued = using("queued", { db: 1 }, { queue });
  const all = [first, local, queued];
  const busy = Array.from({ length: availableParallelism() }, () => remote("busy", { priority: 3 }));
  const run = makeLater(tasksOf(...all, ...busy), { resources: { db: 1 } });
  await flush();
  assert.equal(running(...all), "first");
  await finish(first);
  assert.equal(running(...all), "", "local comes next, and has no slot yet");
  await finish(...busy);
  assert.equal(running(...all), "local");
  await finish(local);
  assert.equal(running(...all), "queued");
  await finish(queued);
  await run.finished;
});
