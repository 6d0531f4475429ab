// Keeps the benchmark honest: the graphs are what they are called, every contender runs them right, and a wrong run is noticed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CONTENDERS } from "./contenders/contender.ts";
import { createFunctions } from "./functions.ts";
import { plotRatios, plotTimes } from "./plot.ts";
import { Costs, resultsOf, type Row } from "./report.ts";
import { createGraph, dependentsOf, SHAPES, type Graph } from "./shapes.ts";
import { page } from "./tables.ts";

const N = 300;

function degrees({ n, prerequisites: { starts } }: Graph): number[] {
  return Array.from({ length: n }, (_, i) => starts[i + 1]! - starts[i]!);
}

test("in every shape prerequisites have smaller numbers, and no task requires another twice", () => {
  for (const shape of SHAPES) {
    const { n, prerequisites } = createGraph(shape, N);
    for (let i = 0; i < n; i++) {
      const required = [...prerequisites.list.subarray(prerequisites.starts[i], prerequisites.starts[i + 1])];
      assert.equal(new Set(required).size, required.length, shape);
      assert.ok(
        required.every((p) => p >= 0 && p < i),
        `${shape} ${i}`,
      );
    }
  }
});

test("the shapes have the edges that they are named for", () => {
  assert.equal(createGraph("independent", N).ends.length, N);
  assert.equal(createGraph("chain", N).prerequisites.list.length, N - 1);
  assert.deepEqual([...new Set(degrees(createGraph("layered", 10_000)).slice(100))], [3]);
  assert.deepEqual(degrees(createGraph("tree", 7)), [0, 0, 0, 0, 2, 2, 2]);
  assert.equal(new Set(createGraph("tree", N).prerequisites.list).size, N - 1);
  assert.deepEqual(degrees(createGraph("repeated", 12)), [0, ...Array<number>(10).fill(1), 10]);
  const random = createGraph("random", 100_000);
  assert.ok(Math.abs(random.prerequisites.list.length / random.n - 5) < 0.1);
});

test("the edges the other way round are the same edges", () => {
  const graph = createGraph("random", N);
  const { starts, list } = dependentsOf(graph);
  let edges = 0;
  for (let i = 0; i < graph.n; i++) {
    for (const dependent of list.subarray(starts[i], starts[i + 1])) {
      const { prerequisites } = graph;
      const from = prerequisites.starts[dependent]!;
      assert.ok(prerequisites.list.subarray(from, prerequisites.starts[dependent + 1]).includes(i));
      edges++;
    }
  }
  assert.equal(edges, graph.prerequisites.list.length);
});

for (const [name, load] of Object.entries(CONTENDERS)) {
  test(`${name} calls every function once and in a legal order, or says that a shape does not fit`, async () => {
    const build = await load();
    for (const shape of SHAPES) {
      for (const kind of ["sync", "async"] as const) {
        const graph = createGraph(shape, N);
        const functions = createFunctions(kind, N);
        const built = build(graph, functions);
        if (built === undefined) assert.equal(name, "undertaker");
        else {
          await built.run();
          functions.check(graph);
        }
      }
    }
  });
}

test("a function that was called too early, twice or never is noticed", () => {
  const graph = createGraph("chain", 3);
  for (const calls of [
    [0, 2, 1],
    [0, 1],
    [0, 1, 2, 2],
    [0, 1, 1],
  ]) {
    const functions = createFunctions("sync", 3);
    for (const call of calls) functions.list[call]!();
    assert.throws(() => functions.check(graph), Error, calls.join());
  }
});

test("costs are medians per task, ratios are ours divided by theirs, and failures stand in the table as such", () => {
  const outcome = (ms: number) => ({
    buildMs: ms,
    runMs: ms,
    cpuMs: 0,
    peakBytes: 0,
    peakHeapBytes: 0,
    liveBytes: 100,
  });
  const where = { shape: "chain", kind: "async", n: 100 } as const;
  const rows: Row[] = [
    { ...where, contender: "ours", outcomes: [outcome(1), outcome(9), outcome(2)] },
    { ...where, contender: "pgraph", outcomes: [outcome(4)] },
    { ...where, contender: "grfn", outcomes: ["stack overflow"] },
  ];
  const costs = new Costs(rows, where);
  assert.deepEqual([costs.get("ours", "chain")?.total, costs.get("ours", "chain")?.live], [40, 1]);
  assert.deepEqual([costs.ratio("pgraph", "chain"), costs.ratio("grfn", "chain")], [0.5, undefined]);
  const text = page(resultsOf(rows));
  assert.match(text, /\| thence +\| +\| +40\.0 \|/);
  assert.match(text, /\| grfn, no limit +\| +\| +stack overflow \|/);
  for (const svg of [plotTimes(rows, "async"), plotRatios(rows, "async", 100)]) assert.match(svg, /^<svg xmlns=/);
});
