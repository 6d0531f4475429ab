// What a task tells about its attempts: how many, when, and to track.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, makeNow, task } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { remote } from "../helpers/remote.ts";

test("attempts counts the attempts that have begun, over the whole life of the task", async () => {
  const a = task("a", { retry: 2, run: (_, { attempt }) => (attempt % 3 === 0 ? attempt : assert.fail()) });
  const counts = [a.attempts];
  for (let i = 0; i < 2; i++) {
    await a.make();
    counts.push(a.attempts);
    a.reset();
  }
  assert.deepEqual([counts, a.attempts], [[0, 3, 6], 6]);
});

test("startedAt and endedAt are those of the last attempt, in milliseconds since the epoch", async () => {
  const clock = virtualClock(1_000);
  const a = remote("a", { retry: { limit: 1, delay: 100 } });
  const run = makeLater(a.task, { clock });
  const times = (): unknown[] => [a.task.state, a.task.startedAt, a.task.endedAt];
  await clock.advance(5);
  assert.deepEqual(times(), ["RUNNING", 1_000, undefined]);
  a.fail();
  await clock.advance(50);
  assert.deepEqual(times(), ["PENDING", 1_000, 1_005]);
  await clock.advance(60);
  assert.deepEqual(times(), ["RUNNING", 1_105, undefined]);
  a.finish();
  await run.finished;
  assert.deepEqual(times(), ["DONE", 1_105, 1_115]);
});

test("a task that never ran has no times, also if it failed because of a prerequisite", async () => {
  const a = remote("a");
  const b = a.task.andThen("b", () => 1);
  const run = makeLater(b);
  await flush();
  a.fail();
  await run.finished;
  assert.deepEqual([b.state, b.attempts, b.startedAt, b.endedAt], ["FAILED", 0, undefined, undefined]);
});

test("track: true writes each transition with console.log, as name FROM->event->TO", async (t) => {
  const lines: unknown[][] = [];
  t.mock.method(console, "log", (...args: unknown[]) => lines.push(args));
  const a = task("a b", { track: true, run: () => 1 });
  const b = task("b", { track: false, run: () => 1 });
  await makeNow([a, b]);
  a.reset();
  assert.deepEqual(lines, [
    ["a b PENDING->dispatch->RUNNING"],
    ["a b RUNNING->done->DONE"],
    ["a b DONE->reset->PENDING"],
  ]);
});

test("track with a function gives it each transition", async () => {
  const heard: string[] = [];
  const a = task("a", {
    track: ({ task, from, event, to }) => heard.push(`${task.name} ${from}->${event}->${to}`),
    run: () => 1,
  });
  for await (const _ of make(a));
  assert.deepEqual(heard, ["a PENDING->dispatch->RUNNING", "a RUNNING->done->DONE"]);
});
