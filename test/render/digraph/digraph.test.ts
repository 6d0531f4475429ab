// The walks over numbered graphs, compared with definitions that are slow and plain.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { componentsOf, levelsOf } from "../../../src/render/digraph/digraph.ts";
import { reduced, type ReducibleArc } from "../../../src/render/digraph/reduction.ts";

const SIZE = 9;
const node = fc.nat({ max: SIZE - 1 });
const anyArcs: fc.Arbitrary<ReducibleArc[]> = fc
  .uniqueArray(fc.record({ from: node, to: node, isSoft: fc.boolean() }), {
    maxLength: 25,
    selector: ({ from, to }) => from * SIZE + to,
  })
  .map((arcs) => arcs.filter(({ from, to }) => from !== to));
const acyclicArcs = anyArcs.map((arcs) => arcs.filter(({ from, to }) => from < to));

// Whether a way leads from one node to another, over one edge at least.
function reaches(arcs: readonly ReducibleArc[], from: number, to: number): boolean {
  const seen = new Set<number>();
  const ahead = [from];
  for (const at of ahead) {
    for (const arc of arcs) {
      if (arc.from !== at || seen.has(arc.to)) continue;
      seen.add(arc.to);
      ahead.push(arc.to);
    }
  }
  return seen.has(to);
}

test("two nodes are in one component if and only if each reaches the other, and edges lead to smaller numbers", () => {
  fc.assert(
    fc.property(anyArcs, (arcs) => {
      const component = componentsOf(SIZE, arcs);
      for (let a = 0; a < SIZE; a++) {
        for (let b = 0; b < a; b++) {
          assert.equal(component[a] === component[b], reaches(arcs, a, b) && reaches(arcs, b, a));
        }
      }
      for (const { from, to } of arcs) assert.ok(component[from]! >= component[to]!);
    }),
    { numRuns: 500 },
  );
});

test("a level is the length of the longest way to a node", () => {
  fc.assert(
    fc.property(acyclicArcs, (arcs) => {
      const level = levelsOf(SIZE, arcs, componentsOf(SIZE, arcs));
      for (let at = 0; at < SIZE; at++) {
        const before = arcs.filter(({ to }) => to === at).map(({ from }) => level[from]! + 1);
        assert.equal(level[at], Math.max(0, ...before));
      }
    }),
    { numRuns: 500 },
  );
});

test("a reduction keeps every order, drops what hard edges imply, and leaves cycles alone", () => {
  fc.assert(
    fc.property(anyArcs, (arcs) => {
      const kept = reduced(SIZE, arcs);
      const component = componentsOf(SIZE, arcs);
      const hard = (all: readonly ReducibleArc[]): ReducibleArc[] => all.filter(({ isSoft }) => !isSoft);
      for (const { from, to, isSoft } of arcs) {
        assert.ok(reaches(kept, from, to), "what was ordered is ordered");
        if (!isSoft) assert.ok(reaches(hard(kept), from, to), "by hard edges if it was by hard edges");
        if (component[from] === component[to]) assert.ok(kept.some((arc) => arc.from === from && arc.to === to));
      }
    }),
    { numRuns: 5000 },
  );
});

test("without cycles and soft edges a reduction is minimal", () => {
  fc.assert(
    fc.property(acyclicArcs, (arcs) => {
      const kept = reduced(
        SIZE,
        arcs.map((arc) => ({ ...arc, isSoft: false })),
      );
      for (const arc of kept) {
        const others = kept.filter((other) => other !== arc);
        assert.ok(!reaches(others, arc.from, arc.to), "none is implied by the rest");
      }
    }),
    { numRuns: 500 },
  );
});

test("more than a thousand nodes are reduced piece by piece with the same outcome", () => {
  const size = 2500;
  const chain = Array.from({ length: size - 1 }, (_, from) => ({ from, to: from + 1, isSoft: false }));
  const jumps = Array.from({ length: 1000 }, (_, k) => ({ from: k, to: k + 1500, isSoft: false }));
  assert.deepEqual(reduced(size, [...jumps, ...chain]), chain);
});

test("a chain of a hundred thousand nodes is walked without recursion", () => {
  const size = 100_000;
  const arcs = Array.from({ length: size - 1 }, (_, from) => ({ from, to: from + 1 }));
  const component = componentsOf(size, arcs);
  assert.equal(new Set(component).size, size);
  assert.equal(levelsOf(size, arcs, component)[size - 1], size - 1);
});
