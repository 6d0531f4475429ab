// Durations, amounts, retries and predicates: their bad values are refused when they are given.

import assert from "node:assert/strict";
import { test } from "node:test";
import { task } from "thence";
import { NOT_NUMBERS, refuses } from "./bad-options.ts";
import type { BadValue } from "./bad-options.ts";

for (const option of ["timeout", "deadline"]) {
  test(`${option} is a number of milliseconds, 0 or more: anything else is refused`, () => {
    refuses(option, (value) => ({ [option]: value }), NOT_NUMBERS, TypeError);
    refuses(
      option,
      (value) => ({ [option]: value }),
      [
        [Number.NaN, /got NaN/],
        [-1, /got -1/],
        [-Infinity, /got -Inf/],
      ],
      RangeError,
    );
    for (const good of [0, 0.5, 2 ** 31, 2 ** 53, Infinity]) assert.doesNotThrow(() => task("a", { [option]: good }));
  });
}

test("priority is a number, negative ones too: anything else is refused", () => {
  refuses("priority", (priority) => ({ priority }), NOT_NUMBERS, TypeError);
  refuses("priority", (priority) => ({ priority }), [[Number.NaN, /priority: expected a number, got NaN/]], RangeError);
  for (const priority of [0, -5, 0.5, 1e9]) assert.doesNotThrow(() => task("a", { priority }));
});

test("uses is a record of amounts, 0 or more: anything else is refused", () => {
  refuses(
    "uses",
    (uses) => ({ uses }),
    [
      ["db", /got "db"/],
      [null, /got null/],
      [1, /expected amounts by name, such as {db: 1}, got 1/],
      [true, /got true/],
      [[], /got an array of 0/],
      [[1], /got an array of 1/],
      [new Map([["db", 1]]), /got an iterable object/],
    ],
    TypeError,
  );
  refuses("uses", (db) => ({ uses: { db } }), NOT_NUMBERS, TypeError);
  refuses(
    "db",
    (db) => ({ uses: { cpu: 1, db } }),
    [
      [Number.NaN, /got NaN/],
      [-1, /got -1/],
    ],
    RangeError,
  );
  assert.doesNotThrow(() => task("a", { uses: { db: 0, cpu: 2.5 } }));
});

test("retry is a whole number of extra attempts, 0 or more, or options: anything else is refused", () => {
  refuses(
    "retry",
    (retry) => ({ retry }),
    [
      ["5", /retry: expected a number or an object of options, got "5"/],
      [null, /retry: expected a number or an object of options, got null/],
      [true, /got true/],
      [[5], /got an array/],
    ],
    TypeError,
  );
  refuses(
    "retry",
    (retry) => ({ retry }),
    [
      [Number.NaN, /got NaN/],
      [-1, /got -1/],
      [1.5, /got 1.5/],
    ],
    RangeError,
  );
  refuses("limit", (limit) => ({ retry: { limit } }), [...NOT_NUMBERS, [undefined, /got undefined/]], TypeError);
  refuses(
    "limit",
    (limit) => ({ retry: { limit } }),
    [
      [Number.NaN, /NaN/],
      [-1, /-1/],
      [1.5, /1.5/],
    ],
    RangeError,
  );
  for (const retry of [0, 3, { limit: 0 }, { limit: 3, delay: 10 }]) assert.doesNotThrow(() => task("a", { retry }));
});

for (const option of ["delay", "factor", "maxDelay"]) {
  test(`retry.${option} is a number, 0 or more: anything else is refused`, () => {
    refuses(option, (value) => ({ retry: { limit: 1, [option]: value } }), NOT_NUMBERS, TypeError);
    refuses(
      option,
      (value) => ({ retry: { limit: 1, [option]: value } }),
      [
        [Number.NaN, /NaN/],
        [-1, /-1/],
      ],
      RangeError,
    );
    for (const good of [0, 0.5, 2 ** 40]) assert.doesNotThrow(() => task("a", { retry: { limit: 1, [option]: good } }));
  });
}

test("retry.jitter is a number from 0 to 1: anything else is refused", () => {
  refuses("jitter", (jitter) => ({ retry: { limit: 1, jitter } }), NOT_NUMBERS, TypeError);
  refuses(
    "jitter",
    (jitter) => ({ retry: { limit: 1, jitter } }),
    [
      [Number.NaN, /NaN/],
      [-0.1, /-0.1/],
      [1.1, /1.1/],
    ],
    RangeError,
  );
  for (const jitter of [0, 0.5, 1]) assert.doesNotThrow(() => task("a", { retry: { limit: 1, jitter } }));
});

test("retry.when, cancelOnError and cancelOnResult are functions, and cancelOnError may be true", () => {
  const notFunctions: BadValue[] = [
    ["yes", /got "yes"/],
    [1, /got 1/],
    [null, /got null/],
    [{}, /got an object/],
  ];
  refuses("when", (when) => ({ retry: { limit: 1, when } }), [...notFunctions, [true, /got true/]], TypeError);
  refuses(
    "cancelOnError",
    (cancelOnError) => ({ cancelOnError }),
    [...notFunctions, [false, /expected true or a function, got false/]],
    TypeError,
  );
  refuses("cancelOnResult", (cancelOnResult) => ({ cancelOnResult }), [...notFunctions, [true, /got true/]], TypeError);
  assert.doesNotThrow(() => task("a", { cancelOnError: true }));
});
