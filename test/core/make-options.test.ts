// Wrong arguments throw from `make()` itself, say what is wrong, and change nothing.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, makeNow, type MakeOptions } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { states, tasksOf } from "./run-helpers.ts";

/** The ways into a run; that which promises may throw or reject. */
const WAYS = {
  make: (tasks: unknown, options?: unknown) => make(tasks as never, options as MakeOptions),
  makeLater: (tasks: unknown, options?: unknown) => makeLater(tasks as never, options as MakeOptions),
};

test("a concurrency that is not a whole number of at least 1 throws from make() itself", () => {
  const { a, b } = graph`a -> b`;
  for (const way of Object.values(WAYS)) {
    for (const concurrency of [NaN, 0, 1.5, -1, -Infinity]) {
      assert.throws(() => way(b.task, { concurrency }), {
        name: "RangeError",
        code: "ERR_THENCE_ARGUMENT",
        message: new RegExp(`concurrency: expected .*, got ${concurrency}$`),
      });
    }
    for (const concurrency of ["2", null, 2n]) {
      assert.throws(() => way(b.task, { concurrency }), {
        name: "TypeError",
        message: /concurrency: expected .*, got /,
      });
    }
  }
  assert.equal(states(a, b), "PENDING PENDING");
});

test("makeNow and task.make() refuse the same, by throwing or by rejecting", async () => {
  const { a } = graph`a`;
  await assert.rejects(async () => makeNow(a.task, { concurrency: NaN }), RangeError);
  await assert.rejects(async () => a.task.make({ concurrency: NaN }), RangeError);
  assert.equal(states(a), "PENDING");
});

test("an unknown option throws from make() itself, with a did-you-mean", () => {
  const { a } = graph`a`;
  for (const [wrong, right] of Object.entries({ concurency: "concurrency", failfast: "failFast", Every: "every" })) {
    assert.throws(() => WAYS.make(a.task, { [wrong]: 2 }), {
      name: "TypeError",
      code: "ERR_THENCE_ARGUMENT",
      message: new RegExp(`"${wrong}".*did you mean "${right}"`),
    });
  }
  assert.throws(() => WAYS.make(a.task, { entirelyDifferent: 1 }), {
    name: "TypeError",
    message: /"entirelyDifferent"/,
  });
});

test("an option that belongs to tasks or queues is unknown to make", () => {
  const { a } = graph`a`;
  for (const wrong of ["priority", "timeout", "runDependentTasks"]) {
    assert.throws(() => WAYS.make(a.task, { [wrong]: 1 }), { name: "TypeError", message: new RegExp(`"${wrong}"`) });
  }
});

test("an option of the wrong kind throws from make() itself", () => {
  const { a } = graph`a`;
  const wrong: [options: Record<string, unknown>, name: string][] = [
    [{ failFast: "Abort" }, "TypeError"],
    [{ failFast: 1 }, "TypeError"],
    [{ every: "yes" }, "TypeError"],
    [{ retry: 3 }, "TypeError"],
    [{ signal: new AbortController() }, "TypeError"],
    [{ grace: NaN }, "RangeError"],
    [{ grace: -1 }, "RangeError"],
    [{ grace: "5s" }, "TypeError"],
    [{ queue: {} }, "TypeError"],
    [{ queue: "gpu" }, "TypeError"],
    [{ queues: { gpu: 3 } }, "TypeError"],
    [{ queues: 7 }, "TypeError"],
    [{ queues: null }, "TypeError"],
    [{ queues: new Map([["gpu", () => {}]]) }, "TypeError"],
    [{ resources: { db: NaN } }, "RangeError"],
    [{ resources: { db: -1 } }, "RangeError"],
    [{ resources: { db: "2" } }, "TypeError"],
    [{ resources: 2 }, "TypeError"],
    [{ resources: null }, "TypeError"],
    [{ resources: new Map([["db", 1]]) }, "TypeError"],
    [{ resources: [1] }, "TypeError"],
    [{ clock: {} }, "TypeError"],
    [{ clock: 5 }, "TypeError"],
  ];
  for (const [options, name] of wrong) {
    const message = new RegExp(`${Object.keys(options)[0]}.*expected .*, got `);
    assert.throws(
      () => WAYS.make(a.task, options),
      { name, message, code: "ERR_THENCE_ARGUMENT" },
      JSON.stringify(options),
    );
  }
  assert.equal(states(a), "PENDING");
});

test("options that are not an object throw from make() itself", () => {
  const { a } = graph`a`;
  for (const options of [null, 2, "fast", [], new Map([["concurrency", 2]])])
    assert.throws(() => WAYS.make(a.task, options), TypeError);
});

test("whatever is not a task or an iterable of tasks throws from make() itself", () => {
  const { a } = graph`a`;
  for (const way of Object.values(WAYS)) {
    for (const wrong of [undefined, null, "a", 1, {}, () => 1, [a.task, "b"], [[a.task]], [undefined]]) {
      assert.throws(() => way(wrong), { name: "TypeError", message: /expected .*, got / });
    }
  }
  assert.equal(states(a), "PENDING");
});

test("concurrency may be Infinity, and options may be undefined", async () => {
  const { a, b } = graph`a b`;
  const run = makeLater(tasksOf(a, b), { concurrency: Infinity });
  await flush();
  a.finish();
  b.finish();
  await run.finished;
  assert.deepEqual(await Array.fromAsync(WAYS.make(a.task, undefined)), [a.task]);
});
