// What crosses boundaries: errors and whatever else is thrown, as plain records.

import assert from "node:assert/strict";
import { test } from "node:test";
import { RemoteError } from "thence";
import { recordError } from "../../src/core/json.ts";

test("a thrown text is the whole message", () => {
  const text = "a long message that says what is wrong ".repeat(5);
  assert.deepEqual(recordError(text), { name: "Error", message: text });
});

test("a thrown object that is no error arrives as data, and its JSON is the message, cut if it is long", () => {
  assert.deepEqual(recordError({ reason: "quota", limit: 3 }), {
    name: "Error",
    message: '{"reason":"quota","limit":3}',
    data: { reason: "quota", limit: 3 },
  });
  assert.deepEqual(recordError([1, "two"]), { name: "Error", message: '[1,"two"]', data: [1, "two"] });
  const long = recordError({ text: "x".repeat(1_000) });
  assert.equal(long.message.length, 200);
  assert.deepEqual(long.data, { text: "x".repeat(1_000) });
  assert.deepEqual(recordError({ message: "full", free: 0 }).data, { message: "full", free: 0 });
});

test("a thrown object that is neither an error nor JSON is still told", () => {
  assert.deepEqual(recordError(new Map()), { name: "Error", message: "an iterable object" });
  assert.deepEqual(recordError({ when: new Date(0) }), { name: "Error", message: "an object" });
});

test("a code may be a text or a number", () => {
  for (const code of ["E_TEXT", 3, 0, -1]) {
    const record = recordError(Object.assign(new Error("with a code"), { code }));
    assert.equal(record.code, code);
    assert.equal(new RemoteError(record).code, code);
  }
  for (const code of [NaN, Infinity, null, {}, 1n]) {
    assert.equal("code" in recordError(Object.assign(new Error("odd"), { code })), false);
  }
  assert.equal(recordError(new DOMException("stopped", "AbortError")).code, 20);
});
