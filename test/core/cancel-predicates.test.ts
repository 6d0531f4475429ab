// cancelOnError and cancelOnResult: outcomes that count as a cancel.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, makeNow, task } from "thence";
import type { Task, TaskPolicy } from "thence";

const fails =
  (error: unknown): (() => never) =>
  () => {
    throw error;
  };

test("cancelOnError: true makes a task that throws CANCELLED, its error a CancelledError", async () => {
  const a = task("a", { cancelOnError: true, run: fails(new Error("no")) });
  await makeNow(a);
  assert.equal(a.state, "CANCELLED");
  assert.ok(a.error instanceof CancelledError);
  const late = task("late", { cancelOnError: true, run: () => Promise.reject(new Error("no")) });
  await makeNow(late);
  assert.equal(late.state, "CANCELLED");
});

test("cancelOnError with a predicate decides by the error, which it gets unchanged", async () => {
  const asked: unknown[] = [];
  const cancelOnError = (error: unknown): boolean => {
    asked.push(error);
    return error === "cancel";
  };
  const [a, b, c] = [
    task("a", { cancelOnError, run: fails("cancel") }),
    task("b", { cancelOnError, run: fails("fail") }),
    task("c", { cancelOnError, run: () => "well" }),
  ];
  await makeNow([a, b, c]);
  assert.deepEqual(
    [a.state, b.state, b.error, c.state, asked],
    ["CANCELLED", "FAILED", "fail", "DONE", ["cancel", "fail"]],
  );
});

test("cancelOnError is asked before retry: what it takes is not retried, what it leaves is", async () => {
  const order: string[] = [];
  const options: TaskPolicy = {
    cancelOnError: (error) => (order.push(`cancelOnError ${String(error)}`), error === "stop"),
    retry: { limit: 3, when: (error) => (order.push(`when ${String(error)}`), true) },
  };
  const a = task("a", { ...options, run: (_, { attempt }) => fails(attempt === 2 ? "stop" : "again")() });
  await makeNow(a);
  assert.deepEqual(
    [a.state, a.attempts, order],
    ["CANCELLED", 2, ["cancelOnError again", "when again", "cancelOnError stop"]],
  );
});

test("cancelOnResult makes a task CANCELLED for the results that it takes, and the result is dropped", async () => {
  const asked: unknown[] = [];
  const cancelOnResult = (n: number): boolean => (asked.push(n), n > 5);
  const [a, b] = [task("a", { cancelOnResult, run: () => 9 }), task("b", { cancelOnResult, run: async () => 1 })];
  await makeNow([a, b]);
  assert.deepEqual([a.state, a.result, b.state, b.result], ["CANCELLED", undefined, "DONE", 1]);
  assert.ok(a.error instanceof CancelledError);
  assert.deepEqual(asked, [9, 1]);
});

test("a cancelOnError that throws makes the task FAILED with what it threw, and there is no retry", async () => {
  const a = task("a", { retry: 3, cancelOnError: fails("of the predicate"), run: fails("of the function") });
  await makeNow(a);
  assert.deepEqual([a.state, a.error, a.attempts], ["FAILED", "of the predicate", 1]);
});

test("a cancelOnResult that throws makes the task FAILED with what it threw", async () => {
  const a = task("a", { cancelOnResult: fails("of the predicate"), run: () => 1 });
  await makeNow(a);
  assert.deepEqual([a.state, a.error, a.result], ["FAILED", "of the predicate", undefined]);
});

test("dependents of a task that a predicate cancelled are CANCELLED", async () => {
  const a = task("a", { cancelOnError: true, run: fails("no") });
  const b = a.andThen("b", () => assert.fail("never"));
  await makeNow(b);
  assert.deepEqual([b.state, b.attempts], ["CANCELLED", 0]);
});

test("dispatch() rejects with the CancelledError of a task that a predicate cancelled", async () => {
  const a = task("a", { cancelOnResult: () => true, run: () => 1 });
  await assert.rejects(a.dispatch(), CancelledError);
  assert.equal(a.state, "CANCELLED");
});

const PREDICATES = ["when", "cancelOnError", "cancelOnResult"] as const;

/** A task that fails (or is done, for `cancelOnResult`) and one of whose predicates calls `act` the first time that it is asked. */
function withPredicate(which: (typeof PREDICATES)[number], act: (task: Task<unknown>) => unknown): Task<unknown> {
  let isFirst = true;
  const ask = (name: string, answer: boolean): boolean => {
    if (name === which && isFirst) {
      isFirst = false;
      act(made);
    }
    return answer;
  };
  const made: Task<unknown> = task("a", {
    retry: { limit: 1, when: () => ask("when", true) },
    cancelOnError: () => ask("cancelOnError", false),
    cancelOnResult: () => ask("cancelOnResult", false),
    run: () => (which === "cancelOnResult" ? "result" : fails("no")()),
  });
  return made;
}

for (const which of PREDICATES) {
  test(`a predicate that cancels the task makes it CANCELLED: ${which}`, async () => {
    const a = withPredicate(which, (task) => assert.equal(task.cancel("by the predicate"), true));
    await makeNow(a);
    assert.deepEqual([a.state, a.attempts, (a.error as CancelledError).reason], ["CANCELLED", 1, "by the predicate"]);
  });

  test(`a predicate that settles the task decides its outcome: ${which}`, async () => {
    const done = withPredicate(which, (task) => task.done("by the predicate"));
    const failed = withPredicate(which, (task) => task.fail("by the predicate"));
    await makeNow([done, failed]);
    assert.deepEqual([done.state, done.result, done.attempts], ["DONE", "by the predicate", 1]);
    assert.deepEqual([failed.state, failed.error, failed.attempts], ["FAILED", "by the predicate", 1]);
  });
}
