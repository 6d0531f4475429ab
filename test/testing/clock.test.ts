// The virtual clock, mostly without a run: time, the order of timers, and what passes between two of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, task } from "thence";
import { virtualClock } from "thence/testing";

test("a virtual clock stands still until it is advanced", async () => {
  const clock = virtualClock(1_000);
  assert.equal(clock.now(), 1_000);
  await clock.advance(250);
  assert.equal(clock.now(), 1_250);
});

test("two virtual clocks start at the same time unless told otherwise", () => {
  assert.equal(virtualClock().now(), virtualClock().now());
});

test("timers fire in order of time, then of creation, each at its own time", async () => {
  const clock = virtualClock(0);
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.now()}`);
  clock.setTimeout(note("late"), 20);
  clock.setTimeout(note("first of two"), 10);
  clock.setTimeout(note("second of two"), 10);
  clock.setTimeout(note("too late"), 21);
  assert.equal(clock.pending, 4);
  await clock.advance(20);
  assert.deepEqual(fired, ["first of two@10", "second of two@10", "late@20"]);
  assert.equal(clock.pending, 1);
});

test("a timer set while the clock advances fires in the same advance if it falls due", async () => {
  const clock = virtualClock(0);
  const fired: number[] = [];
  const tick = (): void => {
    fired.push(clock.now());
    clock.setTimeout(tick, 10);
  };
  clock.setTimeout(tick, 10);
  await clock.advance(35);
  assert.deepEqual(fired, [10, 20, 30]);
  assert.equal(clock.now(), 35);
});

test("promise reactions run before the first timer, between two, and after the last", async () => {
  const clock = virtualClock(0);
  const order: string[] = [];
  const react = async (name: string): Promise<void> => {
    for (let step = 0; step < 10; step++) await undefined;
    order.push(name);
  };
  clock.setTimeout(() => void react("after one"), 1);
  clock.setTimeout(() => order.push("two"), 2);
  clock.setTimeout(() => void react("after three"), 3);
  void react("before");
  await clock.advance(3);
  assert.deepEqual(order, ["before", "after one", "two", "after three"]);
});

test("time stands still while a run is at work, however long that takes", async () => {
  const clock = virtualClock(0);
  const begun: number[] = [];
  const tasks = Array.from({ length: 5 }, (_, index) =>
    task(`task ${index}`, () => {
      begun.push(clock.now());
      for (const end = performance.now() + 10; performance.now() < end;);
      return new Promise<void>((resolve) => void clock.setTimeout(resolve, 10));
    }),
  );
  const made = Array.fromAsync(make(tasks, { clock, concurrency: 5 }));
  await clock.advance(100);
  assert.equal((await made).length, 5);
  assert.deepEqual(begun, [0, 0, 0, 0, 0]);
});

test("a cleared timer does not fire, and clearing it again does nothing", async () => {
  const clock = virtualClock();
  const handle = clock.setTimeout(() => assert.fail("fired"), 5);
  clock.setTimeout(() => clock.clearTimeout(doomed), 1);
  const doomed = clock.setTimeout(() => assert.fail("fired"), 1);
  clock.clearTimeout(handle);
  clock.clearTimeout(handle);
  clock.clearTimeout(undefined);
  await clock.advance(10);
  assert.equal(clock.pending, 0);
});

test("a delay that is negative or not a number counts as 0, and one of a year is nothing special", async () => {
  const clock = virtualClock(0);
  const fired: string[] = [];
  const year = 365 * 24 * 60 * 60 * 1_000;
  clock.setTimeout(() => fired.push("year"), year);
  clock.setTimeout(() => fired.push("negative"), -5);
  clock.setTimeout(() => fired.push("not a number"), Number.NaN);
  await clock.advance(0);
  assert.deepEqual(fired, ["negative", "not a number"]);
  await clock.advance(year);
  assert.deepEqual(fired, ["negative", "not a number", "year"]);
});

test("overlapping calls of advance are carried out one after the other", async () => {
  const clock = virtualClock(0);
  const fired: number[] = [];
  for (const ms of [5, 15]) clock.setTimeout(() => fired.push(clock.now()), ms);
  await Promise.all([clock.advance(10), clock.advance(10)]);
  assert.deepEqual(fired, [5, 15]);
  assert.equal(clock.now(), 20);
});

test("what a timer throws rejects the advance, and the clock can go on", async () => {
  const clock = virtualClock(0);
  const fired: number[] = [];
  clock.setTimeout(() => {
    throw new Error("from a timer");
  }, 1);
  clock.setTimeout(() => fired.push(clock.now()), 2);
  await assert.rejects(clock.advance(5), /from a timer/);
  await clock.advance(5);
  assert.deepEqual(fired, [2]);
});

test("an epoch or an advance that is not a finite time is a RangeError", () => {
  assert.throws(() => virtualClock(Number.NaN), { name: "RangeError", code: "ERR_THENCE_ARGUMENT" });
  for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => virtualClock().advance(ms), { name: "RangeError", code: "ERR_THENCE_ARGUMENT" });
  }
});
