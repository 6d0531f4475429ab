// The two structures behind the ready list, against a sorted array.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { Bitmap } from "../../src/core/bitmap.ts";
import { Heap } from "../../src/core/heap.ts";

const LIMIT = 100_000;
const numbers = fc.array(fc.oneof(fc.nat(LIMIT - 1), fc.nat(99)), { maxLength: 200 });

test("a bitmap gives the least of its numbers, whatever was put in and taken out before", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(LIMIT - 1))), (steps) => {
      const bitmap = new Bitmap(LIMIT);
      const kept = new Set<number>();
      for (const [isAdded, number] of steps) {
        if (isAdded) {
          assert.equal(bitmap.add(number), !kept.has(number), `${number} put in`);
          kept.add(number);
        } else if (kept.size > 0) {
          const least = Math.min(...kept);
          assert.equal(bitmap.least(), least);
          bitmap.delete(least);
          kept.delete(least);
        }
        assert.equal(bitmap.size, kept.size);
      }
      assert.deepEqual(
        bitmap.takeAll(),
        [...kept].toSorted((a, b) => a - b),
      );
      assert.equal(bitmap.size, 0);
    }),
  );
});

test("a bitmap holds the first and the last number of every word, group and top", () => {
  for (const limit of [1, 31, 32, 33, 1_024, 1_025, 32_768, 32_769, 1_000_000]) {
    const edges = [0, 31, 32, 1_023, 1_024, 32_767, 32_768, limit - 1].filter((number) => number < limit);
    const bitmap = new Bitmap(limit);
    for (const number of edges.toReversed()) bitmap.add(number);
    assert.deepEqual(
      bitmap.takeAll(),
      [...new Set(edges)].toSorted((a, b) => a - b),
      `up to ${limit}`,
    );
  }
});

test("a heap gives its numbers in order, with new ones in between", () => {
  fc.assert(
    fc.property(numbers, numbers, fc.nat(200), (early, late, taken) => {
      const heap = new Heap((a, b) => a < b);
      const left = early.toSorted((a, b) => a - b);
      const takeFirst = (): void => {
        assert.equal(heap.first(), left.shift() ?? -1);
        if (heap.size > 0) heap.pop();
      };
      for (const number of early) heap.push(number);
      for (let k = 0; k < taken; k++) takeFirst();
      for (const number of late) heap.push(number);
      left.push(...late);
      left.sort((a, b) => a - b);
      while (heap.size > 0) takeFirst();
      assert.deepEqual(left, []);
    }),
  );
});
