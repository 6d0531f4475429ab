// What goes with a transition: its detail.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, make, makeLater, task } from "thence";
import type { Task, Transition } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

/** Every record of a task from now on. */
function recordsOf(task: Task<unknown>): Transition[] {
  const records: Transition[] = [];
  task.on("transition", (record) => records.push(record));
  return records;
}

const brief = ({ from, event, to, attempt }: Transition): string => `${from}->${event}->${to} ${attempt}`;

test("detail holds the result when a task is DONE", async () => {
  const result = { big: true };
  const a = task("a", () => result);
  const records = recordsOf(a);
  await a.make();
  assert.equal(records.at(-1)?.detail.result, result);
});

test("detail holds the error when a task is FAILED, and when it is to be retried", async () => {
  const a = remote("a", { retry: 1 });
  const records = recordsOf(a.task);
  const run = makeLater(a.task);
  const [first, second] = [new Error("first"), "second"];
  await flush();
  a.fail(first);
  await flush();
  a.fail(second);
  await run.finished;
  assert.deepEqual(
    records.filter(({ from }) => from === "RUNNING").map(({ event, detail }) => [event, detail.error]),
    [
      ["retry", first],
      ["error", second],
    ],
  );
});

test("detail holds the milliseconds until the next attempt, if there will be one", async () => {
  const clock = virtualClock();
  const retry = { limit: 2, delay: 100, factor: 3 };
  const a = task("a", { retry, run: () => Promise.reject(new Error("always")) });
  const records = recordsOf(a);
  const run = makeLater(a, { clock });
  await clock.advance(1000);
  await run.finished;
  assert.deepEqual(
    records.filter(({ from }) => from === "RUNNING").map(({ event, detail }) => [event, detail.delay]),
    [
      ["retry", 100],
      ["retry", 300],
      ["error", undefined],
    ],
  );
});

test("detail holds the reason when a task is CANCELLED", () => {
  const a = task("a", () => 1);
  const records = recordsOf(a);
  a.cancel("enough");
  assert.equal(records[0]?.detail.reason, "enough");
  assert.ok(a.error instanceof CancelledError);
});

test("detail tells which prerequisites are to blame for a task that failed because of them", async () => {
  const { a, b, c } = graph`a b -> c`;
  const records = recordsOf(c.task);
  const run = makeLater(c.task);
  await flush();
  a.fail();
  await run.return();
  assert.deepEqual(
    [records.map(brief), records[0]?.detail.because],
    [["PENDING->error->FAILED 0"], "failed prerequisites"],
  );
  assert.deepEqual([records[0]?.detail.failed, records[0]?.detail.error], [[a.task], c.task.error]);
  assert.equal(b.task.state, "PENDING");
});

test("detail tells which prerequisites are to blame for a task that was cancelled because of them", async () => {
  const { a, c } = graph`a b -> c`;
  const records = recordsOf(c.task);
  a.task.cancel("enough");
  await make(c.task).next();
  assert.deepEqual(
    [records.map(brief), records[0]?.detail.because],
    [["PENDING->cancel->CANCELLED 0"], "cancelled prerequisites"],
  );
  assert.deepEqual(records[0]?.detail.cancelled, [a.task]);
});
