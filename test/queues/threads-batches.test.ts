// Threads are handed short jobs several at a time. What that must not change: when a job is said to have started, who pays for a job
// that spins or exits, and what can still be cancelled.

import assert from "node:assert/strict";
import { test } from "node:test";
import { QueueClosedError, type JobHandle, type Queue } from "thence";
import { threads } from "thence/threads";
import { JOBS, until } from "./local-jobs.ts";

/** A queue whose one thread has jobs of this name in no time, as it has found out, and is busy until the promise is awaited. */
async function busy(name: string, grace = 100): Promise<{ queue: Queue; free: Promise<unknown> }> {
  const queue = threads(JOBS, { concurrency: 1, grace });
  const learned = [];
  for (let i = 0; i < 20; i++) learned.push(await queue.submit({ job: name, input: name === "spin" ? 0 : undefined }));
  await Promise.all(learned.map((handle) => handle.result()));
  const nap = await queue.submit({ job: "nap", input: 50 });
  return { queue, free: nap.result() };
}

async function submitAll(queue: Queue, job: string, inputs: readonly unknown[]): Promise<JobHandle[]> {
  const handles = [];
  for (const input of inputs) handles.push(await queue.submit({ job, input }));
  return handles;
}

test("a job that spins among short ones holds up neither the news of those before it nor the cancel of those behind", async () => {
  const { queue, free } = await busy("spin");
  const [before, spinning, behind, last] = await submitAll(queue, "spin", [0, undefined, 0, 0]);
  const started: string[] = [];
  for (const handle of [before, spinning, behind, last]) handle!.on("start", ({ id }) => started.push(id));
  await free;
  assert.equal((await before!.join()).state, "done");
  await until("it spins", async () => (await spinning!.logs()).length === 1);
  assert.deepEqual(started, [before!.id, spinning!.id]);
  const waiting = await behind!.info();
  assert.deepEqual([waiting.state, waiting.startedAt, waiting.attempts], ["queued", undefined, 0]);
  assert.equal(await behind!.cancel(), true);
  const cancelled = await behind!.join({ timeout: 50 });
  assert.deepEqual([cancelled.state, cancelled.startedAt], ["cancelled", undefined]);
  assert.equal((await spinning!.info()).state, "running");
  await spinning!.cancel();
  assert.equal((await spinning!.join()).state, "cancelled");
  const { state, attempts } = await last!.join();
  assert.deepEqual([state, attempts], ["done", 1]);
  assert.deepEqual(started, [before!.id, spinning!.id, last!.id]);
  assert.deepEqual(await behind!.logs(), []);
  await queue.close();
});

test("short jobs that wait behind one which turns out to be long go to another thread, and have started once", async () => {
  const queue = threads(JOBS, { concurrency: 2, grace: 100 });
  await Promise.all((await submitAll(queue, "spin", Array(40).fill(0))).map((handle) => handle.result()));
  const naps = await submitAll(queue, "nap", [60, 50]);
  const handles = await submitAll(queue, "spin", [undefined, 0, 0, 0, 0, 0, 0, 0]);
  const started: string[] = [];
  for (const handle of handles) handle.on("start", ({ id }) => started.push(id));
  await Promise.all(naps.map((nap) => nap.result()));
  const [spinning, ...others] = handles;
  await Promise.all(others.map((handle) => handle.result()));
  assert.equal((await spinning!.info()).state, "running");
  assert.deepEqual(started.toSorted(), handles.map(({ id }) => id).toSorted());
  await spinning!.cancel();
  await spinning!.join();
  await queue.close();
});

test("a job that exits its thread takes neither the results before it nor the jobs behind it", async () => {
  const { queue, free } = await busy("leave");
  const handles = await submitAll(queue, "leave", [undefined, undefined, 3, undefined, undefined]);
  await free;
  const states = await Promise.all(handles.map(async (handle) => (await handle.join()).state));
  assert.deepEqual(states, ["done", "done", "failed", "done", "done"]);
  await assert.rejects(handles[2]!.result(), { name: "JobLostError", message: /ended with code 3/ });
  assert.deepEqual(await Promise.all(handles.map(async (handle) => (await handle.info()).attempts)), [1, 1, 1, 1, 1]);
  await queue.close();
});

test("when the first of the jobs that were handed over is cancelled, the next has begun, and its timeout counts", async () => {
  const { queue, free } = await busy("spin");
  const first = await queue.submit({ job: "spin", input: 0 });
  const spinning = await queue.submit({ job: "spin", timeout: 100 });
  const cancelled = free.then(() => first.cancel());
  await assert.rejects(spinning.result({ timeout: 10_000 }), { name: "TaskTimeoutError" });
  await cancelled;
  assert.deepEqual([(await spinning.info()).attempts, (await first.info()).endedAt !== undefined], [1, true]);
  await queue.close();
});

test("a job of a greater priority does not wait for many that are no longer as short as they were", async () => {
  const { queue, free } = await busy("spin");
  const handles = await submitAll(queue, "spin", Array(200).fill(1.5));
  await free;
  await handles[0]!.result();
  const urgent = await queue.submit({ job: "spin", input: 0, priority: 1 });
  const { startedAt, createdAt } = await urgent.join();
  let before = 0;
  for (const handle of handles) if (((await handle.info()).startedAt ?? Infinity) < startedAt!) before++;
  assert.ok(before < 30, `${before} began before it, within ${startedAt! - createdAt} ms`);
  await Promise.all(handles.map((handle) => handle.cancel()));
  await queue.close();
});

test("jobs that were handed over end when the queue is closed, and none is left open", async () => {
  const { queue, free } = await busy("nothing");
  const handles = await submitAll(queue, "nothing", Array(300).fill(undefined));
  const results = Promise.allSettled(handles.map((handle) => handle.result()));
  await free;
  await handles[0]!.result();
  await queue.close();
  for (const [index, result] of (await results).entries()) {
    const { state } = await handles[index]!.info();
    if (result.status === "fulfilled") assert.equal(state, "done");
    else {
      assert.ok(result.reason instanceof QueueClosedError, String(result.reason));
      assert.equal(state, "queued");
    }
  }
});

test("a job of a greater priority waits for no more than the short ones that were handed over", async () => {
  const { queue, free } = await busy("nothing");
  const handles = await submitAll(queue, "nothing", Array(1_000).fill(undefined));
  const order: string[] = [];
  for (const handle of handles) handle.on("end", ({ id }) => order.push(id));
  await free;
  await handles[0]!.result();
  const urgent = await queue.submit({ job: "nothing", priority: 1 });
  urgent.on("end", ({ id }) => order.push(id));
  await Promise.all(handles.map((handle) => handle.result()));
  assert.ok(order.indexOf(urgent.id) < 200, `it was number ${order.indexOf(urgent.id)}`);
  await queue.close();
});

test("of jobs that have a limit no more run than that, though they are handed over together", async () => {
  const queue = threads(JOBS, { concurrency: 2 });
  const request = { job: "spin", input: 0, limit: 1 };
  let running = 0;
  let most = 0;
  const handles = [];
  for (let i = 0; i < 200; i++) {
    const handle = await queue.submit(request);
    handle.on("start", () => (most = Math.max(most, ++running)));
    handle.on("end", () => running--);
    handles.push(handle);
  }
  await Promise.all(handles.map((handle) => handle.result()));
  assert.equal(most, 1);
  await queue.close();
});

test("among many cancels, exits and jobs that spin, each job runs once or not at all, and its news say which", async () => {
  const queue = threads(JOBS, { concurrency: 3, grace: 10 });
  const random = randomFrom(7);
  const handles: JobHandle[] = [];
  const started = new Map<string, number>();
  let running = 0;
  let most = 0;
  for (let i = 0; i < 600; i++) {
    const chance = random();
    const isEndless = chance < 0.005;
    const request = chance > 0.995 ? { job: "leave", input: 3 } : { job: "spin", input: isEndless ? undefined : 0 };
    const handle = await queue.submit(request);
    handle.on("start", ({ id }) => {
      started.set(id, (started.get(id) ?? 0) + 1);
      most = Math.max(most, ++running);
      if (isEndless) setTimeout(() => void handle.cancel(), 5);
    });
    handle.on("end", ({ id }) => void (started.has(id) && running--));
    handles.push(handle);
    if (random() < 0.1) {
      const other = handles[Math.floor(random() * handles.length)]!;
      setTimeout(() => void other.cancel(), random() * 20);
    }
    if (random() < 0.02) await new Promise((wake) => setTimeout(wake, random() * 5));
  }
  const infos = await Promise.all(handles.map((handle) => handle.join({ timeout: 60_000 })));
  for (const [index, { id, job, state, attempts }] of infos.entries()) {
    const runs = job === "leave" ? 1 : (await handles[index]!.logs()).length;
    const news = started.get(id) ?? 0;
    if (state === "cancelled") assert.ok(news <= 1 && attempts === news && (runs <= news || job === "leave"), id);
    else assert.deepEqual([state, attempts, runs, news], [job === "leave" ? "failed" : "done", 1, 1, 1]);
  }
  assert.ok(most <= 3, `${most} were said to run at once`);
  await queue.close();
});

/** Numbers from 0 to 1, the same each time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
