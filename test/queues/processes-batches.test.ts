// Child processes are handed short jobs several at a time, too. What one of them does to its process, it does to itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobHandle, Queue } from "thence";
import { processes } from "thence/processes";
import { JOBS, until } from "./local-jobs.ts";

/** Hands over jobs of this name together, whose process is known to have them in no time. */
async function handOver(queue: Queue, job: string, usual: unknown, inputs: readonly unknown[]): Promise<JobHandle[]> {
  await Promise.all((await submitAll(queue, job, Array(40).fill(usual))).map((handle) => handle.result()));
  const nap = await queue.submit({ job: "nap", input: 50 });
  const handles = await submitAll(queue, job, inputs);
  await nap.result();
  return handles;
}

async function submitAll(queue: Queue, job: string, inputs: readonly unknown[]): Promise<JobHandle[]> {
  const handles = [];
  for (const input of inputs) handles.push(await queue.submit({ job, input }));
  return handles;
}

test("a job that spins among short ones holds back no result before it, and is ended by force alone", async () => {
  const queue = processes(JOBS, { concurrency: 1, grace: 100 });
  const [before, spinning, behind, last] = await handOver(queue, "spin", 0, [0, undefined, 0, 0]);
  assert.equal((await before!.join()).state, "done");
  await until("it spins", async () => (await spinning!.logs()).length === 1);
  assert.equal((await spinning!.info()).state, "running");
  const { state, startedAt } = await behind!.info();
  assert.deepEqual([state, startedAt], ["queued", undefined]);
  await behind!.cancel();
  const cancelled = await behind!.join();
  assert.deepEqual([cancelled.state, cancelled.attempts], ["cancelled", 0]);
  assert.equal((await spinning!.info()).state, "running");
  await spinning!.cancel();
  assert.equal((await spinning!.join()).state, "cancelled");
  assert.equal((await last!.join()).state, "done");
  assert.deepEqual(await behind!.logs(), []);
  await queue.close();
});

test("a job that is cancelled behind one which takes long never runs", async () => {
  const queue = processes(JOBS, { concurrency: 1, grace: 50 });
  const [long, behind] = await handOver(queue, "spin", 0, [400, 0, 0]);
  await until("it spins", async () => (await long!.logs()).length === 1);
  await behind!.cancel();
  assert.equal((await behind!.join()).state, "cancelled");
  assert.equal((await long!.info()).state, "running");
  assert.equal((await long!.join()).state, "done");
  assert.equal(await (await queue.submit({ job: "echo", input: 1 })).result(), 1);
  assert.deepEqual(await behind!.logs(), []);
  await queue.close();
});

test("a job that waits behind one which ends their process is not said to have started before it has", async () => {
  const queue = processes(JOBS, { concurrency: 1 });
  const [bursting, behind] = await handOver(queue, "burst", undefined, ["bang", undefined]);
  const states: string[] = [];
  behind!.on("start", () => void bursting!.info().then(({ state }) => states.push(state)));
  await assert.rejects(bursting!.result(), { message: "bang" });
  const { state } = await behind!.info();
  assert.deepEqual([state, states], ["queued", []]);
  await behind!.result();
  assert.deepEqual(states, ["failed"]);
  await queue.close();
});

test("a job that was sent to a process which was ending already goes to another", async () => {
  const queue = processes(JOBS, { concurrency: 1 });
  await Promise.all((await submitAll(queue, "burst", Array(40).fill(undefined))).map((handle) => handle.result()));
  const bursting = await queue.submit({ job: "burst", input: "bang" });
  // The process has it and ends, of which nothing is heard meanwhile.
  for (const end = performance.now() + 200; performance.now() < end;);
  const late = await queue.submit({ job: "burst" });
  await assert.rejects(bursting.result(), { message: "bang" });
  const { state, attempts } = await late.join();
  assert.deepEqual([state, attempts], ["done", 1]);
  await queue.close();
});

test("a process that is replaced and still at its last jobs counts: no more run than concurrency says", async () => {
  // The 40 that are learned from, the one that makes the others wait, and these four.
  const queue = processes(JOBS, { concurrency: 1, maxJobs: 45 });
  let running = 0;
  let most = 0;
  const last = await handOver(queue, "spin", 0, [0, 500, 0, 0]);
  const handles = [...last, ...(await submitAll(queue, "spin", [0, 0]))];
  for (const handle of handles) {
    handle.on("start", () => (most = Math.max(most, ++running)));
    handle.on("end", () => running--);
  }
  await Promise.all(handles.map((handle) => handle.result()));
  assert.equal(most, 1);
  await queue.close();
});

for (const [how, error] of [
  ["exits", /ended with code 3/],
  ["is killed", /ended with SIGKILL/],
] as const) {
  test(`a job whose process ${how} takes neither the results before it nor the jobs behind it`, async () => {
    const queue = processes(JOBS, { concurrency: 1 });
    const end = how === "exits" ? 3 : "SIGKILL";
    const handles = await handOver(queue, "leave", undefined, [undefined, undefined, end, undefined, undefined]);
    const infos = await Promise.all(handles.map((handle) => handle.join()));
    assert.deepEqual(
      infos.map(({ state, attempts }) => `${state} ${attempts}`),
      ["done 1", "done 1", "failed 1", "done 1", "done 1"],
    );
    await assert.rejects(handles[2]!.result(), { name: "JobLostError", message: error });
    await queue.close();
  });
}
