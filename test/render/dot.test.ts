// What `toDOT` writes, as Graphviz reads it: the one that comes with the package and, where there is one, the system's.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as fc from "fast-check";
import { toDOT } from "thence/render";
import { STATES } from "../../src/core/machine.ts";
import { LOOKS } from "../../src/render/theme.ts";
import { drawDOT, readSVG } from "./graphviz.ts";
import { anyName, HOSTILE_NAMES, asSeen, readable } from "./names.ts";
import { sketch } from "./sketch.ts";

const noDot = spawnSync("dot", ["-V"]).error === undefined ? false : "no dot command on this machine";
const short = HOSTILE_NAMES.filter((name) => name.length <= 60);

const titles = (drawn: ReadonlyArray<{ readonly title: string }>): string[] => drawn.map(({ title }) => title);
const texts = (drawn: ReadonlyArray<{ readonly text: string }>): string[] => drawn.map(({ text }) => asSeen(text));
const labels = (names: readonly string[]): string[] => names.map((name) => asSeen(`○ ${readable(name)}`));

test("nodes are numbered in the order given, and edges lead from prerequisite to dependent", async () => {
  const a = sketch("a");
  const b = sketch("b", "PENDING", { after: [a] });
  const c = sketch("c", "PENDING", { after: [a, b] });
  const { nodes, edges } = await drawDOT(toDOT([c, a, b]));
  assert.deepEqual(nodes.map(({ title, text }) => `${title} ${text}`).toSorted(), ["t0 ○ c", "t1 ○ a", "t2 ○ b"]);
  assert.deepEqual(titles(edges).toSorted(), ["t1->t0", "t1->t2", "t2->t0"]);
});

test("only the tasks given are drawn, and only edges among them", async () => {
  const a = sketch("a");
  const b = sketch("b", "PENDING", { after: [a] });
  const c = sketch("c", "PENDING", { after: [b] });
  const { nodes, edges } = await drawDOT(toDOT([a, c]));
  assert.deepEqual(texts(nodes), ["○ a", "○ c"]);
  assert.deepEqual(edges, []);
});

test("one task can be given alone, any iterable will do, and a task given twice is drawn once", () => {
  const a = sketch("a");
  assert.equal(toDOT(a), toDOT([a]));
  const b = sketch("b", "PENDING", { after: [a] });
  assert.equal(toDOT(new Set([a, b])), toDOT([a, b]));
  assert.equal(toDOT([a, b, a]), toDOT([a, b]));
});

test("two tasks of the same name are two nodes", async () => {
  assert.deepEqual(texts((await drawDOT(toDOT([sketch("twin"), sketch("twin")]))).nodes), ["○ twin", "○ twin"]);
});

test("a soft edge is dashed", async () => {
  const a = sketch("a");
  const b = sketch("b");
  const { edges } = await drawDOT(toDOT([a, b, sketch("c", "PENDING", { after: [a], softAfter: [b] })]));
  assert.deepEqual(
    edges.map(({ title, dashed }) => [title, dashed]),
    [
      ["t0->t2", false],
      ["t1->t2", true],
    ],
  );
});

test("each state has its fill, outline and sign", async () => {
  const { nodes } = await drawDOT(toDOT(STATES.map((state) => sketch("x", state))));
  for (const [index, state] of STATES.entries()) {
    const { fill, line, glyph, dashed = false } = LOOKS[state];
    const node = nodes[index]!;
    assert.deepEqual(
      [node.fill, node.stroke, node.text, node.dashed, node.classes],
      [fill, line, `${glyph} x`, dashed, ["node", state]],
    );
  }
});

test("the direction is top to bottom unless asked otherwise", () => {
  assert.match(toDOT([sketch("a")]), /rankdir=TB;/);
  assert.match(toDOT([sketch("a")], { direction: "LR" }), /rankdir=LR;/);
});

test("the same graph gives the same text", () => {
  const draw = (): string => {
    const a = sketch("a", "RUNNING", { attempts: 1, startedAt: 1_760_000_000_000 });
    return toDOT([a, sketch("b", "PENDING", { after: [a] })]);
  };
  assert.equal(draw(), draw());
});

test("no tasks make an empty picture with a note", async () => {
  const { nodes, note } = await drawDOT(toDOT([]));
  assert.deepEqual(nodes, []);
  assert.equal(note, "No tasks");
});

test("a cycle is drawn like other graphs", async () => {
  const [a, b] = [sketch("a"), sketch("b")];
  a.require(b);
  b.require(a);
  assert.deepEqual(titles((await drawDOT(toDOT([a, b]))).edges).toSorted(), ["t0->t1", "t1->t0"]);
});

test("Graphviz reads every hostile name as it is to be read", async () => {
  const { nodes } = await drawDOT(toDOT(short.map((name) => sketch(name))));
  assert.deepEqual(texts(nodes), labels(short));
});

test("the system's Graphviz reads every hostile name as it is to be read", { skip: noDot }, () => {
  const input = toDOT(HOSTILE_NAMES.map((name) => sketch(name)));
  const { stdout, stderr } = spawnSync("dot", ["-Tsvg"], { input, encoding: "utf8" });
  assert.equal(stderr, "");
  const { nodes } = readSVG(stdout);
  assert.equal(nodes.length, HOSTILE_NAMES.length);
  assert.deepEqual(texts(nodes.filter((_, index) => HOSTILE_NAMES[index]!.length <= 60)), labels(short));
});

test("any text whatever survives the way through DOT, but for the stand-ins", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyName, { minLength: 1, maxLength: 20 }), async (names) => {
      const { nodes } = await drawDOT(toDOT(names.map((name) => sketch(name))));
      assert.deepEqual(texts(nodes), labels(names));
    }),
    { numRuns: 200 },
  );
});

test("a long name loses its middle in the label and keeps it in the tooltip", async () => {
  const name = `${"a".repeat(60)}middle${"z".repeat(60)}`;
  const { nodes } = await drawDOT(toDOT(sketch(name)));
  assert.equal(nodes[0]?.text, `○ ${"a".repeat(39)}…${"z".repeat(20)}`);
  assert.equal(nodes[0]?.tooltip, `${name}\nPENDING`);
});

test("names of 10,000 characters give labels of at most 60, no character cut apart", async () => {
  const long = HOSTILE_NAMES.filter((name) => name.length > 61);
  const { nodes } = await drawDOT(toDOT(long.map((name) => sketch(name))));
  assert.equal(nodes.length, long.length);
  for (const { text } of nodes) assert.ok(text.length <= 62 && text.includes("…") && !text.includes("\uFFFD"), text);
});

test("what is no task is a TypeError that says what was expected", () => {
  const drawing = (value: unknown) => () => toDOT(value as never);
  const message = (got: string): object => ({
    name: "TypeError",
    message: `toDOT: expected a task or an iterable of tasks, a run, a TaskQueue or a plan, got ${got}`,
  });
  assert.throws(drawing(undefined), message("undefined"));
  assert.throws(drawing({ name: "a" }), message("an object"));
  assert.throws(drawing("abc"), message('"abc"'));
  assert.throws(drawing([sketch("a"), 7]), {
    name: "TypeError",
    message: "toDOT: expected an iterable of tasks only, got 7",
  });
});

test("an unknown option or direction is a TypeError that names it", () => {
  const drawing = (options: unknown) => () => toDOT([], options as never);
  assert.throws(drawing({ dircetion: "LR" }), {
    name: "TypeError",
    message: /"dircetion", did you mean "direction"\?/,
  });
  assert.throws(drawing({ direction: "XY" }), {
    name: "TypeError",
    message: /direction: expected "TB", "LR", "BT" or "RL", got "XY"/,
  });
  assert.throws(drawing(null), { name: "TypeError" });
});
