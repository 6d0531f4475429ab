// The drawing of the task machine, compared with the machine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeNow, task } from "thence";
import { stateDiagram } from "thence/render";
import { EVENTS, nextState, STATES } from "../../src/core/machine.ts";
import { drawDOT, readSVG } from "./graphviz.ts";

const transitions = STATES.flatMap((from) =>
  EVENTS.flatMap((event) => {
    const to = nextState(from, event);
    return to === undefined ? [] : [`${from} ${event} ${to}`];
  }),
).toSorted();

test("the Mermaid diagram shows every transition of the machine and no other", () => {
  const drawn = [...stateDiagram().matchAll(/^ {2}([A-Z]+) --> ([A-Z]+): (.+)$/gm)].flatMap(([, from, to, events]) =>
    events!.split(", ").map((event) => `${from} ${event} ${to}`),
  );
  assert.deepEqual(drawn.toSorted(), transitions);
});

test("a task begins in PENDING, or in PREPARE, to which nothing leads", () => {
  const starts = [...stateDiagram().matchAll(/^ {2}\[\*\] --> ([A-Z]+)$/gm)].map(([, state]) => state);
  assert.deepEqual(starts, ["PREPARE", "PENDING"]);
});

test("the Mermaid diagram gives each state its sign and its colours", () => {
  const text = stateDiagram({ as: "mermaid" });
  assert.match(text, /^stateDiagram-v2\n/);
  assert.equal(text, stateDiagram());
  for (const state of STATES) {
    assert.match(text, new RegExp(`^ {2}state "\\S ${state}" as ${state}$`, "m"));
    assert.match(text, new RegExp(`^ {2}classDef ${state} fill:`, "m"));
    assert.match(text, new RegExp(`^ {2}class ${state} ${state}$`, "m"));
  }
});

test("the DOT diagram shows the same, as Graphviz reads it", async () => {
  const { nodes, edges } = await drawDOT(stateDiagram({ as: "dot" }));
  assert.deepEqual(nodes.map(({ title }) => title).toSorted(), [...STATES, "start"].toSorted());
  const drawn = edges.flatMap(({ title, text }) => {
    const [from, to] = title.split("->");
    return from === "start"
      ? []
      : text
          .trim()
          .split(", ")
          .map((event) => `${from} ${event} ${to}`);
  });
  assert.deepEqual(drawn.toSorted(), transitions);
});

test("as SVG it is one element that can stand inside HTML, each state found by its name", async () => {
  const svg = await stateDiagram({ as: "svg" });
  assert.match(svg, /^<svg [^>]*>\n<title>The states of a task<\/title>/);
  assert.doesNotMatch(svg, /<!|<\?| id="/);
  const { nodes, edges } = readSVG(svg);
  assert.deepEqual(nodes.map(({ state }) => state).toSorted(), ["", ...STATES].toSorted());
  assert.ok(edges.some(({ title }) => title === "RUNNING → PENDING: retry, release"));
});

test("the way of a task is told by counts, marked arrows and its present state", async () => {
  let left = 2;
  const stubborn = task("stubborn", {
    retry: 2,
    run: () => {
      if (left-- > 0) throw new Error("not yet");
    },
  });
  await makeNow(stubborn);
  const text = stateDiagram({ task: stubborn });
  assert.match(text, /^ {2}PENDING --> RUNNING: dispatch ×3$/m);
  assert.match(text, /^ {2}RUNNING --> PENDING: retry ×2, release$/m);
  assert.match(text, /^ {2}RUNNING --> DONE: done ×1$/m);
  assert.match(text, /^ {2}class DONE present$/m);
  assert.match(text, /^ {2}class RUNNING visited$/m);
  assert.doesNotMatch(text, /class FAILED (visited|present)/);

  const { edges, nodes, title } = readSVG(await stateDiagram({ as: "svg", task: stubborn }));
  const taken = edges.filter(({ classes }) => classes.includes("taken"));
  assert.deepEqual(taken.map((edge) => edge.title).toSorted(), [
    "PENDING → RUNNING: dispatch ×3",
    "RUNNING → DONE: done ×1",
    "RUNNING → PENDING: retry ×2, release",
    "begins as PENDING",
  ]);
  assert.match(title, /^stubborn\nDONE · 3 attempts/);
  assert.ok(nodes.some((node) => node.title === "PENDING · entered 3 times"));
  assert.ok(nodes.some((node) => node.title === "DONE · entered 1 time · now"));
});

test("a task that nothing has happened to is where it began", () => {
  const text = stateDiagram({ task: task("new", { state: "PREPARE" }) });
  assert.match(text, /^ {2}class PREPARE present$/m);
  assert.doesNotMatch(text, /×|visited$/);
});

test("an unknown option or language is a TypeError", () => {
  assert.throws(() => stateDiagram({ is: "dot" } as never), { name: "TypeError", message: /unknown option "is"/ });
  assert.throws(() => stateDiagram({ as: "png" as never }), {
    name: "TypeError",
    message: 'stateDiagram.as: expected "mermaid", "dot" or "svg", got "png"',
  });
  assert.throws(() => stateDiagram({ task: "a" as never }), {
    name: "TypeError",
    message: 'stateDiagram.task: expected a task, got "a"',
  });
});
