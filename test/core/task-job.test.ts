// Tasks that are made from jobs, where no job queue is involved: the job's function runs here.

import assert from "node:assert/strict";
import { test } from "node:test";
import { job, Task, task } from "thence";
import type { JobContext } from "thence";

const resize = job("resize", async (input: { src: string; width: number }, { attempt }: JobContext) => {
  return `${input.src} ${input.width} ${attempt}`;
});

test("a task made from a job runs the job's function with the input made of what the task requires", async () => {
  const original = task("original", () => "a.png");
  const thumb = resize.task("thumb", { require: original, input: (src) => ({ src, width: 320 }) });
  assert.ok(thumb instanceof Task);
  assert.deepEqual([thumb.name, [...thumb.prerequisites], await thumb.make()], ["thumb", [original], "a.png 320 1"]);
});

test("the input of a task made from a job may be a value", async () => {
  assert.equal(await resize.task("thumb", { input: { src: "b.png", width: 1 } }).make(), "b.png 1 1");
});

test("the input of a task made from a job may be null", async () => {
  const name = job("name", (input: null | string) => input ?? "nobody");
  const a = name.task("a", { require: task("somebody", () => "somebody"), input: null });
  assert.equal(await a.make(), "nobody");
});

test("a task made from a job takes the options of tasks", async () => {
  let attempts = 0;
  const shaky = job("shaky", (input: number) => (++attempts === 1 ? assert.fail("first") : input));
  const a = shaky.task("a", { input: 5, retry: 1, group: "g", state: "PREPARE" });
  assert.deepEqual([a.group, a.state, await a.prepared().make(), a.attempts], ["g", "PREPARE", 5, 2]);
});

test("an input that cannot be made is the failure of the attempt", async () => {
  const a = resize.task("a", {
    input: () => {
      throw new Error("no input");
    },
  });
  await assert.rejects(a.make(), /no input/);
  assert.equal(a.state, "FAILED");
});

test("run and job together, or input without job, is a TypeError", () => {
  for (const options of [
    { run: () => 1, job: resize },
    { input: 5 },
    { run: () => 1, input: 5 },
    { input: undefined, job: 5 },
  ]) {
    assert.throws(() => task("the task", options as never), { name: "TypeError", message: /the task/ });
  }
});

test("a job needs a name that is not empty and a function", () => {
  for (const name of ["", undefined, 5]) assert.throws(() => job(name as never, () => 1), TypeError);
  for (const run of [undefined, "x", {}]) assert.throws(() => job("a", run as never), TypeError);
  for (const name of ["__proto__", "constructor", "🦑"]) assert.equal(job(name, () => 1).name, name);
});
