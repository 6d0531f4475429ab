// How tasks are made, and what an object is that is a task.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeNow, Task, task } from "thence";

test("task() and new Task() build the same", async () => {
  const run = (): number => 1;
  for (const made of [task("a", run), new Task("a", run), task("a", { run }), new Task("a", { run })]) {
    assert.ok(made instanceof Task);
    assert.deepEqual([made.name, made.state, await made.make()], ["a", "PENDING", 1]);
  }
});

test("a task whose function is given alone takes its name from the function", async () => {
  function compile(): number {
    return 2;
  }
  const lint = async (): Promise<string> => "clean";
  assert.deepEqual([task(compile).name, task(lint).name], ["compile", "lint"]);
  assert.deepEqual([await task(compile).make(), await task(lint).make()], [2, "clean"]);
});

test("new Task() too takes the name from a function given alone", async () => {
  function compile(): number {
    return 2;
  }
  const made = Reflect.construct(Task, [compile]) as Task<number>;
  assert.deepEqual([made.name, await made.make()], ["compile", 2]);
});

test("a function without a name and no name given is a TypeError", () => {
  assert.throws(() => task(() => 1), TypeError);
  assert.throws(
    () =>
      task(function () {
        return 1;
      }),
    TypeError,
  );
});

test("a task is not a thenable: await, return from an async function and yield give the task itself", async () => {
  const a = task("a", () => "the result");
  assert.ok(!("then" in a));
  assert.equal(await a, a);
  assert.equal(await (async () => a)(), a);
  assert.equal(await Promise.resolve(a), a);
  async function* generate(): AsyncGenerator<Task<string>> {
    yield a;
  }
  for await (const yielded of generate()) assert.equal(yielded, a);
  for await (const made of make(a)) assert.equal(made, a);
  assert.deepEqual(await Promise.all([a, a]), [a, a]);
});

test("a function may return a task, which is a result like others", async () => {
  const inner = task("inner", () => 1);
  const outer = task("outer", () => inner);
  const later = task("later", async () => inner);
  await makeNow([outer, later]);
  assert.deepEqual([outer.result, later.result, inner.state], [inner, inner, "PENDING"]);
});

test("ids are serial numbers: a task created later has a greater one, whatever its name", () => {
  const [a, b, c] = [task("same", () => 1), task("same", () => 1), task("same", () => 1)];
  assert.ok(a.id < b.id && b.id < c.id);
});

test("names need not be unique", async () => {
  const first = task("same", () => 1);
  const second = task("same", { require: first, run: (n) => n + 1 });
  assert.deepEqual([await second.make(), first.result], [2, 1]);
});

test("a new task has no result, error, attempts, times, edges, group or meta", () => {
  const a = task("a", () => 1);
  assert.deepEqual(
    [a.result, a.error, a.attempts, a.startedAt, a.endedAt],
    [undefined, undefined, 0, undefined, undefined],
  );
  assert.deepEqual([[...a.prerequisites], [...a.dependents], a.group, a.meta], [[], [], undefined, undefined]);
  assert.deepEqual([a.isBlocked(), a.blockers(), a.isSettled()], [false, [], false]);
});

test("group and meta are kept as they were given", () => {
  const meta = { owner: "me" };
  const a = task("a", { group: "build", meta });
  assert.equal(a.group, "build");
  assert.equal(a.meta, meta);
});

test("a task reads Task:name:STATE as a string", async () => {
  const a = task("a", () => 1);
  assert.equal(String(a), "Task:a:PENDING");
  await a.make();
  assert.equal(String(a), "Task:a:DONE");
});

test("a task with neither run nor job is a group, DONE with undefined once its prerequisites are", async () => {
  const order: string[] = [];
  const [a, b] = [task("a", () => void order.push("a")), task("b", () => void order.push("b"))];
  const group = task("group", { require: [a, b] });
  group.on("DONE", () => order.push("group"));
  assert.equal(await group.make(), undefined);
  assert.deepEqual([group.state, group.result, order], ["DONE", undefined, ["a", "b", "group"]]);
  assert.equal(await task("empty", {}).make(), undefined);
});

test("a run function is called without this", async () => {
  const seen: unknown[] = [];
  const run = function (this: unknown): void {
    seen.push(this);
  };
  await makeNow([task("a", run), task("b", { run }), task("c", { run, retry: 1, timeout: 1_000 })]);
  assert.deepEqual(seen, [undefined, undefined, undefined]);
});

test("the options belong to the caller: changing them later changes nothing", async () => {
  const a = task("a", () => "a");
  const b = task("b", () => "b");
  const options = { require: { x: a }, uses: { db: 1 }, run: (inputs: { x: string }) => Object.keys(inputs) };
  const c = task("c", options);
  Object.assign(options.require, { y: b });
  Object.assign(options.uses, { db: 99 });
  assert.deepEqual(await c.make({ resources: { db: 1 } }), ["x"]);
  assert.equal(b.state, "PENDING");
  const list = [a];
  const d = task("d", { require: list, run: (inputs) => inputs.length });
  list.push(b);
  assert.equal(await d.make(), 1);
});

test("options may be frozen", async () => {
  const a = task("a", Object.freeze({ run: () => 1, retry: Object.freeze({ limit: 1 }), uses: Object.freeze({}) }));
  assert.equal(await a.make(), 1);
});
