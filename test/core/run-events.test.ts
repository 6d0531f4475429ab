// A run repeats the events of its tasks, and what its listeners do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, task, type ListenerFailure, type Transition } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { playOut, running, starts, states, tasksOf } from "./run-helpers.ts";

const told = ({ task, from, event, to }: Transition): string => `${task.name} ${from} ${event} ${to}`;

test("a run repeats the transitions of all its tasks, requested or not: the very same records", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task);
  const [ofRun, ofTasks]: Transition[][] = [[], []];
  run.on("transition", (transition) => ofRun?.push(transition));
  for (const { task } of [a, b]) task.on("transition", (transition) => ofTasks?.push(transition));
  void run.next();
  await playOut(a, b);
  await run.finished;
  assert.deepEqual(ofRun?.map(told), [
    "a PENDING dispatch RUNNING",
    "a RUNNING done DONE",
    "b PENDING dispatch RUNNING",
    "b RUNNING done DONE",
  ]);
  assert.equal(ofRun?.length, ofTasks?.length);
  for (const [index, transition] of (ofRun ?? []).entries()) assert.equal(transition, ofTasks?.[index]);
});

test("a run repeats the names of states, after transition", async () => {
  const { a, b, c } = graph`a b c`;
  const run = make(tasksOf(a, b, c), { concurrency: 9 });
  const heard: string[] = [];
  for (const state of ["RUNNING", "DONE", "FAILED", "CANCELLED"] as const) {
    run.on(state, ({ task, to }) => heard.push(`${state}: ${task.name} ${to}`));
  }
  run.on("transition", ({ task, to }) => heard.push(`transition: ${task.name} ${to}`));
  void run.next();
  await flush();
  heard.length = 0;
  a.finish();
  await flush();
  b.fail();
  await flush();
  c.task.cancel();
  await run.finished;
  assert.deepEqual(heard, [
    "transition: a DONE",
    "DONE: a DONE",
    "transition: b FAILED",
    "FAILED: b FAILED",
    "transition: c CANCELLED",
    "CANCELLED: c CANCELLED",
  ]);
});

test("a run repeats log lines and progress, and tells whose they are", async () => {
  const a = task("a", (_, { log, progress }) => {
    log("a line");
    progress(0.5);
    progress({ value: 3, total: 4, message: "nearly" });
  });
  const run = make(a);
  const heard: unknown[] = [];
  run.on("log", (line, task) => heard.push([line, task]));
  run.on("progress", ({ value, total, message }, task) => heard.push([value, total, message, task]));
  await Array.fromAsync(run);
  assert.deepEqual(heard, [
    ["a line", a],
    [0.5, 1, undefined, a],
    [3, 4, "nearly", a],
  ]);
});

test("a run repeats the events of nested and of late tasks", async () => {
  const { a, b, x } = graph<"a" | "b" | "x">`a -> b; x`;
  const child = task("child", () => 1);
  const p = task("p", (_, { make }) => make(child));
  const run = make([b.task, p], { concurrency: 9 });
  const heard: string[] = [];
  run.on("DONE", ({ task }) => heard.push(task.name));
  void run.next();
  await flush();
  b.task.require(x.task);
  await playOut(a, b, x);
  await run.finished;
  assert.deepEqual(new Set(heard), new Set(["child", "p", "a", "x", "b"]));
});

test("two runs of one task both repeat its events", async () => {
  const { a } = graph`a`;
  const heard: string[] = [];
  const runs = ["first", "second"].map((name) => {
    const run = make(a.task);
    run.on("DONE", () => heard.push(name));
    void run.next();
    return run;
  });
  await playOut(a);
  for (const run of runs) await run.finished;
  assert.deepEqual(new Set(heard), new Set(["first", "second"]));
});

test("on, once and off return the run; once hears one event, and off ends the hearing", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task);
  const heard: string[] = [];
  const never = (): never => assert.fail("was taken off");
  const listener = ({ task }: Transition): unknown => heard.push(`on ${task.name}`);
  assert.equal(run.on("DONE", listener), run);
  assert.equal(
    run.once("DONE", ({ task }) => heard.push(`once ${task.name}`)),
    run,
  );
  run.on("DONE", never).once("DONE", never);
  assert.equal(run.off("DONE", never), run);
  void run.next();
  await playOut(a, b);
  await run.finished;
  assert.deepEqual(heard, ["on a", "once a", "on b"]);
});

test("a listener of the run that throws or rejects is reported by task and run, and disturbs neither", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task);
  const failures: Record<string, ListenerFailure[]> = { run: [], task: [] };
  run.on("listenerError", (failure) => failures["run"]?.push(failure));
  a.task.on("listenerError", (failure) => failures["task"]?.push(failure));
  const thrown = new Error("thrown");
  const rejected = new Error("rejected");
  const throws = ({ task }: Transition): void => {
    if (task === a.task) throw thrown;
  };
  const rejects = async ({ task }: Transition): Promise<void> => {
    if (task === a.task) throw rejected;
  };
  run.on("DONE", throws).on("DONE", rejects);
  void run.next();
  await playOut(a, b);
  assert.equal((await run.finished).done.length, 2);
  for (const list of Object.values(failures)) {
    assert.deepEqual(
      list.map(({ error, listener, transition }) => [error, listener, transition?.task]),
      [
        [thrown, throws, a.task],
        [rejected, rejects, a.task],
      ],
    );
  }
});

test("the run reacts after all listeners, so that a listener can still cancel a dependent", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task, { concurrency: 9 });
  run.on("DONE", ({ task }) => {
    if (task === a.task) b.task.cancel("not needed");
  });
  void run.next();
  await flush();
  a.finish();
  assert.equal((await run.finished).cancelled.length, 1);
  assert.deepEqual([states(a, b), b.starts], ["DONE CANCELLED", 0]);
});

test("a listener may cancel or leave its run, and nothing more starts", async () => {
  for (const way of ["cancel", "return"] as const) {
    const { a, b, c } = graph`a -> b; c`;
    const run = make(tasksOf(b, c), { concurrency: 1 });
    run.on("DONE", () => void run[way]());
    void run.next();
    await flush();
    a.finish();
    await run.finished;
    assert.deepEqual([starts(a, b, c), running(a, b, c)], ["1 0 0", ""]);
    assert.equal(states(b, c), way === "cancel" ? "CANCELLED CANCELLED" : "PENDING PENDING");
  }
});

test("a listener may start another run, which makes what the first one has not", async () => {
  const { a, b } = graph`a; b`;
  const run = make(a.task);
  const others: ReturnType<typeof makeLater>[] = [];
  run.on("RUNNING", () => others.push(makeLater(b.task)));
  void run.next();
  await flush();
  assert.equal(running(a, b), "a b");
  a.finish();
  b.finish();
  await Promise.all([run.finished, others[0]?.finished]);
});

test("a run hears nothing of tasks that are not in its graph, nor after it is over", async () => {
  const { a, b } = graph`a; b`;
  const run = make(a.task);
  const heard: string[] = [];
  run.on("transition", ({ task }) => heard.push(task.name));
  void run.next();
  const other = makeLater(b.task);
  await playOut(a, b);
  await Promise.all([run.finished, other.finished]);
  a.task.reset();
  assert.deepEqual(heard, ["a", "a"]);
});
