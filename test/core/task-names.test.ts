// Any non-empty string is a name: of a task, of a key in a record of inputs, of a resource, of a queue.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeNow, Task, task, toDOT } from "thence";
import type { QueueFunction } from "thence";

const NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "then",
  "0",
  "10",
  " ",
  "\n",
  "\0",
  `"quoted"`,
  "it's",
  "back\\slash",
  "<b>&amp;</b>",
  "🦑 emoji 👩‍👩‍👧",
  "\uD800",
  "node",
  "x".repeat(10_000),
];

/** A record with own keys, `__proto__` among them. */
function record<T>(entries: (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries(entries);
}

test("the empty name is refused, wherever a name is given", () => {
  const a = task("a", () => 1);
  assert.throws(() => task("", () => 1), TypeError);
  assert.throws(() => task("", {}), TypeError);
  assert.throws(() => new Task("", () => 1), TypeError);
  assert.throws(() => a.andThen("", () => 1), TypeError);
  assert.deepEqual(a.dependents, []);
});

test("a name that is no string is refused", () => {
  for (const name of [undefined, null, 5, {}, [], Symbol("s"), 1n, new String("a")]) {
    assert.throws(() => task(name as never, () => 1), TypeError);
    assert.throws(() => new Task(name as never, () => 1), TypeError);
  }
});

for (const name of NAMES) {
  const shown = JSON.stringify(name.length > 20 ? `${name.slice(0, 5)}… (${name.length} characters)` : name);

  test(`${shown} is a name like others`, async () => {
    const a = task(name, () => name);
    const b = a.andThen(name, (result) => result === name);
    const group = task(name, { group: name, require: [a, b] });
    assert.deepEqual([a.name, b.name, String(a)], [name, name, `Task:${name}:PENDING`]);
    assert.deepEqual((await makeNow(group)).map(String), [`Task:${name}:DONE`]);
    assert.deepEqual([b.result, group.group], [true, name]);
    assert.equal(typeof toDOT([a, b, group]), "string");
  });

  test(`${shown} is a key like others in a record of prerequisites`, async () => {
    const a = task("a", () => "the result");
    const other = task("b", () => "another");
    const b = task("b", {
      require: record([
        [name, a],
        ["other", other],
      ]),
      run: (inputs) => inputs,
    });
    const inputs = (await b.make()) as object;
    assert.deepEqual(
      new Map(Object.entries(inputs)),
      new Map([
        [name, "the result"],
        ["other", "another"],
      ]),
    );
    assert.equal(Object.getOwnPropertyDescriptor(inputs, name)?.value, "the result");
  });

  test(`${shown} is a name like others for a resource`, async () => {
    let running = 0;
    let most = 0;
    const run = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    };
    const uses = record([[name, 1]]);
    const tasks = ["a", "b", "c"].map((each) => task(each, { uses, run }));
    await makeNow(tasks, { resources: record([[name, 1]]), concurrency: 3 });
    assert.equal(most, 1);
    const greedy = task("greedy", { uses: record([[name, 2]]), run });
    await assert.rejects(make(greedy, { resources: record([[name, 1]]) }).next(), RangeError);
    await assert.rejects(make(greedy, { resources: {} }).next(), RangeError);
    assert.equal(greedy.state, "PENDING");
  });

  test(`${shown} is a name like others for a queue`, async () => {
    const taken: string[] = [];
    const queue: QueueFunction = async (run, task) => {
      taken.push(task.name);
      await run();
    };
    const a = task("a", { queue: name, run: () => 1 });
    await makeNow([a, task("b", () => 2)], { queues: record([[name, queue]]) });
    assert.deepEqual([a.result, taken], [1, ["a"]]);
    const lost = task("lost", { queue: name, run: () => 1 });
    await assert.rejects(make(lost, { queues: {} }).next());
    assert.equal(lost.state, "PENDING");
  });
}

test("the empty string is a key like others in a record of prerequisites", async () => {
  const a = task("a", () => 1);
  assert.deepEqual(await task("b", { require: { "": a }, run: (inputs) => inputs }).make(), { "": 1 });
});

test("a resource named like a method of objects is not taken for one that exists", async () => {
  for (const name of ["constructor", "__proto__", "toString"]) {
    const a = task("a", { uses: record([[name, 1]]), run: () => 1 });
    await assert.rejects(make(a).next(), RangeError);
    assert.equal(a.state, "PENDING");
  }
});
