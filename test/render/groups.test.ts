// Groups: frames around them, and one box for what is many.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as fc from "fast-check";
import type { State, Task } from "thence";
import { toDOT, toMermaid, toSVG } from "thence/render";
import { LOOKS } from "../../src/render/theme.ts";
import { drawDOT, readSVG } from "./graphviz.ts";
import { anyName, asSeen, HOSTILE_NAMES, readable } from "./names.ts";
import { sketch } from "./sketch.ts";

const noDot = spawnSync("dot", ["-V"]).error === undefined ? false : "no dot command on this machine";

function members(count: number, group: string, state: State = "PENDING", after: Task[] = []): Task[] {
  return Array.from({ length: count }, (_, at) => sketch(`${group} ${at}`, state, { group, after }));
}

test("the tasks of a group have a frame with its name, unless cluster is false", async () => {
  const tasks = [...members(2, "front"), ...members(1, "back"), sketch("apart")];
  const { frames, nodes } = readSVG(await toSVG(tasks));
  assert.deepEqual(
    frames.map(({ text, group, title }) => [text, group, title]),
    [
      ["front", "front", "front\n2 tasks: 2 PENDING"],
      ["back", "back", "back\n1 task: 1 PENDING"],
    ],
  );
  assert.equal(nodes.length, 4);
  assert.match(nodes.find(({ task }) => task === "0")!.title, /^front 0\nPENDING · group front$/);
  assert.deepEqual(readSVG(await toSVG(tasks, { cluster: false })).frames, []);
  assert.match(toMermaid(tasks), /subgraph cluster0\["front"\]\n {4}t0\(.*\n {4}t1\(.*\n {2}end/);
  assert.doesNotMatch(toMermaid(tasks, { cluster: false }), /subgraph/);
});

test("names have room in frames and boxes where a reader's font is wider than Helvetica", async () => {
  // DejaVu Sans, in ems of 12 points: measured.
  for (const [name, ems] of [
    ["tests & more", 6.5],
    ["a rather long group name, 46 letters in all", 21],
    ["compile the modules of the whole server and the client", 28],
  ] as const) {
    const svg = await toSVG(sketch("a", "PENDING", { group: name }));
    assert.ok(widthOf(svg, "cluster") >= 12 * ems + 8, `the frame of ${name}: ${widthOf(svg, "cluster")}`);
    const box = widthOf(await toSVG(sketch(name)), "node");
    assert.ok(box >= 12 * (ems + 1), `the box of ${name}: ${box}`);
  }
});

function widthOf(svg: string, kind: string): number {
  const [, path] = new RegExp(`<g class="${kind}[^]*?<path[^>]* d="([^"]*)"`).exec(svg)!;
  const across = [...path!.matchAll(/(-?[\d.]+),/g)].map(([, x]) => Number(x));
  return Math.max(...across) - Math.min(...across);
}

test("a graph without groups is drawn as if there were no such option", () => {
  const tasks = [sketch("a"), sketch("b")];
  assert.equal(toDOT(tasks), toDOT(tasks, { cluster: false }));
});

test("a group of more members than collapse says is one box that counts their states", async () => {
  const start = sketch("start", "DONE");
  const big = [...members(3, "big", "DONE", [start]), ...members(1, "big", "FAILED", [start])];
  const end = sketch("end", "PENDING", { after: big });
  const { nodes, edges, frames } = readSVG(await toSVG([start, ...big, ...members(2, "small"), end], { collapse: 3 }));
  const shared = nodes.filter(({ group }) => group === "big");
  assert.equal(shared.length, 1);
  assert.equal(asSeen(shared[0]!.text), "⊞ big\n4 tasks\n✓ 3  ✗ 1");
  assert.match(shared[0]!.title, /^big\n4 tasks: 3 DONE, 1 FAILED\n✗ big 0: /);
  assert.deepEqual(shared[0]?.classes, ["node", "shared", "FAILED"]);
  assert.equal(shared[0]?.task, "");
  assert.deepEqual(
    frames.map(({ group }) => group),
    ["small"],
  );
  assert.deepEqual(edges.map(({ title }) => title).toSorted(), ["big → end\n4 edges", "start → big\n4 edges"]);
});

test("a group of just as many members as collapse says is drawn in full", () => {
  assert.doesNotMatch(toDOT(members(3, "a"), { collapse: 3 }), /⊞/);
  assert.match(toDOT(members(4, "a"), { collapse: 3 }), /⊞ a/);
});

test("edges within a box are left out, and a soft edge shows only where all of its kind are soft", async () => {
  const a = sketch("a", "DONE", { group: "g" });
  const b = sketch("b", "DONE", { group: "g", after: [a] });
  const soft = sketch("soft", "PENDING", { softAfter: [a, b] });
  const mixed = sketch("mixed", "PENDING", { softAfter: [a], after: [b] });
  const { edges } = await drawDOT(toDOT([a, b, soft, mixed], { collapse: 1 }));
  assert.deepEqual(
    edges.map(({ title, dashed }) => [title, dashed]),
    [
      ["g0->t2", true],
      ["g0->t3", false],
    ],
  );
});

test("in Mermaid a shared box has the class of the state that matters most", () => {
  const some = [...members(2, "g", "DONE"), ...members(1, "g", "RUNNING")];
  assert.match(toMermaid(some, { collapse: 1 }), /g0\[\["⊞ g<br\/>#51; tasks<br\/>.*"\]\]:::RUNNING/);
});

test("groups of any name are framed and collapsed, and their names stay text", async () => {
  const names = HOSTILE_NAMES.filter((name) => name.length <= 40);
  const tasks = names.flatMap((group) => [0, 1].map((at) => sketch(`m${at}`, "FAILED", { group, error: group })));
  for (const collapse of [1, Infinity]) {
    const { root, nodes, frames } = readSVG(await toSVG(tasks, { collapse, legend: true, color: "group" }));
    const found = (collapse === 1 ? nodes : frames).map(({ group }) => group);
    assert.equal(found.length, names.length);
    for (const name of names) if (/^[\x20-\x7e]*$/.test(name)) assert.ok(found.includes(name), name);
    const known = new Set(["svg", "g", "title", "path", "polygon", "polyline", "text"]);
    for (const element of root.getElementsByTagName("*")) assert.ok(known.has(element.nodeName), element.nodeName);
  }
});

test("a legend shows backslashes as they are", async () => {
  const groups = ["\\E", "\\N", "\\G", "\\L", "\\T", "a\\\\b"];
  const { note } = await drawDOT(
    toDOT(
      groups.map((group) => sketch("a", "DONE", { group })),
      { legend: true, color: "group" },
    ),
  );
  const told = note.replaceAll("\u2060", "").split("\n");
  for (const group of groups) assert.ok(told.includes(group), `${group} in ${note}`);
});

test("any group name whatever is read by Graphviz as text, in frames, boxes and the legend", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(anyName, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (groups, collapse) => {
        const tasks = groups.flatMap((group) => [sketch("a", "DONE", { group }), sketch("b", "DONE", { group })]);
        const drawing = await drawDOT(
          toDOT(tasks, { legend: true, color: "group", collapse: collapse ? 1 : Infinity }),
        );
        assert.equal(drawing.nodes.length, collapse ? groups.length : tasks.length);
        assert.equal(drawing.frames.length, collapse ? 0 : groups.length);
        const told = asSeen(drawing.note.replaceAll(/(?<=\\)\u2060(?=[EG\\])/g, "")).split("\n");
        for (const group of groups) {
          // Spaces at the ends of a cell are lost.
          const shown = asSeen(readable(group).replaceAll("\n", "␊")).trim();
          if (group.length <= 40 && shown !== "")
            assert.ok(
              told.some((text) => text.trim() === shown),
              `${shown} in ${drawing.note}`,
            );
        }
      },
    ),
    { numRuns: 100 },
  );
});

test("the system's Graphviz reads frames, shared boxes and the legend without a word", { skip: noDot }, () => {
  const tasks = HOSTILE_NAMES.flatMap((group) => [
    sketch("a", "DONE", { group }),
    ...members(2, `${group}!`, "RUNNING"),
    sketch("b", "FAILED", { group: `${group}!` }),
  ]);
  for (const color of ["state", "group", "duration"] as const) {
    const input = toDOT(tasks, { legend: true, color, collapse: 2, longestPath: true });
    const { stdout, stderr } = spawnSync("dot", ["-Tsvg"], { input, encoding: "utf8", maxBuffer: 1e8 });
    assert.equal(stderr, "");
    const { nodes, frames } = readSVG(stdout);
    assert.deepEqual([nodes.length, frames.length], [2 * HOSTILE_NAMES.length, HOSTILE_NAMES.length]);
  }
});

test("a large graph is collapsed by itself: groups first, then levels, and a note says so", async () => {
  const layers = 25;
  const wide = 100;
  const tasks: Task[] = [];
  for (let at = 0; at < layers * wide; at++) {
    const group = at % wide < 50 ? `group ${Math.floor(at / wide)}` : undefined;
    const before = tasks[at - wide];
    tasks.push(
      sketch(`t${at}`, "DONE", {
        ...(group === undefined ? {} : { group }),
        after: before === undefined ? [] : [before],
      }),
    );
  }
  const { nodes, note, title } = readSVG(await toSVG(tasks));
  assert.equal(nodes.filter(({ group }) => group !== "").length, layers);
  assert.equal(nodes.filter(({ text }) => text.startsWith("⊞ level ")).length, layers);
  assert.match(note, /^2,500 tasks in 50 boxes/);
  assert.match(title, /2,500 tasks: 2,500 DONE\n2,500 tasks in 50 boxes/);
  assert.equal(toDOT(tasks).match(/^ +t\d+ \[/gm)?.length, 2_500, "DOT only if it is asked for");
  assert.match(toMermaid(tasks), /⊞/);
});

test("a chain of 20,000 tasks is a chain of boxes", async () => {
  let last = sketch("t0");
  const chain = [last];
  while (chain.length < 20_000) chain.push((last = sketch(`t${chain.length}`, "PENDING", { after: [last] })));
  const { nodes, edges } = readSVG(await toSVG(chain));
  assert.equal(nodes.length, 60);
  assert.equal(edges.length, 59);
  assert.ok(nodes.some(({ text }) => text.startsWith("⊞ levels 1–334\n334 tasks\n")));
});

test("more groups than can be drawn are put together by level too", async () => {
  const tasks = Array.from({ length: 2_500 }, (_, at) => sketch(`t${at}`, "DONE", { group: `group ${at}` }));
  const { nodes } = readSVG(await toSVG(tasks));
  assert.deepEqual(
    nodes.map(({ text }) => text),
    [`⊞ level 1\n2,500 tasks\n${LOOKS.DONE.glyph} 2,500`],
  );
});

test("collapse takes a whole number or Infinity", () => {
  assert.throws(() => toDOT([], { collapse: 0 }), {
    name: "RangeError",
    message: /^toDOT\.collapse: expected a whole/,
  });
  assert.throws(() => toDOT([], { collapse: "all" as never }), { name: "TypeError" });
  assert.throws(() => toDOT([], { cluster: 1 as never }), {
    name: "TypeError",
    message: /^toDOT\.cluster: expected a boolean/,
  });
});
