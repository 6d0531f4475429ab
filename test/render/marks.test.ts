// What a picture tells besides names and edges: colours by group and duration, the longest path, cycles, a legend, a reduction.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Task } from "thence";
import { toDOT, toMermaid, toSVG, type PictureOptions } from "thence/render";
import { DURATION_TINTS, GROUP_TINTS } from "../../src/render/picture/palette.ts";
import { CYCLE_COLOR, LOOKS, PATH_COLOR } from "../../src/render/theme.ts";
import { readSVG, type Drawing } from "./graphviz.ts";
import { asSeen } from "./names.ts";
import { sketch } from "./sketch.ts";

async function draw(tasks: Task | Iterable<Task>, options: PictureOptions): Promise<Drawing> {
  return readSVG(await toSVG(tasks, options));
}

const ran = (ms: number, after: Task[] = []) => ({ attempts: 1, startedAt: 1000, endedAt: 1000 + ms, after });

test("by group, a box has its group's colour and name, and still the sign of its state", async () => {
  const tasks = [
    sketch("a", "DONE", { group: "x" }),
    sketch("b", "FAILED", { group: "y" }),
    sketch("c", "DONE", { group: "x" }),
    sketch("d", "PENDING"),
  ];
  const { nodes } = await draw(tasks, { color: "group", cluster: false });
  assert.deepEqual(
    nodes.map(({ text, fill }) => [text, fill]),
    [
      ["✓ a\n(x)", GROUP_TINTS[0]?.fill],
      ["✗ b\n(y)", GROUP_TINTS[1]?.fill],
      ["✓ c\n(x)", GROUP_TINTS[0]?.fill],
      ["○ d", "#ffffff"],
    ],
  );
  const framed = await draw(tasks, { color: "group" });
  assert.ok(
    framed.nodes.some(({ text }) => text === "✓ a"),
    "the frame says which group",
  );
  assert.match(toMermaid(tasks, { color: "group" }), new RegExp(`style t0 fill:${GROUP_TINTS[0]?.fill},`));
});

test("by duration, a box is the darker the longer it took, and says how long", async () => {
  const tasks = [
    sketch("a", "DONE", ran(3200)),
    sketch("b", "DONE", ran(200)),
    sketch("c", "FAILED", ran(1000)),
    sketch("d"),
  ];
  const { nodes } = await draw(tasks, { color: "duration" });
  const last = DURATION_TINTS.length - 1;
  assert.deepEqual(
    nodes.map(({ text, fill }) => [text, fill]),
    [
      ["✓ a\n3.2 s", DURATION_TINTS[last]?.fill],
      ["✓ b\n200 ms", DURATION_TINTS[0]?.fill],
      ["✗ c\n1.0 s", DURATION_TINTS[last - 1]?.fill],
      ["○ d", "#ffffff"],
    ],
  );
});

test("a box for several tasks is striped by their states, none too thin to be seen", async () => {
  const many = Array.from({ length: 99 }, (_, at) => sketch(`t${at}`, "DONE", { group: "g" }));
  const svg = await toSVG([...many, sketch("bad", "FAILED", { group: "g" })], { collapse: 1 });
  const stripes = [...svg.matchAll(/<polygon fill="(#\w+)" [^>]*points="([-\d.]+),[^ ]* ([-\d.]+),/g)];
  const widths = new Map(stripes.map(([, fill, left, right]) => [fill, Math.abs(Number(right) - Number(left))]));
  const all = widths.get(LOOKS.DONE.fill)! + widths.get(LOOKS.FAILED.fill)!;
  assert.ok(widths.get(LOOKS.FAILED.fill)! / all > 0.03);
});

test("the longest path goes by the time that tasks took, and only through tasks and edges of the picture", async () => {
  const start = sketch("start", "DONE", ran(10));
  const slow = sketch("slow", "DONE", ran(50, [start]));
  const quick = sketch("quick", "DONE", ran(5, [start]));
  const more = sketch("more", "DONE", ran(5, [quick]));
  const end = sketch("end", "DONE", ran(1, [slow, more]));
  const tasks = [start, slow, quick, more, end];
  const { nodes, edges, note } = await draw(tasks, { longestPath: true, legend: true });
  assert.deepEqual(
    nodes.filter(({ stroke }) => stroke === PATH_COLOR).map(({ text }) => text),
    ["✓ start", "✓ slow", "✓ end"],
  );
  assert.deepEqual(
    edges.filter(({ classes }) => classes.includes("longest")).map(({ title, width }) => [title, width]),
    [
      ["start → slow\non the longest path", 3],
      ["slow → end\non the longest path", 3],
    ],
  );
  assert.match(note, /━ longest path: 3 tasks, 61 ms/);
  assert.match(
    toMermaid(tasks, { longestPath: true }),
    new RegExp(`linkStyle 0,3 stroke:${PATH_COLOR},stroke-width:3px`),
  );
  const others = await draw([start, quick, more], { longestPath: true });
  assert.equal(others.nodes.filter(({ stroke }) => stroke === PATH_COLOR).length, 3);
});

test("no longest path leads through what never ran, of a run that was left or that failed", async () => {
  const build = sketch("build", "DONE", ran(100));
  const lint = sketch("lint", "FAILED", ran(10));
  const publish = sketch("publish", "FAILED", { after: [build, lint] });
  const cleanUp = sketch("clean up", "DONE", { ...ran(60), softAfter: [publish] });
  const later = sketch("later", "PENDING", { after: [cleanUp], estimate: 1000 });
  const { nodes } = await draw([build, lint, publish, cleanUp, later], { longestPath: true });
  assert.deepEqual(
    nodes.filter(({ stroke }) => stroke === PATH_COLOR).map(({ text }) => text),
    ["✓ build"],
  );
});

test("what ran before a run is no part of its longest path", async () => {
  const before = sketch("before", "DONE", ran(500));
  const now = sketch("now", "DONE", { attempts: 1, startedAt: 2000, endedAt: 2010, after: [before] });
  const run = { tasks: [before, now], startedAt: 1900 };
  const { nodes } = readSVG(await toSVG(run, { longestPath: true }));
  assert.deepEqual(
    nodes.filter(({ stroke }) => stroke === PATH_COLOR).map(({ text }) => text),
    ["✓ now"],
  );
});

test("before anything has run, the longest path goes by estimates, else by the number of tasks", async () => {
  const marked = async (tasks: Task[]): Promise<string[]> =>
    (await draw(tasks, { longestPath: true })).nodes
      .filter(({ stroke }) => stroke === PATH_COLOR)
      .map(({ text }) => text);
  const a = sketch("a");
  const b = sketch("b", "PENDING", { after: [a] });
  const c = sketch("c", "PENDING", { after: [b] });
  assert.deepEqual(await marked([a, b, c, sketch("d", "PENDING", { after: [a] })]), ["○ a", "○ b", "○ c"]);
  assert.deepEqual(await marked([a, b, c, sketch("d", "PENDING", { after: [a], estimate: 9 })]), ["○ a", "○ d"]);
});

test("edges of a cycle are marked by colour, sign and title, others are not", async () => {
  const [a, b, c] = [sketch("a"), sketch("b"), sketch("c")];
  b.require(a);
  a.require(b);
  c.require(b);
  const { edges, note } = await draw([a, b, c], { legend: true });
  assert.deepEqual(
    edges.map(({ title, text, stroke, classes }) => [
      title,
      text.trim(),
      stroke === CYCLE_COLOR,
      classes.includes("cycle"),
    ]),
    [
      ["a → b\nin a cycle", "↻", true, true],
      ["b → a\nin a cycle", "↻", true, true],
      ["b → c", "", false, false],
    ],
  );
  assert.match(note, /↻ in a cycle/);
  assert.match(toMermaid([a, b, c]), /^ {2}t1 -->\|↻\| t0$/m);
  assert.match(toMermaid([a, b, c]), new RegExp(`linkStyle 0,1 stroke:${CYCLE_COLOR}`));
});

test("groups that wait for each other without a cycle of tasks are not marked", () => {
  const a = sketch("a", "PENDING", { group: "x" });
  const b = sketch("b", "PENDING", { group: "y", after: [a] });
  const c = sketch("c", "PENDING", { group: "x", after: [b] });
  const text = toDOT([a, b, c], { collapse: 1 });
  assert.match(text, /g0 -> t1/);
  assert.doesNotMatch(text, /class=cycle|↻/);
});

test("reduce leaves out what longer ways imply, and a note says how much", async () => {
  const a = sketch("a");
  const b = sketch("b", "PENDING", { after: [a] });
  const c = sketch("c", "PENDING", { after: [a, b] });
  const { edges, note } = await draw([a, b, c], { reduce: true });
  assert.deepEqual(
    edges.map(({ title }) => title),
    ["a → b", "b → c"],
  );
  assert.equal(note, "1 edge implied by longer ways left out");
  assert.equal(readSVG(await toSVG([a, b], { reduce: true })).note, "", "nothing left out, nothing said");
});

test("the legend tells the states that occur, how many, and the kinds of edges", async () => {
  const a = sketch("a", "DONE");
  const b = sketch("b", "FAILED", { softAfter: [a], after: [] });
  const { note } = await draw([a, b, sketch("c", "DONE", { after: [b] })], { legend: true });
  assert.deepEqual(asSeen(note).split("\n"), [
    "✓ DONE 2",
    "✗ FAILED 1",
    "→ comes before",
    "⇢ comes before, even if it fails",
  ]);
  assert.match(
    toMermaid([a, sketch("z", "DONE")], { legend: true }),
    /subgraph legend\["Legend"\]\n {4}legend0\["✓ DONE 2"\]/,
  );
});

test("by group or duration the legend tells those, and what the signs mean", async () => {
  const tasks = [sketch("a", "DONE", { ...ran(100), group: "x" }), sketch("b", "RUNNING", { group: "y" })];
  assert.equal(asSeen((await draw(tasks, { legend: true, color: "group" })).note), "x\ny\n► RUNNING\n✓ DONE");
  const { note } = await draw(tasks, { legend: true, color: "duration" });
  assert.equal(asSeen(note), "≤ 6 ms\n≤ 13 ms\n≤ 25 ms\n≤ 50 ms\n≤ 100 ms\n► RUNNING\n✓ DONE");
});

test("in a legend and in boxes there is room for letters as wide as they are high, and for emoji", async () => {
  const names = ["\u69CB\u5EFA".repeat(10), "\u2014".repeat(20), "\u{1F642}".repeat(10), "Plain"];
  const tasks = names.map((name) => sketch(name, "PENDING", { group: name }));
  const svg = await toSVG(tasks, { color: "group", legend: true });
  const shapes =
    /<path fill="#\w+" stroke="[^"]*"[^>]* d="([^"]*)"\/>\n(?:<path fill="none"[^>]*>\n)?<text ([^>]*)>(.*)</g;
  const shown = [...svg.matchAll(shapes)].filter(([, , , text]) => names.some((name) => text?.endsWith(name)));
  assert.equal(shown.length, 2 * names.length);
  for (const [, shape = "", style = "", text = ""] of shown) {
    const xs = [...shape.matchAll(/([-\d.]+),/g)].map(([, x]) => Number(x));
    const of = (name: string): number => Number(new RegExp(` ${name}="([-\\d.]+)"`).exec(style)?.[1]);
    const em = text.includes("\u{1F642}") ? 1.37 : text.includes("Plain") ? 0.5 : 1;
    const width = Array.from(text).length * em * of("font-size");
    const end = of("x") + width / (style.includes('"middle"') ? 2 : 1);
    assert.ok(end <= Math.max(...xs), `${text} ends at ${end}, its box at ${Math.max(...xs)}`);
  }
});

test("an empty picture has a note and no legend, whatever the options", async () => {
  const { note, nodes } = await draw([], {
    legend: true,
    longestPath: true,
    color: "duration",
    reduce: true,
    collapse: 1,
  });
  assert.deepEqual([note, nodes], ["No tasks", []]);
});
