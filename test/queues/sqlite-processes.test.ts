// The SQLite queue between processes: wake-up, a worker that is killed, workers that compete, processes that end by themselves.

import assert from "node:assert/strict";
import { once } from "node:events";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { suiteJobsUrl } from "thence/testing";
import { ended, newFile, open, said, start, until } from "./sqlite-helpers.ts";

const LEASE = JSON.stringify({ lease: 300 });

test("a worker in another process wakes and answers far sooner than any poll", async (context) => {
  const file = newFile(context);
  const queue = open(context, file);
  await said(start(context, "sqlite-worker.ts", [file, suiteJobsUrl.href, "1", LEASE]));
  await (await queue.submit({ job: "echo" })).join();
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const begin = performance.now();
    assert.equal(await (await queue.submit({ job: "echo", input: i })).result(), i);
    times.push(performance.now() - begin);
  }
  // There and back: two wake-ups. The polls are 500 ms apart.
  const median = times.toSorted((a, b) => a - b)[10]!;
  assert.ok(median < 100, `the median is ${median} ms`);
});

test("jobs of a worker that is killed are done by others, and the history says why they were repeated", async (context) => {
  const file = newFile(context);
  const queue = open(context, file, { lease: 300 });
  const victim = start(context, "sqlite-worker.ts", [file, suiteJobsUrl.href, "2", LEASE]);
  await said(victim);
  const dir = file.replace(/jobs\.db$/, "");
  const handles = await Promise.all(
    ["a", "b", "c"].map((name) => queue.submit({ id: name, job: "hold", input: { dir, name, gate: "none" } })),
  );
  await until("two run", async () => (await Array.fromAsync(queue.jobs({ state: "running" }))).length === 2);
  const worker = (await Array.fromAsync(queue.jobs({ state: "running" })))[0]?.worker;
  victim.kill("SIGKILL");
  await once(victim, "exit");
  const heir = queue.consume({ worker: "heir", jobs: ["hold"], concurrency: 1 }, async ({ attempt }) => {
    return { state: "done", result: String(attempt) };
  });
  const results = await Promise.all(handles.map((handle) => handle.result()));
  assert.deepEqual(results, [2, 2, 1]);
  const history = (await queue.attempts("a")).map((each) => [each.worker, each.outcome, each.error?.name]);
  assert.deepEqual(history, [
    [worker, "lost", "JobLostError"],
    ["heir", "done", undefined],
  ]);
  await heir.stop();
  assert.deepEqual(await queue.workers(), []);
});

test("a temporary worker does not end while a job of a worker that was killed is still to come back", async (context) => {
  const file = newFile(context);
  const queue = open(context, file, { lease: 300 });
  const victim = start(context, "sqlite-worker.ts", [file, suiteJobsUrl.href, "1", LEASE]);
  await said(victim);
  const dir = file.replace(/jobs\.db$/, "");
  const handle = await queue.submit({ job: "hold", input: { dir, name: "a", gate: "none" } });
  await until("it runs", async () => (await handle.info()).state === "running");
  victim.kill("SIGKILL");
  await once(victim, "exit");
  const options = { worker: "heir", jobs: ["hold"], concurrency: 1, idle: 20 };
  await queue.consume(options, async () => ({ state: "done", result: "7" })).ended;
  assert.equal((await handle.info()).state, "done");
});

test("a pending join keeps a process alive, and a listener does not", async (context) => {
  const file = newFile(context);
  const queue = open(context, file);
  await queue.submit({ job: "a", id: "some" });
  const listening = await ended(start(context, "sqlite-wait.ts", [file, "some", "listen"]));
  assert.deepEqual(listening, { text: "listening", code: 0 });
  const joining = start(context, "sqlite-wait.ts", [file, "some", "join"]);
  assert.equal(await said(joining), "joining");
  const end = ended(joining);
  queue.consume({ worker: "w", jobs: ["a"], concurrency: 1 }, async () => ({ state: "done", result: "7" }));
  assert.deepEqual(await end, { text: "done", code: 0 });
});

test("processes that open the same new file at once all get a queue that works", async (context) => {
  const file = newFile(context);
  const children = [1, 2, 3].map(() => start(context, "sqlite-open.ts", [file]));
  for (const { text } of await Promise.all(children.map(ended))) assert.equal(text, "opened");
  const database = new DatabaseSync(file);
  assert.deepEqual({ ...database.prepare("PRAGMA integrity_check").get() }, { integrity_check: "ok" });
  database.close();
});
