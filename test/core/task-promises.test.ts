// join() and make(): they always settle, and a failure that nobody awaits troubles nobody.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BlockedError, CancelledError, make, makeLater, makeNow, settled, STATES, task, TransitionError } from "thence";
import type { Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { remoteIn } from "./task-in-state.ts";

const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
before(() => process.on("unhandledRejection", note));
after(() => process.off("unhandledRejection", note));

/** Whether a promise is still open when all that is due has happened. */
function isPending(promise: Promise<unknown>): Promise<boolean> {
  const settled = (): boolean => false;
  return Promise.race([promise.then(settled, settled), flush().then(() => true)]);
}

test("join() resolves with the task in every final state, and in the others waits and starts nothing", async () => {
  for (const state of STATES) {
    const { task, starts } = await remoteIn(state);
    const joined = task.join();
    const isFinal = task.isSettled();
    assert.equal(await isPending(joined), !isFinal, state);
    assert.deepEqual([task.state, task.attempts], [state, starts]);
    if (isFinal) assert.equal(await joined, task);
  }
});

test("join() resolves with the task, and never rejects, however it becomes settled", async () => {
  const ways: [string, (task: Task<unknown>) => unknown][] = [
    ["DONE", (task) => (void task.dispatch(), task.done(1))],
    ["FAILED", (task) => (void task.dispatch(), task.fail(1))],
    ["CANCELLED", (task) => task.cancel()],
    ["CANCELLED", (task) => (void task.dispatch(), task.cancel())],
    ["CANCELLED", (task) => makeLater(task).cancel()],
  ];
  for (const [state, end] of ways) {
    const { task: a } = remote("a");
    const waiting = [a.join(), a.join()];
    end(a);
    assert.deepEqual(await Promise.all(waiting), [a, a]);
    assert.equal(a.state, state);
  }
});

test("join() resolves for a task that prerequisites failed or cancelled", async () => {
  for (const end of ["FAILED", "CANCELLED"] as const) {
    const { task: prerequisite } = await remoteIn(end);
    const a = prerequisite.andThen("a", () => 1);
    const joined = a.join();
    makeLater(a);
    assert.equal(await joined, a);
    assert.equal(a.state, end);
  }
});

test("make() gives the result of a task that is DONE at once, without running it again", async () => {
  const a = await remoteIn("DONE");
  assert.deepEqual([await a.task.make(), a.starts], ["old", 1]);
});

test("make() throws the task's error if it fails, was cancelled, or is so already", async () => {
  const cause = new Error("no");
  const failing = task("failing", () => Promise.reject(cause));
  await assert.rejects(failing.make(), cause);
  await assert.rejects(failing.make(), cause);
  const dependent = failing.andThen("dependent", () => 1);
  await assert.rejects(dependent.make(), (error) => {
    assert.ok(error instanceof BlockedError);
    assert.deepEqual([error.cause, error.blockers, error === dependent.error], [cause, [failing], true]);
    return true;
  });
  const { task: cancelled } = await remoteIn("CANCELLED");
  await assert.rejects(cancelled.make(), (error) => error instanceof CancelledError && error === cancelled.error);
});

test("make() makes what the task requires first, with the options given", async () => {
  const order: string[] = [];
  const a = task("a", () => order.push("a"));
  const b = task("b", { require: a, run: () => order.push("b") });
  await b.make({ concurrency: 1 });
  assert.deepEqual(order, ["a", "b"]);
  await assert.rejects(task("c", () => 1).make({ concurrency: 0 }), RangeError);
});

test("make() of a task in PREPARE, or with one among its prerequisites, rejects with TransitionError, and nothing has run", async () => {
  const { task: preparing } = await remoteIn("PREPARE");
  const a = remote("a");
  const b = task("b", { require: [a.task, preparing] });
  for (const each of [preparing, b]) await assert.rejects(each.make(), TransitionError);
  assert.deepEqual([a.starts, b.state, preparing.state], [0, "PENDING", "PREPARE"]);
});

test("make() of a task that is under way waits for it", async () => {
  const a = await remoteIn("RUNNING");
  const made = a.task.make();
  assert.equal(await isPending(made), true);
  a.finish(7);
  assert.deepEqual([await made, a.starts], [7, 1]);
});

test("retry() and reset() start a new promise: join() waits again", async () => {
  for (const [state, method] of [
    ["FAILED", "retry"],
    ["CANCELLED", "retry"],
    ["DONE", "reset"],
  ] as const) {
    const a = await remoteIn(state);
    const old = a.task.join();
    const { attempts } = a.task;
    assert.equal(a.task[method](), a.task);
    assert.deepEqual([a.task.state, a.task.result, a.task.error], ["PENDING", undefined, undefined]);
    assert.equal(await old, a.task);
    const joined = a.task.join();
    assert.equal(await isPending(joined), true);
    const made = a.task.make();
    await flush();
    a.finish("new");
    assert.deepEqual([await made, (await joined).result, a.task.attempts], ["new", "new", attempts + 1]);
  }
});

test("a promise of dispatch() or make() keeps its outcome when the task is retried", async () => {
  const a = task("a", { run: (_, { attempt }) => (attempt === 1 ? assert.fail("first") : "second") });
  const first = a.dispatch().catch((error: Error) => error.message);
  await a.join();
  assert.equal(await a.retry().make(), "second");
  assert.equal(await first, "first");
});

test("prepared() makes a task of PREPARE PENDING, and returns it", async () => {
  const a = task("a", { state: "PREPARE", run: () => 1 });
  assert.equal(a.prepared(), a);
  assert.deepEqual([a.state, await a.make()], ["PENDING", 1]);
});

test("everybody who waits is told: a hundred join() and make() of one task", async () => {
  const a = remote("a");
  const waiting = Array.from({ length: 50 }, () => [
    a.task.join(),
    a.task.make().catch((error: unknown) => error),
  ]).flat();
  await flush();
  a.fail("no");
  const outcomes = new Set(await Promise.all(waiting));
  assert.deepEqual(outcomes, new Set([a.task, "no"]));
});

test("a failure that nobody awaits is no unhandled rejection, whatever was called", async () => {
  const failing = (): Task<never> =>
    task("failing", async () => {
      throw new Error("nobody awaits me");
    });
  makeLater(failing());
  void failing().join();
  void failing().dispatch();
  void makeNow(failing());
  void make([failing(), failing().andThen("dependent", () => 1)]).next();
  const outside = remote("outside");
  void outside.task.dispatch();
  outside.task.fail(new Error("nobody"));
  const cancelled = remote("cancelled");
  void cancelled.task.dispatch();
  cancelled.task.cancel();
  const { a, b } = graph`a -> b -> a`;
  makeLater(b.task);
  void makeLater(a.task).finished;
  const clean = task("clean", { require: settled(failing()), run: () => assert.fail() });
  makeLater(clean).on("FAILED", () => {});
  makeLater(task("x", { cancelOnError: true, run: () => assert.fail() }));
  makeLater(task("y", { retry: 1, timeout: 1, run: async (_, { make }) => make(failing()) }));
  await flush(10);
  assert.deepEqual(unhandled, []);
});
