// The SVG that people see: well-formed, told in words as well, and with no way for a name to become more than text.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import * as fc from "fast-check";
import { makeNow, settled, task, type Task } from "thence";
import { stateDiagram, toSVG } from "thence/render";
import { readSVG, type Drawing } from "./graphviz.ts";
import { anyName, HOSTILE_NAMES, asSeen, readable } from "./names.ts";
import { sketch, type Sketch } from "./sketch.ts";

const AT = Date.UTC(2026, 0, 1);

async function draw(tasks: Task | Iterable<Task>): Promise<Drawing> {
  return readSVG(await toSVG(tasks));
}

async function titleOf(state: Task["state"], rest: Sketch = {}): Promise<string | undefined> {
  return (await draw(sketch("a", state, rest))).nodes[0]?.title;
}

test("a label holds the name, whatever it is", async () => {
  const names = HOSTILE_NAMES.filter((name) => name.length <= 60);
  const { nodes } = await draw(names.map((name) => sketch(name)));
  assert.deepEqual(
    nodes.map(({ text }) => asSeen(text)),
    names.map((name) => asSeen(`○ ${readable(name)}`)),
  );
});

test("any name whatever is text in label and title, and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyName, { minLength: 1, maxLength: 10 }), async (names) => {
      const { nodes, root } = await draw(names.map((name) => sketch(name)));
      for (const [index, name] of names.entries()) {
        assert.equal(asSeen(nodes[index]!.text), asSeen(`○ ${readable(name)}`));
        assert.equal(nodes[index]!.title.split("\n").at(-1), "PENDING");
        assert.equal(nodes[index]!.title.split("\n").length, 2);
      }
      assertHarmless(root);
    }),
  );
});

test("nothing in a name or an error becomes markup, a link or a script", async () => {
  const tasks = HOSTILE_NAMES.map((name) => sketch(name, "FAILED", { error: new Error(name) }));
  const [first, ...others] = tasks;
  const { root } = await draw([...tasks, sketch("last", "PENDING", { after: [first!], softAfter: others })]);
  assertHarmless(root);
});

function assertHarmless(root: Drawing["root"]): void {
  const known = new Set(["svg", "g", "title", "path", "polygon", "text"]);
  for (const element of [root, ...root.getElementsByTagName("*")]) {
    assert.ok(known.has(element.nodeName), `an element of its own: ${element.nodeName}`);
    for (const { name } of element.attributes) {
      assert.ok(!/^on|href|style|^xlink:/i.test(name), `an attribute of its own: ${name}`);
    }
  }
}

test("a title tells the name, the state, the attempts, the duration and the error", async () => {
  const times = (ms: number): Sketch => ({ attempts: 1, startedAt: AT, endedAt: AT + ms });
  assert.equal(await titleOf("PENDING"), "a\nPENDING");
  assert.equal(await titleOf("DONE", times(0)), "a\nDONE · 1 attempt · 0 ms");
  assert.equal(await titleOf("DONE", times(1240)), "a\nDONE · 1 attempt · 1.2 s");
  assert.equal(await titleOf("DONE", times(125_300)), "a\nDONE · 1 attempt · 2 min 5 s");
  assert.equal(await titleOf("DONE", times(3_780_000)), "a\nDONE · 1 attempt · 1 h 3 min");
  assert.equal(
    await titleOf("FAILED", { ...times(34), attempts: 3, error: new TypeError("no <input>\n at all") }),
    "a\nFAILED · 3 attempts · 34 ms\nTypeError: no <input>\n at all",
  );
});

test("a duration is rounded into the next unit, never to sixty or a thousand of its own", async () => {
  for (const [ms, shown] of [
    [999.7, "1.0 s"],
    [59_949, "59.9 s"],
    [59_950, "1 min 0 s"],
    [3_599_600, "1 h 0 min"],
    [7_199_000, "2 h 0 min"],
  ] as const) {
    const title = await titleOf("DONE", { attempts: 1, startedAt: 0, endedAt: ms });
    assert.equal(title, `a\nDONE · 1 attempt · ${shown}`);
  }
});

test("the title of a running task tells since when, so that the same graph gives the same bytes", async () => {
  const running = sketch("a", "RUNNING", { attempts: 2, startedAt: AT });
  const [first, second] = [await toSVG(running), await toSVG(running)];
  assert.equal(first, second);
  assert.match(first, /<title>a\nRUNNING · attempt 2 · since 2026-01-01T00:00:00\.000Z<\/title>/);
});

test("a run is drawn as it went", async () => {
  const good = task("good", () => 1);
  const bad = task("bad", {
    retry: 1,
    run: () => {
      throw new RangeError("no luck");
    },
  });
  const after = task("after", { require: { good, bad } });
  const cleanUp = task("clean up", { require: settled(bad), run: () => 2 });
  await makeNow([after, cleanUp]);
  const { nodes, edges, title } = await draw([good, bad, after, cleanUp]);
  const told = new Map(nodes.map((node) => [node.text, node.title]));
  assert.match(told.get("✓ good")!, /^good\nDONE · 1 attempt · \d+ ms$/);
  assert.match(told.get("✗ bad")!, /^bad\nFAILED · 2 attempts · \d+ ms\nRangeError: no luck$/);
  assert.match(told.get("✗ after")!, /^after\nFAILED\nBlockedError: task "after" is blocked by "bad"/);
  assert.match(told.get("✓ clean up")!, /^clean up\nDONE/);
  assert.deepEqual(
    edges.filter(({ dashed }) => dashed).map((edge) => edge.title),
    ["bad → clean up"],
  );
  assert.equal(title, "4 tasks: 2 DONE, 2 FAILED");
});

test("an error may be anything, also what cannot be shown", async () => {
  const shown = async (error: unknown): Promise<string | undefined> =>
    (await titleOf("FAILED", { error }))?.split("\n").slice(2).join("\n");
  assert.equal(await shown("just text"), "just text");
  assert.equal(await shown(undefined), "undefined");
  assert.equal(await shown(null), "null");
  assert.equal(await shown(Symbol("s")), "Symbol(s)");
  assert.equal(await shown({ message: 7 }), "an object");
  assert.equal(await shown({ message: "from another realm" }), "Error: from another realm");
  assert.equal(await shown(new RangeError("")), "RangeError");
  assert.equal(await shown(new Error("\0\ud800")), "Error: ␀\uFFFD");
  const hostile = {
    get message(): string {
      throw new Error("ha");
    },
  };
  assert.equal(await shown(hostile), "an error that cannot be shown");
  assert.ok((await shown(new Error("x".repeat(100_000))))!.length <= 1000);
});

test("an edge is titled with the two names, each kept in its own writing direction", async () => {
  const a = sketch("sources");
  const { edges } = await draw([a, sketch("שלום", "PENDING", { after: [a] })]);
  assert.deepEqual(
    edges.map(({ title }) => title),
    ["sources → \u2068שלום\u2069"],
  );
});

test("the whole is titled with the number of tasks in each state", async () => {
  const { title } = await draw([sketch("a", "FAILED"), sketch("b", "DONE"), sketch("c", "DONE")]);
  assert.equal(title, "3 tasks: 2 DONE, 1 FAILED");
});

test("the text is one svg element, without document type or comments, so that it can stand inside HTML", async () => {
  const svg = await toSVG(HOSTILE_NAMES.map((name) => sketch(name)));
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  assert.match(svg, /<\/svg>\n$/);
  assert.doesNotMatch(svg, /<!|<\?/);
});

test("a page finds a task by its index among those given, and a node has its state as a class", async () => {
  const tasks = [sketch("b", "RUNNING"), sketch("a", "DONE")];
  const { nodes } = await draw([...tasks, tasks[0]!]);
  assert.deepEqual(
    nodes.map(({ task: index, text, classes }) => [index, text, classes]),
    [
      ["0", "► b", ["node", "RUNNING"]],
      ["1", "✓ a", ["node", "DONE"]],
    ],
  );
});

test("there are no ids, so that two pictures can stand in one page", async () => {
  const tasks = [sketch("a", "DONE", { group: "g" }), sketch("b", "FAILED", { group: "g" })];
  for (const collapse of [1, Infinity]) {
    assert.doesNotMatch(await toSVG(tasks, { collapse, legend: true }), /\sid=|url\(#|xlink:href/);
  }
});

test("the page behind the picture shows through, so that it suits light and dark", async () => {
  const { root } = await draw([sketch("a"), sketch("b")]);
  assert.equal([...root.getElementsByTagName("polygon")].length, 0, "no background");
});

test("no tasks make an empty picture with a note", async () => {
  const { note, nodes, title } = await draw([]);
  assert.deepEqual([note, nodes, title], ["No tasks", [], "No tasks"]);
});

test("drawings asked for at the same time do not disturb each other", async () => {
  const alone = await Promise.all(["a", "b", "c"].map((name) => toSVG(sketch(name))));
  assert.deepEqual(alone, [await toSVG(sketch("a")), await toSVG(sketch("b")), await toSVG(sketch("c"))]);
});

test("wrong arguments reject with a TypeError that names the function", async () => {
  await assert.rejects(toSVG(7 as never), { name: "TypeError", message: /^toSVG: expected a task/ });
  await assert.rejects(toSVG([], { colour: "red" } as never), {
    name: "TypeError",
    message: /^toSVG: unknown option "colour"/,
  });
});

test("Graphviz is loaded once, by the first drawing and not by the import", () => {
  const program = `
    let instances = 0;
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = (...given) => (instances++, instantiate(...given));
    const { toDOT, toSVG } = await import("thence/render");
    toDOT([]);
    const before = instances;
    await Promise.all([toSVG([]), toSVG([])]);
    console.log(before, instances);
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--conditions=thence-source", "--input-type=module", "--eval", program],
    { encoding: "utf8", cwd: new URL("../..", import.meta.url) },
  );
  assert.equal(stdout, "0 1\n", stderr);
});

test("arrows are drawn behind the boxes, so that none runs through a name", async () => {
  const a = sketch("a", "DONE", { group: "g" });
  const b = sketch("b", "DONE", { after: [a], group: "g" });
  for (const svg of [await toSVG([a, b]), await stateDiagram({ as: "svg" })]) {
    assert.ok(svg.lastIndexOf('<g class="edge') < svg.indexOf('<g class="node'));
    assert.ok(svg.includes('<g class="edge'));
  }
});
