// The lists of edges: their order, from both sides, and that long ones are not gone through again and again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { task, type Task } from "thence";

const plain = (name: string): Task => task(name, () => name);
const many = (count: number): Task[] => Array.from({ length: count }, (_, index) => plain(`t${index}`));

for (const count of [1, 2, 16, 17, 40]) {
  test(`${count} prerequisites and dependents are listed in the order in which they came, however they came`, () => {
    const tasks = many(count);
    const declared = task("declared", { require: tasks, run: () => {} });
    const atOnce = plain("at once").require(tasks);
    const oneByOne = plain("one by one");
    for (const each of tasks) oneByOne.require(each);
    for (const { prerequisites } of [declared, atOnce, oneByOne]) assert.deepEqual(prerequisites, tasks);
    for (const each of tasks) assert.deepEqual(each.dependents, [declared, atOnce, oneByOne]);

    const first = plain("first");
    for (const each of tasks) first.block(each);
    assert.deepEqual(first.dependents, tasks);
    for (const each of tasks) assert.deepEqual(each.prerequisites, [first]);
  });
}

test("a list that somebody has looked at is up to date when edges have been added", () => {
  const tasks = many(40);
  const wide = task("wide", { require: tasks, run: () => {} });
  const [first] = tasks as [Task];
  assert.deepEqual([wide.prerequisites.length, first.dependents.length], [40, 1]);
  const more = many(20);
  wide.require(more, first);
  assert.deepEqual(wide.prerequisites, [...tasks, ...more]);
  first.block(more);
  assert.deepEqual(first.dependents, [wide, ...more]);
  assert.deepEqual(more[0]?.dependents, [wide]);
});

test("nobody changes an edge through a list, short or long", () => {
  for (const count of [1, 40]) {
    const tasks = many(count);
    const [last, first] = [plain("last").require(tasks), plain("first").block(tasks)];
    for (const list of [last.prerequisites, first.dependents] as Task[][]) {
      try {
        list.length = 0;
      } catch {
        // A long list is frozen, since it is handed out again.
      }
    }
    assert.deepEqual([last.prerequisites, first.dependents], [tasks, tasks]);
  }
});

test("a list given as `require` may be changed afterwards", () => {
  const [a, b] = [plain("a"), plain("b")];
  const list = [a];
  const c = task("c", { require: list, run: (inputs) => inputs.length });
  list.push(b);
  assert.deepEqual([c.prerequisites, b.dependents], [[a], []]);
});

test("inputs are those of the `require` option, whatever is required later", async () => {
  const [a, b] = [plain("a"), plain("b")];
  const c = task("c", { require: [a], run: (inputs) => inputs });
  c.require(b);
  assert.deepEqual(await c.make(), ["a"]);
});

// Each of these would take minutes if a list were gone through at every step.
test("100,000 edges are added one by one, from either side", () => {
  const tasks = many(100_000);
  const [last, first] = [plain("last"), plain("first")];
  for (const each of tasks) {
    last.require(each);
    first.block(each);
  }
  assert.deepEqual([last.prerequisites.length, first.dependents.length], [100_000, 100_000]);
});

test("100,000 prerequisites, or dependents, are read one by one", () => {
  const tasks = many(100_000);
  const last = task("last", { require: tasks, run: () => {} });
  const first = plain("first").block(tasks);
  let same = 0;
  for (let k = 0; k < last.prerequisites.length; k++) if (last.prerequisites[k] === first.dependents[k]) same++;
  assert.equal(same, 100_000);
  for (const each of tasks) assert.equal(each.dependents.length, 1);
});
