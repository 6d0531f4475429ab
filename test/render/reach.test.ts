// What is drawn: of runs, queues and plans, and of the tasks around some of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, plan, task, TaskQueue, type Task } from "thence";
import { toDOT, toMermaid, toSVG, type Drawable, type PictureOptions } from "thence/render";
import { readSVG } from "./graphviz.ts";
import { sketch } from "./sketch.ts";

const after = (name: string, ...tasks: Task[]): Task => sketch(name, "PENDING", { after: tasks });

// a → b → d, a → c → d → e, and z apart.
function diamond(): Record<"a" | "b" | "c" | "d" | "e" | "z", Task> {
  const a = sketch("a");
  const [b, c] = [after("b", a), after("c", a)];
  const d = after("d", b, c);
  return { a, b, c, d, e: after("e", d), z: sketch("z") };
}

function drawn(drawable: Drawable, options?: PictureOptions): string {
  return [...toDOT(drawable, options).matchAll(/label="○ (\w+)"/g)].map(([, name]) => name).join(" ");
}

test("all tasks of a run are drawn before it starts, while it runs and afterwards", async () => {
  const gate = Promise.withResolvers<void>();
  const first = task("first", () => gate.promise);
  const last = first.andThen("last", () => 1);
  const run = make(last);
  const states = (): string[] => [...toMermaid(run).matchAll(/:::(\w+)/g)].map(([, state]) => state!).toSorted();
  assert.deepEqual(states(), ["PENDING", "PENDING"]);
  const end = run.next();
  assert.deepEqual(states(), ["PENDING", "RUNNING"]);
  gate.resolve();
  await end;
  assert.deepEqual(states(), ["DONE", "DONE"]);
  assert.equal(readSVG(await toSVG(run)).edges[0]?.title, "first → last");
});

test("a run in a cycle is drawn all the same", () => {
  const [a, b] = [sketch("a"), sketch("b")];
  a.require(b);
  b.require(a);
  assert.equal(drawn(make(a)).split(" ").toSorted().join(" "), "a b");
});

test("what a task queue deals with is drawn, and the order of a plan", () => {
  const { a, b, d, e } = diamond();
  const queue = new TaskQueue([d, b]);
  assert.equal(drawn(queue), queue.tasks.map(({ name }) => name).join(" "));
  assert.ok(queue.tasks.includes(d) && !queue.tasks.includes(e));
  assert.equal(drawn(plan(b)), "a b");
  assert.equal(drawn(plan(a)), "a");
});

test("what context.make() adds to a run is drawn with it", async () => {
  const child = task("child", () => 1);
  const parent = task("parent", (_inputs, context) => context.make(child));
  const run = makeLater(parent);
  await run.finished;
  assert.match(toDOT(run), /✓ child/);
});

test("ways alone adds all that is reached from the tasks given, after these, the nearest first", () => {
  const { b } = diamond();
  assert.equal(drawn(b), "b");
  assert.equal(drawn(b, { ways: "prerequisites" }), "b a");
  assert.equal(drawn(b, { ways: "dependents" }), "b d e");
  assert.equal(drawn(b, { ways: "both" }), "b a d e");
});

test("from draws, of the tasks given, those that edges lead to from some of them", () => {
  const { a, b, c, d, e, z } = diamond();
  const all = [e, z, d, c, b, a];
  assert.equal(drawn(all, { from: b }), "e d b a");
  assert.equal(drawn(all, { from: b, ways: "prerequisites" }), "b a");
  assert.equal(drawn(all, { from: [b, c], ways: "dependents" }), "e d c b");
  assert.equal(drawn([a, b, c, e, z], { from: e, ways: "both" }), "e", "edges lead over tasks given only");
});

test("with from, tasks keep the index that they have among all", async () => {
  const { a, b, c, d } = diamond();
  const { nodes } = readSVG(await toSVG([a, b, c, d], { from: c, ways: "prerequisites" }));
  assert.deepEqual(
    nodes.map((node) => [node.task, node.text]),
    [
      ["0", "○ a"],
      ["2", "○ c"],
    ],
  );
});

test("wrong starts and ways are errors that say what was expected", () => {
  const { a, z } = diamond();
  assert.throws(() => toDOT(a, { from: z }), {
    name: "RangeError",
    message: 'toDOT.from: expected tasks among those to draw, got "z"',
  });
  assert.throws(() => toDOT(a, { from: "a" as never }), {
    name: "TypeError",
    message: /^toDOT\.from: expected a task/,
  });
  assert.throws(() => toDOT(a, { ways: "up" as never }), {
    name: "TypeError",
    message: 'toDOT.ways: expected "prerequisites", "dependents" or "both", got "up"',
  });
});
