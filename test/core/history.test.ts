// The history of a task: what can be told afterwards, whether or not anybody listened.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { make, makeNow, task, TaskQueue, type HistoryEntry, type Task, type Transition } from "thence";
import { pQueue } from "thence/queues";

const line = ({ from, event, to, attempt }: HistoryEntry | Transition): string => `${from} ${event} ${to} ${attempt}`;

/** Listens to a task, and checks that its history says what the listener heard. */
function recorded(observed: Task): { check(): void } {
  const heard: Transition[] = [];
  observed.on("transition", (transition) => heard.push(transition));
  return {
    check: () => {
      const { history } = observed;
      assert.deepEqual(history.map(line), heard.map(line));
      assert.deepEqual(
        history.map(({ at }) => at),
        heard.map(({ at }) => at),
      );
      assert.deepEqual(
        history.map(({ error }) => error),
        heard.map(({ detail }) => detail.error),
      );
    },
  };
}

describe("task.history", () => {
  test("is empty for a task to which nothing has happened", () => {
    assert.deepEqual(task("a", () => 1).history, []);
  });

  test("tells the straight way without having kept it", async () => {
    const a = task("a", () => 1);
    const record = recorded(a);
    await a.make();
    record.check();
    assert.deepEqual(a.history.map(line), ["PENDING dispatch RUNNING 1", "RUNNING done DONE 1"]);
    assert.equal(a._extra?.past, undefined, "nothing is kept for it");
  });

  test("tells a task that is running", async () => {
    let during: readonly HistoryEntry[] = [];
    await task("a", (_, { task: me }) => (during = me.history)).make();
    assert.deepEqual(during.map(line), ["PENDING dispatch RUNNING 1"]);
  });

  test("tells attempts that failed with their errors, and the times between", async () => {
    const a = task("a", {
      retry: { limit: 2, delay: 5 },
      run: (_, { attempt }) => Promise.reject(new Error(`${attempt}`)),
    });
    const record = recorded(a);
    await makeNow(a);
    record.check();
    const errors = a.history.map(({ error }) => (error as Error | undefined)?.message);
    assert.deepEqual(errors, [undefined, "1", undefined, "2", undefined, "3"]);
  });

  test("tells queues, releases, resets and repairs", async () => {
    let succeeds = false;
    const a = task("a", () => (succeeds ? 1 : Promise.reject(new Error("not yet"))));
    const record = recorded(a);
    await makeNow(a, { queue: pQueue() });
    succeeds = true;
    await makeNow(a, { retry: true });
    a.reset();
    const run = make(a, { queue: () => {} });
    run.on("QUEUED", () => void run.return());
    await run.next();
    record.check();
    assert.deepEqual(
      a.history.map(({ event }) => event),
      ["queue", "dispatch", "error", "retry", "dispatch", "done", "reset", "queue", "release"],
    );
  });

  test("tells when a task was blocked or cancelled that never ran", async () => {
    const bad = task("bad", () => Promise.reject(new Error("bad")));
    const blocked = bad.andThen("blocked", () => 1);
    const waiting = task("waiting", { state: "PREPARE", run: () => 1 });
    const records = [bad, blocked, waiting].map(recorded);
    waiting.cancel("no more");
    await makeNow(blocked);
    for (const record of records) record.check();
    assert.deepEqual(blocked.history.map(line), ["PENDING error FAILED 0"]);
    assert.equal(blocked.endedAt, undefined, "no attempt has ended");
    assert.deepEqual(waiting.history.map(line), ["PREPARE cancel CANCELLED 0"]);
    blocked.retry();
    records[1]?.check();
  });

  test("keeps the last 200 entries", async () => {
    const a = task("a", { retry: 150, run: () => Promise.reject(new Error("again")) });
    await makeNow(a);
    assert.equal(a.history.length, 200);
    assert.deepEqual(a.history.slice(-2).map(line), ["PENDING dispatch RUNNING 151", "RUNNING error FAILED 151"]);
  });

  test("is a copy", async () => {
    const a = task("a", { retry: 1, run: () => Promise.reject(new Error("again")) });
    await makeNow(a);
    (a.history as HistoryEntry[]).length = 0;
    assert.equal(a.history.length, 4);
  });
});

describe("what a run tells of itself", () => {
  test("its tasks are the graph before the start, and all that were made after it", async () => {
    const first = task("first", () => 1);
    const child = task("child", () => 2);
    const last = task("last", { require: first, run: (_, { make: makeMore }) => makeMore(child) });
    const run = make(last, { concurrency: 3, resources: { db: 2 } });
    assert.deepEqual([run.requested, new Set(run.tasks)], [[last], new Set([last, first])]);
    assert.deepEqual(
      [run.startedAt, run.endedAt, run.concurrency, run.resources],
      [undefined, undefined, 3, { db: 2 }],
    );
    const { wallMs } = await Array.fromAsync(run).then(() => run.finished);
    assert.deepEqual(new Set(run.tasks), new Set([last, first, child]));
    assert.equal((run.endedAt as number) - (run.startedAt as number), wallMs);
  });

  test("a queue's own limits are not the run's", () => {
    assert.equal(
      make(
        task("a", () => 1),
        { queue: pQueue() },
      ).concurrency,
      Infinity,
    );
    assert.equal(
      make(
        task("a", () => 1),
        { queue: pQueue(), concurrency: 2 },
      ).concurrency,
      2,
    );
  });

  test("a TaskQueue tells its tasks, those that they wait for, and its limits", () => {
    const outside = task("outside", () => 1);
    const inside = outside.andThen("inside", () => 2);
    const queue = new TaskQueue(inside, { concurrency: 2, resources: { db: 1 } });
    assert.deepEqual(new Set(queue.tasks), new Set([inside, outside]));
    assert.deepEqual([queue.concurrency, queue.resources], [2, { db: 1 }]);
  });

  test("the tasks of a graph with a cycle are told too", async () => {
    const a = task("a", () => 1);
    const b = a.andThen("b", () => 2);
    a.require(b);
    const run = make(b);
    await assert.rejects(run.next(), { code: "ERR_THENCE_CYCLE" });
    assert.deepEqual(new Set(run.tasks), new Set([a, b]));
  });

  test("a run that could not begin is over", async () => {
    const run = make(task("a", { state: "PREPARE", run: () => 1 }));
    await assert.rejects(run.next(), { code: "ERR_THENCE_TRANSITION" });
    assert.ok((run.endedAt as number) >= (run.startedAt as number));
  });
});
