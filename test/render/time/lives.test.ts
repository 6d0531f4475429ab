// What each task did and waited for, worked out from what tasks remember.

import assert from "node:assert/strict";
import { test } from "node:test";
import { settled, task, TaskQueue, type Task } from "thence";
import { toTimeline, toTrace } from "thence/render";
import { lastChainOf, longestPathOf } from "../../../src/render/time/chains.ts";
import { livesOf, type Life, type Span } from "../../../src/render/time/lives.ts";
import { pastOf, type Timed } from "../../../src/render/time/past.ts";
import { busyMs } from "../../../src/render/time/rows.ts";
import { sumsOf, waitWords } from "../../../src/render/time/waits.ts";
import { chartOf } from "../../../src/render/timeline/chart.ts";
import { Play, START } from "../played.ts";

function lifeOf(timed: Timed, task: Task): Life {
  return livesOf(pastOf("test", timed)).lives.find((life) => life.task === task)!;
}

function told(timed: Timed, task: Task): string[] {
  return lifeOf(timed, task).spans.map(inWords);
}

function inWords(span: Span): string {
  const when = `${span.from - START}-${span.to - START}`;
  if (span.kind === "attempt") return `${when} ${span.end} ${span.attempt}`;
  const on = span.on === undefined ? "" : ` ${typeof span.on === "string" ? span.on : span.on.name}`;
  return `${when} ${span.kind}${on}${span.open === true ? " still" : ""}`;
}

test("a task waits for the last of its prerequisites, then runs", async () => {
  const play = new Play();
  const [a, b] = [play.task("a", 30), play.task("b", 70)];
  const c = play.task("c", 10, { after: [a, b] });
  const run = await play.run(c, { concurrency: 4 });
  assert.deepEqual(told(run, a), ["0-30 DONE 1"]);
  assert.deepEqual(told(run, c), ["0-70 prerequisite b", "70-80 DONE 1"]);
});

test("a ready task waits for a slot while all are taken", async () => {
  const play = new Play();
  const [a, b] = [play.task("a", 30), play.task("b", 20)];
  const run = await play.run([a, b], { concurrency: 1 });
  assert.deepEqual(told(run, b), ["0-30 slot", "30-50 DONE 1"]);
});

test("a ready task waits for the resource that is short, though slots are free", async () => {
  const play = new Play();
  const uses = { db: 2, cpu: 1 };
  const [a, b] = [play.task("a", 30, { uses }), play.task("b", 20, { uses: { cpu: 1, db: 1 } })];
  const run = await play.run([a, b], { concurrency: 4, resources: { db: 2, cpu: 9 } });
  assert.deepEqual(told(run, b), ["0-30 resource db", "30-50 DONE 1"]);
});

test("a task for which a resource would do waits for it while it is kept for one that came before", async () => {
  const play = new Play();
  const a = play.task("a", 30, { uses: { db: 1 } });
  const b = play.task("b", 20, { uses: { db: 2 } });
  const c = play.task("c", 10, { uses: { db: 1 } });
  const run = await play.run([a, b, c], { concurrency: 4, resources: { db: 2 } });
  assert.deepEqual(told(run, c), ["0-50 resource db", "50-60 DONE 1"]);
});

test("a wait with several reasons has a piece for each", async () => {
  const play = new Play();
  const a = play.task("a", 30, { uses: { db: 1 } });
  const b = play.task("b", 50);
  const c = play.task("c", 50, { priority: -1 });
  const d = play.task("d", 10, { uses: { db: 1 }, priority: -2 });
  const run = await play.run([a, b, c, d], { concurrency: 2, resources: { db: 1 } });
  assert.deepEqual(told(run, d), ["0-30 resource db", "30-50 slot", "50-60 DONE 1"]);
});

test("the pause before a retry is told from the wait for a slot after it", async () => {
  const play = new Play();
  const a = play.task("a", 10, { fails: 2, retry: { limit: 3, delay: 20, factor: 2 }, priority: 1 });
  const b = play.task("b", 100);
  const run = await play.run([a, b], { concurrency: 1 });
  assert.deepEqual(told(run, a), [
    "0-10 retry 1",
    "10-30 backoff",
    "30-110 slot",
    "110-120 retry 2",
    "120-160 backoff",
    "160-170 DONE 3",
  ]);
});

test("the time in a queue is told, and the slots that it takes", async () => {
  const play = new Play();
  const a = play.task("a", 10);
  const b = play.task("b", 10);
  const queue = async (start: () => Promise<void>): Promise<void> => {
    await play.wait(40);
    await start();
  };
  const run = await play.run([a, b], { queue, concurrency: 1 });
  assert.deepEqual(told(run, a), ["0-40 queue", "40-50 DONE 1"]);
  assert.deepEqual(told(run, b), ["0-50 slot", "50-90 queue", "90-100 DONE 1"]);
});

test("a task that fails because of others has waited for them, and has no attempt", async () => {
  const play = new Play();
  const a = play.task("a", 30, { fails: 1 });
  const b = play.task("b", 10, { after: [a] });
  const run = await play.run(b);
  assert.deepEqual(told(run, b), ["0-30 prerequisite a"]);
  assert.equal(lifeOf(run, b).lostAt, START + 30);
  assert.equal(lifeOf(run, a).lostAt, undefined);
});

test("a soft edge holds a task up until the prerequisite is settled, however that ends", async () => {
  const play = new Play();
  const a = play.task("a", 30, { fails: 1 });
  const b = task("b", { require: [settled(a)], run: () => play.wait(5) });
  const run = await play.run(b as Task);
  assert.deepEqual(told(run, b as Task), ["0-30 prerequisite a", "30-35 DONE 1"]);
});

test("of a run that is still going, attempts and waits reach into the present", async () => {
  const play = new Play();
  const a = play.task("a", 100);
  const b = play.task("b", 10, { after: [a] });
  const run = await play.run([a, b], { concurrency: 1 }, 40);
  assert.deepEqual(told(run, a), ["0-40 RUNNING 1"]);
  assert.deepEqual(told(run, b), ["0-40 prerequisite a still"]);
  assert.equal(pastOf("test", run).isOver, false);
  await play.clock.advance(1000);
  assert.deepEqual(told(run, b), ["0-100 prerequisite a", "100-110 DONE 1"]);
});

test("what belongs to an earlier run or to a later one is left out", async () => {
  const play = new Play();
  const a = play.task("a", 10, { fails: 1 });
  const first = await play.run(a, {}, 100);
  const second = await play.run(a, { retry: true }, 100);
  assert.deepEqual(told(first, a), ["0-10 FAILED 1"]);
  assert.deepEqual(told(second, a), ["100-110 DONE 2"]);
});

test("a task that is made by another has not waited before anybody knew of it", async () => {
  const play = new Play();
  const child = play.task("child", 20);
  const parent = task("parent", async (_, { make }) => {
    await play.wait(30);
    await make(child);
  });
  const run = await play.run(parent as Task, { concurrency: 1 });
  assert.deepEqual(told(run, child), ["30-50 DONE 1"]);
});

test("what is left unfinished at the end of a run waits for nothing any more", async () => {
  const play = new Play();
  const a = play.task("a", 10, { fails: 1 });
  const b = play.task("b", 10);
  const run = await play.run([a, b], { concurrency: 1, failFast: true });
  assert.equal(b.state, "PENDING");
  assert.deepEqual(told(run, b), []);
});

test("tasks without a run tell their attempts, from the first of them on", async () => {
  const play = new Play();
  const a = play.task("a", 10);
  const b = play.task("b", 10, { after: [a] });
  await play.run(b);
  assert.deepEqual(told([a, b], b), ["0-10 prerequisite a", "10-20 DONE 1"]);
  const { kind, isOver, startedAt, endedAt } = pastOf("test", [a, b, a]);
  assert.deepEqual([kind, isOver, startedAt, endedAt], ["tasks", true, START, START + 20]);
});

test("a TaskQueue tells of slots as a run does", async () => {
  const play = new Play();
  const [a, b] = [play.task("a", 30), play.task("b", 20)];
  const queue = new TaskQueue([a, b], { clock: play.clock, concurrency: 1 });
  const drained = (async () => {
    for await (const _ of queue.run());
  })();
  await play.clock.advance(1000);
  await drained;
  assert.deepEqual(told(queue, b), ["0-30 slot", "30-50 DONE 1"]);
});

test("tasks that nothing has happened to have no spans, and nothing has started", () => {
  const past = pastOf("test", [task("a", () => {})]);
  assert.equal(past.startedAt, undefined);
  assert.deepEqual(livesOf(past).lives[0]?.spans, []);
});

test("no more slots are shown, nor more at a time, than the run has, when tasks make tasks", async () => {
  const play = new Play();
  const kids = [play.task("kid 1", 40), play.task("kid 2", 40)];
  const parent = task("parent", async (_, { make }) => {
    await play.wait(20);
    await make(kids);
    await play.wait(20);
  });
  const run = await play.run([parent as Task, play.task("other", 30)], { concurrency: 1 });
  const past = pastOf("test", run);
  const { lives } = livesOf(past);
  assert.equal(run.endedAt, START + 150);
  assert.equal(busyMs(lives, past), 150);
  const labels = chartOf(past, lives, "slot", 1000).rows.map(({ label, items }) => {
    const names = items.filter(({ span }) => span.kind === "attempt").map(({ life }) => life.task.name);
    return `${label}: ${names.join(", ")}`;
  });
  assert.deepEqual(labels, ["slot 1: parent", "beside 1: kid 1, kid 2, other"]);
  const names = /"thread_name"[^}]*"(?:slot|beside|group) \d+"/g;
  assert.deepEqual(
    toTrace(run)
      .match(names)
      ?.map((each) => each.split('"').at(-2)),
    ["slot 1", "beside 1"],
  );
  assert.match(toTimeline(run), />beside: no slot is held by a task that waits for tasks of its own making, /);
  assert.doesNotMatch(toTimeline(await play.run(play.task("a", 5), { concurrency: 1 })), /beside/);
});

test("the longest path is that of the run's summary", async () => {
  const play = new Play();
  const a = play.task("a", 30);
  const b = play.task("b", 10, { after: [a], fails: 1, retry: 1 });
  const c = play.task("c", 35);
  const run = await play.run([b, c]);
  const past = pastOf("test", run);
  const { tasks, ms } = longestPathOf(past, livesOf(past).lives);
  const { criticalPath } = await run.finished;
  assert.deepEqual(
    tasks,
    criticalPath.map(({ task }) => task),
  );
  assert.equal(
    ms,
    criticalPath.reduce((sum, { ms }) => sum + ms, 0),
  );
});

test("the last chain accounts for all of the time, from the start to the end", async () => {
  const play = new Play();
  const db = { db: 1 };
  const a = play.task("a", 30, { uses: db });
  const b = play.task("b", 40, { uses: db, fails: 1, retry: { limit: 1, delay: 5 } });
  const c = play.task("c", 10, { after: [a, b] });
  const run = await play.run(c, { resources: db });
  const past = pastOf("test", run);
  const { task, spans } = lastChainOf(livesOf(past).lives);
  assert.equal(task, c);
  assert.equal(
    spans.reduce((sum, { from, to }) => sum + to - from, 0),
    past.endedAt - START,
  );
  assert.equal(waitWords(sumsOf(spans)), "30 ms for `db`, 5 ms for a retry");
});
