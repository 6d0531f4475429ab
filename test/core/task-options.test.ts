// Options that are unknown, of the wrong kind or contradictory are refused when they are given, and nothing is half-done.

import assert from "node:assert/strict";
import { test } from "node:test";
import { task } from "thence";
import { refuses } from "./bad-options.ts";
import type { BadValue } from "./bad-options.ts";

test("run is a function, track a boolean or a function, group a string, state PENDING or PREPARE", () => {
  refuses(
    "run",
    (run) => ({ run }),
    [
      ["x", /got "x"/],
      [null, /got null/],
      [{}, /got an object/],
    ],
    TypeError,
  );
  refuses(
    "track",
    (track) => ({ track }),
    [
      ["yes", /got "yes"/],
      [1, /track: expected true, false or a function, got 1/],
      [null, /got null/],
    ],
    TypeError,
  );
  refuses(
    "group",
    (group) => ({ group }),
    [
      [1, /got 1/],
      [null, /got null/],
      [["a"], /got an array/],
    ],
    TypeError,
  );
  refuses(
    "state",
    (state) => ({ state }),
    [
      ["DONE", /got "DONE"/],
      ["pending", /got "pending"/],
      [1, /got 1/],
    ],
    TypeError,
  );
});

test("queue is a name, a function or something with add(): anything else is refused", () => {
  refuses(
    "queue",
    (queue) => ({ queue }),
    [
      [5, /got 5/],
      [null, /got null/],
      [{}, /got an object/],
      [true, /got true/],
    ],
    TypeError,
  );
  for (const queue of ["gpu", () => {}, { add: () => {} }])
    assert.doesNotThrow(() => task("a", { queue: queue as never }));
});

test("require takes a task, settled(task), an array or a record of those: anything else is refused", () => {
  const bad: BadValue[] = [
    ["sources", /got "sources"/],
    [null, /got null/],
    [5, /got 5/],
    [[task("a", () => 1), undefined], /got undefined/],
    [{ a: "a" }, /got "a"/],
    [() => 1, /got the function/],
  ];
  refuses("require", (require) => ({ require }), bad, TypeError);
});

test("require refuses iterables that are not arrays, rather than require nothing", () => {
  const a = task("a", () => 1);
  for (const require of [new Set([a]), new Map([["a", a]]), [a].values(), Promise.resolve(a)]) {
    assert.throws(() => task("b", { require: require as never }), TypeError);
  }
});

test("a refused option leaves the prerequisites as they were", () => {
  const a = task("a", () => 1);
  assert.throws(() => task("b", { require: a, timeout: -1 }), RangeError);
  assert.throws(() => task("b", { require: [a, 5 as never] }), TypeError);
  assert.throws(() => task("b", { require: a, track: 5 as never }), TypeError);
  assert.throws(() => task("b", { require: a, state: "DONE" as never }), TypeError);
  assert.throws(() => a.andThen("b", { retry: -1 }), RangeError);
  assert.deepEqual([...a.dependents], []);
});

test("an unknown option is an error that names the task and suggests the option that was meant", () => {
  const cases = [
    ["tiemout", "timeout"],
    ["requires", "require"],
    ["retries", "retry"],
    ["Priority", "priority"],
    ["canceloOnError", "cancelOnError"],
  ];
  for (const [wrong, meant] of cases) {
    const message = new RegExp(`the task.*"${wrong}".*did you mean "${meant}"`);
    assert.throws(() => task("the task", { [wrong as string]: 1 } as never), { name: "TypeError", message });
  }
  assert.throws(() => task("the task", { retry: { limit: 1, dealy: 5 } as never }), {
    name: "TypeError",
    message: /the task.*"dealy".*did you mean "delay"/,
  });
  assert.throws(() => task("the task", { xyzzy: 1 } as never), { name: "TypeError", message: /the task.*"xyzzy"/ });
});

test("work that is neither a function nor options is refused", () => {
  for (const work of [undefined, null, "work", 5, [], true])
    assert.throws(() => task("the task", work as never), { name: "TypeError", message: /the task/ });
});

test("the code of an error about an argument starts with ERR_THENCE_", () => {
  const calls = [() => task("", {}), () => task("a", { timeout: -1 }), () => task("a", { nope: 1 } as never)];
  for (const call of calls) assert.throws(call, { code: /^ERR_THENCE_/ });
});
