// The lists that runs and the page's logs are made of.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Fifo } from "../../src/core/fifo.ts";

test("a list gives its items in the order in which they came, however it is filled and emptied", () => {
  const list = new Fifo<number>();
  let [next, expected] = [0, 0];
  for (let round = 1; round < 200; round++) {
    for (let k = 0; k < round * 17; k++) list.push(next++);
    for (let k = 0; k < round * 16; k++) assert.equal(list.shift(), expected++);
    assert.equal(list.size, next - expected);
  }
  assert.deepEqual(
    list.takeAll(),
    Array.from({ length: next - expected }, (_, k) => expected + k),
  );
  assert.equal(list.size, 0);
});

test("a list that is never empty takes no more room than its items, however many have gone through it", () => {
  const list = new Fifo<number>();
  for (let k = 0; k < 100; k++) list.push(k);
  const before = process.memoryUsage().heapUsed;
  for (let k = 0; k < 10_000_000; k++) {
    list.push(k);
    list.shift();
  }
  const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
  assert.ok(grown < 40, `${Math.round(grown)} MB more`);
});
