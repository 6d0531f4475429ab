// Tasks that are made from jobs, where no job queue is involved: the job's function runs here.

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { job, Task, task } from "thence";
import type { JobContext, TaskPolicy } from "thence";

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

test("a job gets what its task requires unless it has an input, be that undefined", async () => {
  const name = job("name", (input?: string) => input ?? "nobody");
  const somebody = task("somebody", () => "somebody");
  assert.equal(await name.task("a", { require: somebody }).make(), "somebody");
  assert.equal(await name.task("b", { require: somebody, input: undefined }).make(), "nobody");
  assert.equal(await task("c", { require: somebody, job: name }).make(), "somebody");
  assert.equal(await task("d", { require: somebody, job: name, input: undefined }).make(), "nobody");
  assert.equal(await somebody.andThen("e", { job: name, input: undefined }).make(), "nobody");
});

test("a job that takes nothing makes tasks and requests of its name alone", async () => {
  const ping = job("ping", () => "pong");
  assert.equal(await ping.task("a").make(), "pong");
  assert.deepEqual(ping.request(), { job: "ping", input: undefined });
});

test("the timeout and the retry of a job are those of its tasks, however they are made, unless they have their own", async () => {
  let attempts = 0;
  const shaky = job("shaky", { retry: 2, run: () => (++attempts < 3 ? assert.fail("again") : attempts) });
  const slow = job("slow", { timeout: 1, run: (_: void, { signal }) => once(signal, "abort") });
  const before = task("before", () => {});
  type Of = typeof shaky | typeof slow;
  for (const make of [
    (of: Of, options?: TaskPolicy) => task<unknown>("a", { ...options, job: of }),
    (of: Of, options?: TaskPolicy) => new Task<unknown>("a", { ...options, job: of }),
    (of: Of, options?: TaskPolicy) => before.andThen<unknown>("a", { ...options, job: of }),
    (of: Of, options?: TaskPolicy) => (of as typeof shaky).task("a", options),
  ]) {
    attempts = 0;
    assert.equal(await make(shaky).make(), 3);
    attempts = 0;
    await assert.rejects(make(shaky, { retry: 1, group: "g" }).make(), /again/);
    assert.equal(attempts, 2);
    await assert.rejects(make(slow).make(), { name: "TaskTimeoutError", ms: 1 });
    await assert.rejects(make(slow, { timeout: 2 }).make(), { name: "TaskTimeoutError", ms: 2 });
  }
});

test("a result of a job may count as a cancel", async () => {
  const a = job("length", (text: string) => text.length).task("a", { input: "", cancelOnResult: (n) => n === 0 });
  await assert.rejects(a.make(), { name: "CancelledError" });
  assert.equal(a.state, "CANCELLED");
});

test("a job has a signal of its own only when it asks for one", async () => {
  const quiet = job("quiet", (_: void, context) => Object.getOwnPropertyDescriptor(context, "signal"));
  assert.equal(typeof (await quiet.task("a").make())?.get, "function");
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
  assert.throws(() => task("a", { run: () => 1, job: resize } as never), {
    message: 'task "a": expected either run or job, got both',
    code: "ERR_THENCE_ARGUMENT",
  });
});

test("a job needs a name that is not empty and a function", () => {
  for (const name of ["", undefined, 5]) assert.throws(() => job(name as never, () => 1), TypeError);
  for (const run of [undefined, "x", {}]) assert.throws(() => job("a", run as never), TypeError);
  for (const name of ["__proto__", "constructor", "🦑"]) assert.equal(job(name, () => 1).name, name);
});
