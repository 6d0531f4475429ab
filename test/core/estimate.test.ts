// `estimate` and learned `durations`: the longest path measured in milliseconds decides what starts first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { durations, make, makeLater, plan, task, TaskQueue, type Task, type Transition } from "thence";
import { virtualClock, type VirtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { remote } from "../helpers/remote.ts";
import { NOT_NUMBERS, refuses } from "./bad-options.ts";
import { names, playOut, tasksOf } from "./run-helpers.ts";

/** Three remotes without edges and with estimates of 1, 30 and 20 ms. */
const three = () =>
  [remote("a", { estimate: 1 }), remote("b", { estimate: 30 }), remote("c", { estimate: 20 })] as const;

/** Starts a run and notes all its transitions. */
function listen(tasks: readonly Task<unknown>[], clock: VirtualClock, concurrency: number) {
  const run = make(tasks, { clock, concurrency });
  const transitions: Transition[] = [];
  run.on("transition", (transition) => transitions.push(transition));
  return { transitions, end: Array.fromAsync(run) };
}

/** Runs tasks that take the given time on a virtual clock, one at a time, and returns the transitions. */
async function record(clock: VirtualClock, times: Readonly<Record<string, number>>): Promise<Transition[]> {
  const wait = (ms: number) => (): Promise<void> => new Promise((resolve) => clock.setTimeout(resolve, ms));
  const tasks = Object.entries(times).map(([name, ms]) => task(name, wait(ms)));
  const { transitions, end } = listen(tasks, clock, 1);
  await clock.advance(Object.values(times).reduce((sum, ms) => sum + ms, 0));
  await end;
  return transitions;
}

test("among ready tasks the one with the greatest estimate starts first", async () => {
  const [a, b, c] = three();
  void makeLater(tasksOf(a, b, c), { concurrency: 1 });
  assert.equal(await playOut(a, b, c), "b c a");
});

test("the estimates of a path add up: many short tasks start before one that is longer than each", async () => {
  const long = remote("long", { estimate: 50 });
  const first = remote("first", { estimate: 20 });
  const second = remote("second", { estimate: 20, require: first.task });
  const third = remote("third", { estimate: 20, require: second.task });
  void makeLater(tasksOf(long, first, second, third), { concurrency: 1 });
  assert.equal(await playOut(long, first, second, third), "first long second third");
});

test("a chain of many tasks starts after a single one that takes longer than all of it", async () => {
  const first = remote("first", { estimate: 5 });
  const second = remote("second", { estimate: 5, require: first.task });
  const long = remote("long", { estimate: 50 });
  void makeLater(tasksOf(first, second, long), { concurrency: 1 });
  assert.equal(await playOut(first, second, long), "long first second");
});

test("a task without an estimate counts as 1 ms, one with an estimate of 0 as nothing", async () => {
  const none = remote("none", { estimate: 0 });
  const plain = remote("plain");
  const long = remote("long", { estimate: 1.5 });
  void makeLater(tasksOf(none, plain, long), { concurrency: 1 });
  assert.equal(await playOut(none, plain, long), "long plain none");
});

test("priority counts before any estimate", async () => {
  const [a, b] = three();
  const urgent = remote("urgent", { priority: 1, estimate: 0 });
  void makeLater(tasksOf(a, b, urgent), { concurrency: 1 });
  assert.equal(await playOut(a, b, urgent), "urgent b a");
});

test("a TaskQueue hands its slots out in the same order", async () => {
  const [a, b, c] = three();
  const queue = new TaskQueue(tasksOf(a, b, c), { concurrency: 1 });
  void Array.fromAsync(queue.run());
  assert.equal(await playOut(a, b, c), "b c a");
});

test("what a late require puts on the longest path starts first", async () => {
  const [x, a, b] = [remote("x"), remote("a", { estimate: 10 }), remote("b", { estimate: 1 })];
  const end = remote("end", { estimate: 40, require: x.task });
  void makeLater(tasksOf(x, a, b, end), { concurrency: 1 });
  await flush();
  assert.equal(x.running, true);
  end.task.require(b.task);
  assert.equal(await playOut(x, a, b, end), "x b end a");
});

test("learned durations do what estimates do", async () => {
  const [a, b, c] = [remote("a"), remote("b"), remote("c")];
  const known = durations(await record(virtualClock(), { a: 5, b: 7, c: 30 }));
  void makeLater(tasksOf(a, b, c), { concurrency: 1, durations: known });
  assert.equal(await playOut(a, b, c), "c b a");
});

test("learned durations win over estimates, which still count for names that have not been learned", async () => {
  const [a, b, c] = three();
  void makeLater(tasksOf(a, b, c), { concurrency: 1, durations: new Map([["a", 25]]) });
  assert.equal(await playOut(a, b, c), "b a c");
});

test("a name like __proto__ or constructor is learned like others, and no name has a duration by itself", async () => {
  const known = durations(await record(virtualClock(), { ["__proto__"]: 9, constructor: 4 }));
  assert.deepEqual([...known], Object.entries({ ["__proto__"]: 9, constructor: 4 }));
  const [a, odd] = [remote("a", { estimate: 2 }), remote("toString")];
  void makeLater(tasksOf(odd, a), { concurrency: 1, durations: new Map() });
  assert.equal(await playOut(odd, a), "a toString");
});

test("durations takes the mean of the attempts of a name that were DONE, in milliseconds", async () => {
  const clock = virtualClock();
  const transitions = [
    ...(await record(clock, { a: 10, b: 3 })),
    ...(await record(clock, { a: 20 })),
    ...(await record(clock, { a: 60, c: 0 })),
  ];
  assert.deepEqual(
    [...durations(transitions)],
    [
      ["a", 30],
      ["b", 3],
      ["c", 0],
    ],
  );
});

test("durations tells tasks of the same name apart that run at the same time", async () => {
  const clock = virtualClock();
  const pair = [remote("same"), remote("same")] as const;
  const { transitions, end } = listen(tasksOf(...pair), clock, 2);
  await flush();
  await clock.advance(10);
  pair[0].finish();
  await clock.advance(20);
  pair[1].finish();
  await end;
  assert.deepEqual([...durations(transitions)], [["same", (10 + 30) / 2]]);
});

test("durations ignores attempts that failed, were cancelled or are not over, and the wait before a retry", async () => {
  const clock = virtualClock();
  const retried = remote("retried", { retry: { limit: 1, delay: 1_000 } });
  const [failed, cancelled, running] = [remote("failed"), remote("cancelled"), remote("running")];
  const { transitions, end } = listen(tasksOf(retried, failed, cancelled, running), clock, 9);
  await flush();
  await clock.advance(70);
  for (const each of [retried, failed]) each.fail();
  cancelled.task.cancel();
  await clock.advance(1_000);
  assert.equal(retried.running, true);
  await clock.advance(8);
  retried.finish();
  await flush();
  assert.deepEqual([...durations(transitions)], [["retried", 8]]);
  running.finish();
  await end;
});

test("durations knows nothing without transitions, or of a task whose start they do not tell", async () => {
  const [transition] = (await record(virtualClock(), { a: 5 })).slice(-1);
  assert.equal(transition?.to, "DONE");
  assert.deepEqual([...durations([])], []);
  assert.deepEqual([...durations([transition])], []);
});

/** Two ways from `start` to `end`: one long task, or two short ones. */
function fork(): Task<unknown> {
  const start = task("start", { estimate: 5, run: () => 0 });
  const long = task("long", { estimate: 50, require: start, run: () => 1 });
  const short = task("short", { estimate: 10, require: start, run: () => 2 });
  const after = task("after", { estimate: 10, require: short, run: () => 3 });
  return task("end", { require: [long, after], run: () => 4 });
}

test("plan gives the path that takes longest by estimates, not the one of the most tasks", () => {
  const { order, longestPath } = plan(fork());
  assert.equal(names(longestPath), "start long end");
  assert.equal(names(order), "start long short after end");
});

test("plan gives the path that takes longest by learned durations", () => {
  const { order, longestPath } = plan(fork(), { durations: new Map([["after", 41]]) });
  assert.equal(names(longestPath), "start short after end");
  assert.equal(names(order), "start short long after end");
});

test("an estimate that is no number is a TypeError, and one that is no finite duration a RangeError, with the task's name", () => {
  const wrap = (estimate: unknown): object => ({ estimate });
  refuses("estimate", wrap, [...NOT_NUMBERS, ["x", /got "x"/]], TypeError);
  refuses(
    "estimate",
    wrap,
    [
      [NaN, /got NaN/],
      [-1, /got -1/],
      [Infinity, /got Infinity/],
      [-Infinity, /got -Infinity/],
    ],
    RangeError,
  );
});

test("durations that are no Map are a TypeError with the option's name, in make, plan and a TaskQueue", () => {
  const a = task("a", () => 1);
  for (const bad of [{ a: 5 }, [["a", 5]], 5, "a", null, () => 5]) {
    const options = { durations: bad as never };
    const error = { name: "TypeError", message: /durations: expected a Map .*, got / };
    assert.throws(() => make(a, options), error);
    assert.throws(() => plan(a, options), error);
    assert.throws(() => new TaskQueue([a], options), error);
  }
});

test("a duration that is no number of at least 0 throws with the option's and the task's name", () => {
  for (const wrong of [NaN, -5, "x"]) {
    const learned = new Map([["b", wrong as number]]);
    assert.throws(
      () =>
        plan(
          task("a", () => 1),
          { durations: learned },
        ),
      /durations: "b"/,
    );
    assert.throws(
      () =>
        make(
          task("a", () => 1),
          { durations: learned },
        ),
      /durations: "b"/,
    );
  }
});
