// What `toMermaid` writes. Mermaid needs a browser to draw, so its reading of a label is modelled here: it knows `#n;`
// and `<br/>`, and a label may hold no other sign that it is known to read as markup.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Task } from "thence";
import { toMermaid } from "thence/render";
import { STATES } from "../../src/core/machine.ts";
import { LOOKS } from "../../src/render/theme.ts";
import { anyName, HOSTILE_NAMES, asSeen, readable } from "./names.ts";
import { sketch } from "./sketch.ts";

const NODE = /^ {2}(t\d+)\("(.*)"\):::([A-Z]+)$/;

function nodesOf(text: string): Array<{ id: string; label: string; state: string }> {
  return text.split("\n").flatMap((line) => {
    const [, id, label, state] = NODE.exec(line) ?? [];
    return id === undefined ? [] : [{ id, label: label!, state: state! }];
  });
}

function read(label: string): string {
  assert.match(label, /^(?:[^!-'*+:-@[-^`{-~]|#\d+;|<br\/>)*$/, "only harmless signs");
  const text = label.replaceAll("<br/>", "\n").replaceAll("\u2060", "");
  return asSeen(text.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code))));
}

const expected = (name: string): string => asSeen(`○ ${readable(name)}`).replaceAll("\u2060", "");

test("nodes, edges and the colours of the states that occur", () => {
  const a = sketch("list sources", "DONE");
  const b = sketch("compile", "RUNNING", { after: [a] });
  const c = sketch("clean up", "PREPARE", { softAfter: [b], after: [a] });
  assert.equal(
    toMermaid([a, b, c], { direction: "LR" }),
    `flowchart LR
  t0("✓ list sources"):::DONE
  t1("► compile"):::RUNNING
  t2("◌ clean up"):::PREPARE
  t0 --> t1
  t0 --> t2
  t1 -.-> t2
  classDef PREPARE fill:#ffffff,stroke:#6e7781,color:#57606a,stroke-dasharray:4 3
  classDef RUNNING fill:#ffe678,stroke:#9a6700,color:#3b2300,stroke-width:1.5px
  classDef DONE fill:#b4e9bf,stroke:#1a7f37,color:#033a16
`,
  );
});

test("each state has its sign and its class", () => {
  const nodes = nodesOf(toMermaid(STATES.map((state) => sketch("x", state))));
  assert.deepEqual(
    nodes.map(({ label, state }) => [label, state]),
    STATES.map((state) => [`${LOOKS[state].glyph} x`, state]),
  );
});

test("hostile names keep their lines and their text", () => {
  const names = HOSTILE_NAMES.filter((name) => name.length <= 60);
  const nodes = nodesOf(toMermaid(names.map((name) => sketch(name))));
  assert.deepEqual(
    nodes.map(({ label }) => read(label)),
    names.map(expected),
  );
});

test("any text whatever survives the way through a label, but for the stand-ins", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const [node, ...others] = nodesOf(toMermaid(sketch(name)));
      assert.equal(read(node!.label), expected(name));
      assert.deepEqual(others, []);
    }),
    { numRuns: 2000 },
  );
});

test("words that Mermaid would read as Markdown or as its own escapes do not come through as such", () => {
  const labelOf = (name: string): string => nodesOf(toMermaid(sketch(name)))[0]!.label.slice(2);
  assert.equal(labelOf("snake_case and _emphasis_"), "snake_case and #95;emphasis#95;");
  assert.equal(labelOf("see www.example.com"), "see www#46;example.com");
  assert.equal(labelOf("a\n1. one\n- two"), "a<br/>#49;. one<br/>#45; two");
  assert.equal(labelOf("src/core/run.ts"), "src/core/run.ts");
  assert.equal(labelOf("ﬂ°lt¶ß"), "ﬂ\u2060°lt¶\u2060ß");
});

test("the same graph gives the same text", () => {
  const draw = (): string => {
    const a = sketch("a");
    return toMermaid([a, sketch("b", "DONE", { after: [a] })]);
  };
  assert.equal(draw(), draw());
});

test("a text of more than 50,000 characters, which Mermaid refuses, is collapsed until it is shorter", () => {
  const chain = (count: number, name: (at: number) => string, group: (at: number) => object): Task[] => {
    const tasks: Task[] = [];
    for (let at = 0; at < count; at++) tasks.push(sketch(name(at), "DONE", { ...group(at), after: tasks.slice(-1) }));
    return tasks;
  };
  const json = (at: number): string => `{"pkg":"@acme/${at}","cmd":["npm","run","build:prod"]}`.padEnd(59, "!");
  const sets = [
    chain(250, json, () => ({})),
    chain(250, json, (at) => ({ group: `g${at % 120}` })),
    chain(
      400,
      (at) => `packages/web-client/src/Button.test.tsx #${at}`,
      (at) => ({ group: `{${at % 20}}` }),
    ),
    chain(
      90,
      (at) => "\u{1F642}".repeat(30) + at,
      () => ({}),
    ),
  ];
  for (const [place, tasks] of sets.entries()) {
    const whole = toMermaid(tasks, { collapse: Infinity, color: "duration", legend: true });
    const text = toMermaid(tasks, { color: "duration", legend: true });
    assert.ok(text.length <= 50_000, `${place}: ${text.length}`);
    assert.equal(text === whole, whole.length <= 50_000);
    assert.equal(/ boxes, since there are too many to draw each/.test(text), whole.length > 50_000);
  }
});

test("no tasks make an empty picture with a note", () => {
  assert.equal(
    toMermaid([]),
    `flowchart TB
  empty["No tasks"]
  style empty fill:none,stroke:none,color:#7a838d
`,
  );
});

test("wrong arguments are a TypeError that names the function", () => {
  assert.throws(() => toMermaid(7 as never), { name: "TypeError", message: /^toMermaid: expected a task/ });
  assert.throws(() => toMermaid([], { as: "dot" } as never), {
    name: "TypeError",
    message: /^toMermaid: unknown option "as"/,
  });
});
