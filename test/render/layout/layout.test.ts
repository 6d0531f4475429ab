// Large graphs: drawn within a bounded time, in a simpler way where that is needed, and always the same.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { task, type Task } from "thence";
import { toDOT, toSVG } from "thence/render";
import { layOutApart } from "../../../src/render/layout/apart.ts";
import { readSVG } from "../graphviz.ts";

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function tasksOf(count: number, prerequisites: (at: number) => number[], groupOf?: (at: number) => string): Task[] {
  const tasks: Task[] = [];
  for (let at = 0; at < count; at++) {
    const require = [...new Set(prerequisites(at))].map((place) => tasks[place]!);
    tasks.push(
      task(`task ${at}`, { require, run: () => at, ...(groupOf === undefined ? {} : { group: groupOf(at) }) }),
    );
  }
  return tasks;
}

function dense(count: number, density: number): Task[] {
  const next = random(1);
  return tasksOf(count, (at) => Array.from({ length: at }, (_, place) => place).filter(() => next() < density));
}

function layered(count: number, width: number, groupOf?: (at: number) => string): Task[] {
  const next = random(1);
  const before = (at: number): number => (Math.floor(at / width) - 1) * width + Math.floor(next() * width);
  return tasksOf(count, (at) => (at < width ? [] : [before(at), before(at)]), groupOf);
}

test("a dense random graph of 500 tasks, a minute's work for dot, is drawn without what its edges imply", async () => {
  const { nodes, edges, note } = readSVG(await toSVG(dense(500, 0.1)));
  assert.equal(nodes.length, 500);
  assert.ok(edges.length < 2_000);
  assert.match(note, /^[\d,]+ edges implied by longer ways left out$/);
});

test("the same graph without reduction is laid out in rows, its boxes apart from one another", async () => {
  const svg = await toSVG(dense(200, 0.1), { reduce: false });
  const { nodes, edges, note } = readSVG(svg);
  assert.equal(nodes.length, 200);
  assert.ok(edges.length > 1_900);
  assert.equal(note, "large graph: laid out in rows");
  assertApart(svg, 200);
});

test("rows go in every direction", async () => {
  for (const direction of ["TB", "BT", "LR", "RL"] as const) {
    const svg = await toSVG(dense(150, 0.15), { reduce: false, direction });
    const at = (index: number): [number, number] => {
      const [, x, y] = new RegExp(`data-task="${index}">[^]*?<text[^>]* x="([-\\d.]+)" y="([-\\d.]+)"`).exec(svg)!;
      return [Number(x), Number(y)];
    };
    const [[x, y], [lastX, lastY]] = [at(0), at(149)];
    const order = { TB: lastY - y, BT: y - lastY, LR: lastX - x, RL: x - lastX }[direction];
    assert.ok(order > 0, direction);
    assertApart(svg, 150);
  }
});

interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

// What is drawn as a rounded box, by `data-task` or `data-group`, as the numbers in its outline tell.
function rectanglesOf(svg: string, kind: "node" | "cluster"): Map<string, Rectangle> {
  const parts = new RegExp(
    `<g class="${kind}[^>]*data-\\w+="([^"]*)">\n<title>[^<]*</title>\n<path [^>]* d="([^"]*)"`,
    "g",
  );
  return new Map(
    [...svg.matchAll(parts)].map(([, name, path]) => {
      const numbers = path!.match(/-?[\d.]+/g)!.map(Number);
      const [xs, ys] = [0, 1].map((odd) => numbers.filter((_, place) => place % 2 === odd)) as [number[], number[]];
      return [name!, { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) }];
    }),
  );
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function assertApart(svg: string, count: number): void {
  const boxes = [...rectanglesOf(svg, "node").values()];
  assert.equal(boxes.length, count);
  for (const [place, box] of boxes.entries()) {
    for (const other of boxes.slice(place + 1)) assert.ok(!overlap(box, other), "two boxes overlap");
  }
}

test("1,000 tasks are drawn with frames if they are in groups, also in groups that are mixed", async () => {
  const plain = readSVG(await toSVG(layered(1_000, 50)));
  assert.deepEqual([plain.nodes.length, plain.note], [1_000, ""]);
  const framed = readSVG(await toSVG(layered(1_000, 50, (at) => `group ${(at * 7_919) % 20}`)));
  assert.deepEqual([framed.nodes.length, framed.frames.length, framed.note], [1_000, 20, ""]);
  assert.ok(Number.parseInt(framed.root.getAttribute("width")!, 10) < 20_000, "no wider than it must be");
});

test("2,000 tasks are drawn one by one", async () => {
  assert.equal(readSVG(await toSVG(layered(2_000, 50))).nodes.length, 2_000);
});

test("a level of many tasks is broken into rows, not drawn as one line without end", async () => {
  const fan = tasksOf(502, (at) =>
    at === 0 ? [] : at < 501 ? [0] : Array.from({ length: 500 }, (_, place) => place + 1),
  );
  for (const direction of ["TB", "LR"] as const) {
    const { root, nodes, note } = readSVG(await toSVG(fan, { direction }));
    assert.equal(nodes.length, 502);
    assert.equal(note, "wide graph: laid out in rows");
    for (const side of ["width", "height"]) assert.ok(Number.parseInt(root.getAttribute(side)!, 10) < 5_000, direction);
  }
});

test("frames keep their tasks together in rows too", async () => {
  const wide = tasksOf(
    200,
    () => [],
    (at) => `group ${at % 20}`,
  );
  for (const direction of ["TB", "RL"] as const) {
    const svg = await toSVG(wide, { direction });
    const { frames, note } = readSVG(svg);
    assert.equal(note, "wide graph: laid out in rows");
    assert.equal(frames.length, 20);
    const boxes = rectanglesOf(svg, "node");
    for (const [group, frame] of rectanglesOf(svg, "cluster")) {
      for (const [index, box] of boxes) {
        const isInside =
          box.left > frame.left && box.right < frame.right && box.top > frame.top && box.bottom < frame.bottom;
        const isOutside = !overlap(box, frame);
        assert.ok(
          `group ${Number(index) % 20}` === group ? isInside : isOutside,
          `${index} and ${group}, ${direction}`,
        );
      }
    }
  }
});

test("5,000 tasks are drawn one by one if collapse is Infinity, roughly", async () => {
  const { nodes, note } = readSVG(await toSVG(layered(5_000, 100), { collapse: Infinity }));
  assert.equal(nodes.length, 5_000);
  assert.match(note, /^large graph: laid out /);
});

test("a graph of many edges that say something each is collapsed", async () => {
  const { nodes, edges, note } = readSVG(
    await toSVG(tasksOf(400, (at) => (at < 200 ? [] : Array.from({ length: 200 }, (_, k) => k)))),
  );
  assert.deepEqual([nodes.length, edges.length], [2, 1]);
  assert.match(note, /^400 tasks in 2 boxes/);
});

test("the same large graph gives the same bytes, also beside others", async () => {
  const [first, , again] = await Promise.all([
    toSVG(layered(300, 10)),
    toSVG(dense(150, 0.1)),
    toSVG(layered(300, 10)),
  ]);
  assert.equal(first, again);
  assert.equal(await toSVG(layered(300, 10)), first);
});

test("a layout that takes too long is given up, and the thread with it", async () => {
  const edges = Array.from({ length: 250 }, (_, a) =>
    Array.from({ length: a }, (_, b) => ((a * b) % 7 < 2 ? `${b}->${a}` : "")),
  );
  const dot = `digraph { ${edges.flat().join(" ")} }`;
  const started = performance.now();
  assert.equal(await layOutApart(dot, "dot", 300), undefined);
  assert.ok(performance.now() - started < 5_000);
});

test("what Graphviz cannot read is no answer, and the next layout works", async () => {
  assert.equal(await layOutApart("digraph { ][ }", "dot", 10_000), undefined);
  assert.match((await layOutApart("digraph { a }", "dot", 10_000))!, /<svg/);
});

test("a program that is given on the command line draws large graphs too, and ends", () => {
  const program = `
    import { task, toSVG } from "thence";
    let last = task("first", () => 1);
    const tasks = [last];
    while (tasks.length < 400) tasks.push(last = last.andThen("next", () => 1));
    console.log((await toSVG(tasks)).match(/class="node/g).length);
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=thence-source", "--input-type=module", "--eval", program],
    { encoding: "utf8", cwd: new URL("../../..", import.meta.url) },
  );
  assert.equal(stdout, "400\n", stderr);
});

test("the quick way takes less than half of the time that dot takes by itself", async () => {
  const next = random(1);
  const tasks = tasksOf(1_900, (at) => (at < 100 ? [] : [1, 2].map(() => at - 1 - Math.floor(next() * 100))));
  const timed = async <T>(layout: () => Promise<T>): Promise<[T, number]> => {
    const before = performance.now();
    return [await layout(), performance.now() - before];
  };
  const [svg, quick] = await timed(() => toSVG(tasks));
  const [, full] = await timed(() => layOutApart(toDOT(tasks), "dot", 20_000));
  assert.match(readSVG(svg).note, /^large graph: laid out roughly, with straight edges$/m);
  assert.ok(quick < full / 2, `${quick} of ${full} ms`);
});
