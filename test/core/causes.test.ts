// The causes of errors, which may be anything that was thrown.

import assert from "node:assert/strict";
import { test } from "node:test";
import { causesOf } from "../../src/core/causes.ts";

test("causes are told nearest first, errors or not", () => {
  const root = { cause: "a string" };
  const middle = new TypeError("middle", { cause: root });
  assert.deepEqual(causesOf(new Error("top", { cause: middle }), 9), [middle, root, "a string"]);
  assert.deepEqual(causesOf(new Error("null is a cause", { cause: null }), 9), [null]);
});

test("what is no object, or has no cause, has none", () => {
  for (const thrown of [undefined, null, "text", 5, Symbol("s"), {}, new Error("alone")]) {
    assert.deepEqual(causesOf(thrown, 9), []);
  }
});

test("no more causes are told than asked for, however long the chain is", () => {
  let error = new Error("root");
  for (let depth = 0; depth < 100_000; depth++) error = new Error("link", { cause: error });
  assert.equal(causesOf(error, 3).length, 3);
  assert.equal(causesOf(error, 0).length, 0);
  assert.equal(causesOf(error, Infinity).length, 100_000);
});

test("errors that cause each other in a circle are told once each", () => {
  const [a, b] = [new Error("a"), new Error("b")];
  a.cause = b;
  b.cause = a;
  assert.deepEqual(causesOf(a, 9), [b]);
  a.cause = a;
  assert.deepEqual(causesOf(a, 9), []);
});

test("a cause that cannot be read ends the list", () => {
  const hostile = Object.defineProperty(new Error("hostile"), "cause", {
    get: () => assert.fail("must not be read"),
  });
  assert.deepEqual(causesOf(hostile, 9), []);
  assert.deepEqual(causesOf(new Error("top", { cause: hostile }), 9), [hostile]);
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  assert.deepEqual(causesOf(proxy, 9), []);
});
