// `thence worker` and its signals.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkerSummary } from "thence/worker";
import { bench, heard, outcomeOf } from "./cli-helpers.ts";

test("a worker executes the jobs of a TypeScript module and ends when it is idle", async () => {
  await using place = await bench();
  const handle = await place.queue.submit({ job: "greet", input: "ada" });
  const { code, stdout, stderr } = await place.run("worker", "jobs.ts", "--idle", "10ms", "--name", "w", "--json");
  assert.deepEqual([code, await handle.result()], [0, "hello ada"]);
  const { name, ended, done } = JSON.parse(stdout) as WorkerSummary;
  assert.deepEqual([name, ended, done], ["w", "idle", 1]);
  assert.equal(stderr, "worker w takes jobs from sqlite:jobs.db\n");
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`after one ${signal} a worker finishes what it executes, takes nothing more, and exits with 0`, async () => {
    await using place = await bench();
    const first = await place.queue.submit({ job: "wait", input: 200 });
    const second = await place.queue.submit({ job: "wait", input: 200 });
    const child = place.start("worker", "jobs.ts", "--concurrency", "1");
    const ending = outcomeOf(child);
    await new Promise((resolve) => first.on("start", resolve));
    child.kill(signal);
    const { code, stderr } = await ending;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /finishes what runs[^]*ended \(stopped\): 1 done/);
    assert.deepEqual([(await first.info()).state, (await second.info()).state], ["done", "queued"]);
  });
}

test("after a second signal a worker gives back what it executes and exits with the signal's code", async () => {
  await using place = await bench();
  const listens = await place.queue.submit({ job: "wait", input: 60_000 });
  const ignores = await place.queue.submit({ job: "deaf", input: 60_000 });
  const child = place.start("worker", "jobs.ts", "--concurrency", "2", "--grace", "50");
  const ending = outcomeOf(child);
  await Promise.all([listens, ignores].map((handle) => new Promise((resolve) => handle.on("start", resolve))));
  child.kill("SIGTERM");
  await heard(child, /finishes what runs/);
  child.kill("SIGINT");
  const { code, stderr } = await ending;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /ended \(aborted\): 0 done, 2 released/);
  assert.deepEqual([(await listens.info()).state, (await ignores.info()).state], ["queued", "queued"]);
});

test("a signal that comes twice at once, as npm passes them on, counts once", async () => {
  await using place = await bench();
  const handle = await place.queue.submit({ job: "wait", input: 200 });
  const child = place.start("worker", "jobs.ts");
  const ending = outcomeOf(child);
  await new Promise((resolve) => handle.on("start", resolve));
  child.kill("SIGINT");
  await heard(child, /finishes what runs/);
  child.kill("SIGINT");
  assert.equal((await ending).code, 0);
  assert.equal((await handle.info()).state, "done");
});

test("a worker whose output nobody reads goes on", async () => {
  await using place = await bench();
  const child = place.start("worker", "jobs.ts", "--idle", "300", "--json");
  child.stdout!.destroy();
  child.stderr!.destroy();
  const handle = await place.queue.submit({ job: "greet", input: "ada" });
  assert.equal(await handle.result(), "hello ada");
  await new Promise((resolve) => child.once("exit", resolve));
  assert.equal(child.exitCode, 0);
});
