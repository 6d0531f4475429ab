// What listeners hear: one frozen record for each transition, log lines and progress.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, makeNow, task, TransitionError } from "thence";
import type { Progress, State, Task, Transition } from "thence";
import { virtualClock } from "thence/testing";
import { remote } from "../helpers/remote.ts";
import { remoteIn } from "./task-in-state.ts";

/** Every record of a task from now on. */
function recordsOf(task: Task<unknown>): Transition[] {
  const records: Transition[] = [];
  task.on("transition", (record) => records.push(record));
  return records;
}

const brief = ({ from, event, to, attempt }: Transition): string => `${from}->${event}->${to} ${attempt}`;

test("on, once and off return the task or the run, so that they can be chained", () => {
  const a = task("a", () => 1);
  const listener = (): void => {};
  assert.equal(a.on("DONE", listener).once("FAILED", listener).off("DONE", listener), a);
  const run = make(a);
  assert.equal(run.on("DONE", listener).once("FAILED", listener).off("DONE", listener), run);
});

test("on hears every such event, once the next one only, and off stops both", async () => {
  const a = task("a", () => 1);
  const heard: string[] = [];
  const dropped = (): void => void heard.push("dropped");
  a.on("DONE", () => heard.push("on")).once("DONE", () => heard.push("once"));
  a.on("DONE", dropped).once("DONE", dropped).off("DONE", dropped);
  await a.make();
  await a.reset().make();
  assert.deepEqual(heard, ["on", "once", "on"]);
});

test("off with a function that is not listening does nothing", async () => {
  const a = task("a", () => 1);
  const heard: string[] = [];
  a.on("DONE", () => heard.push("DONE"));
  a.off("DONE", () => {}).off("FAILED", () => {});
  await a.make();
  assert.deepEqual(heard, ["DONE"]);
});

test("a record is frozen, and so is its detail, which is always an object", async () => {
  const a = task("a", { state: "PREPARE", retry: 1, run: (_, { attempt }) => assert.equal(attempt, 2) });
  const records = recordsOf(a);
  a.prepared();
  await a.make();
  a.reset().cancel();
  a.retry();
  assert.deepEqual(records.map(brief), [
    "PREPARE->prepared->PENDING 0",
    "PENDING->dispatch->RUNNING 1",
    "RUNNING->retry->PENDING 1",
    "PENDING->dispatch->RUNNING 2",
    "RUNNING->done->DONE 2",
    "DONE->reset->PENDING 2",
    "PENDING->cancel->CANCELLED 2",
    "CANCELLED->retry->PENDING 2",
  ]);
  for (const record of records) {
    assert.equal(record.task, a);
    assert.ok(Object.isFrozen(record) && Object.isFrozen(record.detail), brief(record));
    assert.equal(typeof record.detail, "object");
    assert.notEqual(record.detail, null);
  }
});

test("all listeners of a task and of its run see the very same record", async () => {
  const a = task("a", () => 1);
  const seen = new Set<Transition>();
  const add = (record: Transition): void => void seen.add(record);
  const run = make(a).on("DONE", add);
  a.on("DONE", add).on("DONE", add);
  await run.next();
  assert.equal(seen.size, 1);
});

test("at is the time of the transition in milliseconds since the epoch, by the run's clock", async () => {
  const clock = virtualClock(1_000_000);
  const a = remote("a");
  const records = recordsOf(a.task);
  const run = makeLater(a.task, { clock });
  await clock.advance(5);
  a.finish();
  await run.finished;
  assert.deepEqual(
    records.map(({ at }) => at),
    [1_000_000, 1_000_005],
  );
});

test("at never goes back, and is near the time of day", async () => {
  const before = Date.now();
  const tasks = Array.from({ length: 50 }, (_, i) => task(`t${i}`, async () => i));
  const times: number[] = [];
  for (const each of tasks) each.on("transition", ({ at }) => times.push(at));
  await makeNow(tasks);
  assert.deepEqual(
    times,
    times.toSorted((x, y) => x - y),
  );
  assert.equal(times.length, 100);
  assert.ok(Math.abs((times[0] as number) - before) < 60_000);
});

test("a state's name is an event: its listeners hear the transitions into that state and no others", async () => {
  const heard: string[] = [];
  for (const state of ["PENDING", "QUEUED", "RUNNING", "DONE", "FAILED", "CANCELLED"] satisfies State[]) {
    const { task } = await remoteIn(state);
    for (const name of ["PREPARE", "PENDING", "QUEUED", "RUNNING", "DONE", "FAILED", "CANCELLED"] satisfies State[]) {
      task.on(name, ({ from, to }) => heard.push(`${name}: ${from}->${to}`));
    }
    if (state === "PENDING" || state === "QUEUED") task.cancel();
    else if (state === "RUNNING") task.fail(1);
    else if (state === "DONE") task.reset();
    else task.retry();
  }
  assert.deepEqual(heard, [
    "CANCELLED: PENDING->CANCELLED",
    "CANCELLED: QUEUED->CANCELLED",
    "FAILED: RUNNING->FAILED",
    "PENDING: DONE->PENDING",
    "PENDING: FAILED->PENDING",
    "PENDING: CANCELLED->PENDING",
  ]);
});

test("a refused event is told to nobody", () => {
  const a = task("a", () => 1);
  const records = recordsOf(a);
  assert.throws(() => a.reset(), TransitionError);
  assert.deepEqual(records, []);
});

test("a run repeats the events of its tasks, prerequisites too, and of no others", async () => {
  const stranger = task("stranger", () => 0);
  const a = task("a", (_, { log, progress }) => {
    log("a line");
    progress(0.5);
  });
  const b = task("b", { require: a, run: () => {} });
  const heard: string[] = [];
  const run = make(b);
  run.on("transition", ({ task, to }) => heard.push(`${task.name} ${to}`));
  run.on("DONE", ({ task }) => heard.push(`${task.name} is DONE`));
  run.on("log", (line) => heard.push(line));
  run.on("progress", ({ value }) => heard.push(`${value}`));
  await run.next();
  await stranger.make();
  a.reset();
  assert.deepEqual(heard, ["a RUNNING", "a line", "0.5", "a DONE", "a is DONE", "b RUNNING", "b DONE", "b is DONE"]);
});

test("log(line) is heard as the task's log event, and progress as its progress event", async () => {
  const lines: string[] = [];
  const steps: Progress[] = [];
  const a = task("a", (_, { log, progress }) => {
    log("one");
    progress(0.25);
    progress({ value: 3, total: 12 });
    progress({ value: 4, total: 12, message: "four" });
    log("two");
  });
  a.on("log", (line) => lines.push(line)).on("progress", (progress) => steps.push(progress));
  await a.make();
  assert.deepEqual(lines, ["one", "two"]);
  assert.deepEqual(
    steps.map(({ value, total, message }) => [value / total, message]),
    [
      [0.25, undefined],
      [0.25, undefined],
      [4 / 12, "four"],
    ],
  );
});
