// Where a worker has its jobs from, and what it refuses.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { job } from "thence";
import { worker, type WorkerModule, type WorkerOptions } from "thence/worker";
import { workspace } from "../repository/workspace.ts";
import { Desk } from "./desk.ts";

const one = job("one", () => 1);
const two = job("two", () => 2);

async function namesOf(module: WorkerModule): Promise<readonly string[]> {
  const desk = new Desk();
  await using _working = worker(desk, module);
  return (await desk.consumed).jobs;
}

test("jobs come from a module's path or URL, from exports, from an array of jobs, or from a mixture", async () => {
  await using folder = await workspace();
  const file = path.join(folder.path, "jobs.ts");
  await writeFile(file, `import { job } from "thence";\nexport const three = job("three", () => 3 as number);\n`);
  const url = pathToFileURL(file);
  assert.deepEqual(await namesOf(file), ["three"]);
  assert.deepEqual(await namesOf(url), ["three"]);
  assert.deepEqual(await namesOf(url.href), ["three"]);
  assert.deepEqual(await namesOf({ one, two, other: 5 }), ["one", "two"]);
  assert.deepEqual(await namesOf([one, two, one]), ["one", "two"]);
  assert.deepEqual(await namesOf([file, one]), ["three", "one"]);
});

test("a module that cannot be loaded, has no jobs or two of one name rejects the worker", async () => {
  await using folder = await workspace();
  const empty = path.join(folder.path, "empty.ts");
  await writeFile(empty, "export const none = 1;\n");
  await assert.rejects(worker(new Desk(), path.join(folder.path, "missing.ts")), /missing\.ts/);
  await assert.rejects(worker(new Desk(), empty), /empty\.ts.*job\(\)/);
  const wrong = path.join(folder.path, "wrong.ts");
  await writeFile(wrong, "export const fine = 1;\nexport const = 2;\n");
  await assert.rejects(worker(new Desk(), wrong), /wrong\.ts cannot be loaded: .*\(.*wrong\.ts:2\)$/);
  await assert.rejects(worker(new Desk(), [one, job("one", () => 3)]), /one twice/);
});

test("a job for a thread or a child process needs its module", async () => {
  for (const mode of ["thread", "process"] as const) {
    const far = job("far", { mode, run: () => 1 });
    await assert.rejects(worker(new Desk(), [far]), new RegExp(`module.*"far".*${mode}`));
  }
});

test("wrong arguments throw at once", () => {
  const bad: [WorkerOptions, RegExp][] = [
    [{ concurrency: 0 }, /concurrency/],
    [{ concurrency: 1.5 }, /concurrency/],
    [{ idle: Number.NaN }, /idle/],
    [{ maxJobs: 0 }, /maxJobs/],
    [{ maxMemory: -1 }, /maxMemory/],
    [{ grace: -1 }, /grace: expected a number of milliseconds, 0 or more, got -1/],
    [{ name: "" }, /name/],
    [{ concurency: 2 } as WorkerOptions, /did you mean "concurrency"/],
  ];
  for (const [options, message] of bad) {
    assert.throws(() => worker(new Desk(), [one], options), { message, code: "ERR_THENCE_ARGUMENT" });
  }
  for (const module of [[], "", 5, undefined, [5]]) {
    assert.throws(() => worker(new Desk(), module as WorkerModule), /jobs module/);
  }
  assert.throws(() => worker({} as Desk, [one]), /a queue that workers take jobs from/);
});

test("a worker has a name of its own, or the one that it is given, and tells the queue its limits", async () => {
  const [first, second] = [new Desk(), new Desk()];
  await using a = worker(first, [one]);
  await using b = worker(second, [one], { name: "b", idle: 30, maxJobs: 4, concurrency: 3 });
  assert.match(a.name, new RegExp(`-${process.pid}-\\d+$`));
  assert.equal(b.name, "b");
  assert.deepEqual(await second.consumed, { worker: "b", jobs: ["one"], concurrency: 3, idle: 30, maxJobs: 4 });
});
