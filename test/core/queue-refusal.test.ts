// Queues that refuse, by a throw or a rejection, and queues that misbehave after they have called `run()`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, task, type BlockedError, type QueueFunction } from "thence";
import { virtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { playOut, running, states, tasksOf } from "./run-helpers.ts";

/** Queues that refuse with `error`, each in its way. */
const refusing = (error: unknown): Record<string, QueueFunction> => ({
  throws: () => {
    throw error;
  },
  rejects: async () => {
    throw error;
  },
  "rejects later": async () => {
    await flush();
    throw error;
  },
  "is a thenable that rejects": () => ({
    then: (_: unknown, reject: (error: unknown) => void) => reject(error),
  }),
});

test("a queue that refuses fails the task with the queue's error, unchanged", async () => {
  for (const error of [new Error("full"), "a string", undefined]) {
    for (const [way, queue] of Object.entries(refusing(error))) {
      const { a, b } = graph`a -> b`;
      const run = makeLater(b.task, { queue });
      const { failed } = await run.finished;
      assert.deepEqual([failed.length, states(a, b), a.task.error], [2, "FAILED FAILED", error], way);
      assert.equal((b.task.error as BlockedError).cause, error);
      assert.equal(a.starts, 0);
    }
  }
});

test("a refused task is released, before its retry policy decides", async () => {
  for (const queue of Object.values(refusing(new Error("full")))) {
    const { a } = graph`a`;
    const events: string[] = [];
    a.task.on("transition", ({ event, to }) => events.push(`${event} ${to}`));
    await makeLater(a.task, { queue }).finished;
    assert.deepEqual(events, ["queue QUEUED", "release PENDING", "error FAILED"]);
  }
});

test("a refused task is handed over again as often as its retry policy says", async () => {
  for (const queue of Object.values(refusing(new Error("full")))) {
    let asked = 0;
    const a = remote("a", { retry: 2 });
    const run = makeLater(a.task, {
      queue: (start, task) => {
        asked++;
        return queue(start, task);
      },
    });
    await run.finished;
    assert.deepEqual([asked, states(a), a.starts], [3, "FAILED", 0]);
  }
});

test("a refused task waits for the delay of its retry policy, and can be taken the next time", async () => {
  const clock = virtualClock();
  let asked = 0;
  const a = remote("a", { retry: { limit: 1, delay: 1_000 } });
  const run = makeLater(a.task, {
    clock,
    queue: (start) => {
      if (asked++ === 0) throw new Error("full");
      return start();
    },
  });
  await clock.advance(999);
  assert.deepEqual([asked, states(a)], [1, "PENDING"]);
  await clock.advance(1);
  assert.deepEqual([asked, states(a)], [2, "RUNNING"]);
  a.finish();
  assert.equal((await run.finished).done.length, 1);
  assert.equal(clock.pending, 0);
});

test("retry.when is asked about a refusal, and an error that it throws is the task's", async () => {
  const full = new Error("full");
  const asked: unknown[] = [];
  const a = remote("a", { retry: { limit: 5, when: (error) => asked.push(error) < 2 } });
  await makeLater(a.task, { queue: () => Promise.reject(full) }).finished;
  assert.deepEqual([asked, a.task.error], [[full, full], full]);
  const own = new Error("own");
  const b = remote("b", {
    retry: {
      limit: 5,
      when: () => {
        throw own;
      },
    },
  });
  await makeLater(b.task, { queue: () => Promise.reject(full) }).finished;
  assert.equal(b.task.error, own);
});

test("a refused task holds no slot and no resource, and the others go on", async () => {
  const clock = virtualClock();
  const a = remote("a", { retry: { limit: 1, delay: 60_000 }, uses: { db: 1 } });
  const b = remote("b", { uses: { db: 1 } });
  const queue: QueueFunction = (start, { name }) => (name === "a" ? Promise.reject(new Error("full")) : start());
  const run = makeLater(tasksOf(a, b), { queue, concurrency: 1, resources: { db: 1 }, clock });
  await flush();
  assert.equal(states(a, b), "PENDING RUNNING");
  run.cancel();
  await run.finished;
  assert.deepEqual([states(a, b), clock.pending], ["CANCELLED CANCELLED", 0]);
});

test("a refusal sets failFast off once the task has failed", async () => {
  const { a, b } = graph`a b`;
  const seen: string[] = [];
  const queue: QueueFunction = (_, { name }) => {
    seen.push(name);
    throw new Error("full");
  };
  await makeLater(tasksOf(a, b), { queue, failFast: true, concurrency: 1 }).finished;
  assert.deepEqual([seen, states(a, b)], [["a"], "FAILED PENDING"]);
});

test("a refusal that comes after the task was cancelled, or its run left, changes nothing", async () => {
  for (const way of ["cancel", "leave"]) {
    const { a } = graph`a`;
    const { promise, reject } = Promise.withResolvers<void>();
    const run = makeLater(a.task, { queue: () => promise });
    await flush();
    if (way === "cancel") a.task.cancel();
    else await run.return();
    reject(new Error("too late"));
    await run.finished;
    await flush();
    assert.equal(states(a), way === "cancel" ? "CANCELLED" : "PENDING");
  }
});

test("a queue that throws or rejects after it has called run() refuses nothing", async () => {
  const failures: QueueFunction[] = [
    (start) => {
      void start();
      throw new Error("too late");
    },
    async (start) => {
      void start();
      throw new Error("too late");
    },
    async (start) => {
      await start();
      throw new Error("too late");
    },
  ];
  for (const queue of failures) {
    const { a, b } = graph`a -> b`;
    const run = makeLater(b.task, { queue });
    assert.equal(await playOut(a, b), "a b");
    await run.finished;
    await flush();
    assert.equal(states(a, b), "DONE DONE");
  }
});

test("the failure of a task is not the queue's: run() does not throw into a queue that calls it at once", async () => {
  const failing = task("failing", () => {
    throw new Error("own");
  });
  let refused = "nothing";
  const run = makeLater(failing, {
    queue: async (start) => {
      try {
        await start();
      } catch {
        refused = "the attempt's error";
      }
    },
  });
  await run.finished;
  await flush();
  assert.deepEqual([refused, failing.state, (failing.error as Error).message], ["nothing", "FAILED", "own"]);
});

test("while a queue is asked, a task that it cancels or fails stays so", async () => {
  const { a, b } = graph`a; b`;
  const run = makeLater(tasksOf(a, b), {
    queue: (start, task) => {
      if (task.name === "a") task.cancel();
      else task.fail(new Error("inside"));
      return start();
    },
  });
  await run.finished;
  assert.deepEqual([states(a, b), running(a, b), a.starts + b.starts], ["CANCELLED FAILED", "", 0]);
});
