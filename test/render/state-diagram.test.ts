// The drawing of the task machine, compared with the machine.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stateDiagram } from "thence/render";
import { EVENTS, nextState, STATES } from "../../src/core/machine.ts";
import { drawDOT } from "./graphviz.ts";

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

test("an unknown option or language is a TypeError", () => {
  assert.throws(() => stateDiagram({ is: "dot" } as never), { name: "TypeError", message: /unknown option "is"/ });
  assert.throws(() => stateDiagram({ as: "svg" as never }), {
    name: "TypeError",
    message: 'stateDiagram.as: expected "mermaid" or "dot", got "svg"',
  });
});
