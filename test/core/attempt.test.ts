// What a task's function gets: its inputs and its context.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { makeNow, Task, task } from "thence";
import type { TaskContext } from "thence";

test("inputs have the shape of require: a task's result, a tuple, a record, or undefined", async () => {
  const [n, s] = [task("n", () => 1), task("s", () => "text")];
  const run = (inputs: unknown): unknown => inputs;
  const tasks = [
    task("one", { require: n, run }),
    task("tuple", { require: [s, n, s], run }),
    task("record", { require: { n, text: s }, run }),
    task("nothing", { run }),
    task("alone", run),
    task("no tuple", { require: [], run }),
    task("no record", { require: {}, run }),
  ];
  await makeNow(tasks);
  assert.deepEqual(
    tasks.map(({ result }) => result),
    [1, ["text", 1, "text"], { n: 1, text: "text" }, undefined, undefined, [], {}],
  );
});

test("inputs are the results themselves, not copies", async () => {
  const result = new Map([["deep", {}]]);
  const a = task("a", () => result);
  const b = task("b", { require: { a }, run: (inputs) => inputs.a });
  assert.equal(await b.make(), result);
});

test("inputs are a fresh object for each attempt and for each task", async () => {
  const a = task("a", () => 1);
  const record = task("record", {
    require: { a },
    retry: 1,
    run: (inputs, { attempt }) => {
      const copy = { ...inputs };
      inputs.a = 99;
      if (attempt === 1) throw new Error("again");
      return copy;
    },
  });
  const tuple = task("tuple", {
    require: [a, a],
    retry: 1,
    run: (inputs, { attempt }) => {
      const copy = [...inputs];
      (inputs as number[]).length = 0;
      if (attempt === 1) throw new Error("again");
      return copy;
    },
  });
  assert.deepEqual([await record.make(), await tuple.make()], [{ a: 1 }, [1, 1]]);
});

test("the context has the task, the attempt, the last error and a signal that is not aborted", async () => {
  const contexts: TaskContext[] = [];
  const error = new Error("first");
  const a = task("a", {
    retry: 1,
    run: (_, context) => {
      contexts.push(context);
      assert.deepEqual([context.signal.aborted, context.signal instanceof AbortSignal], [false, true]);
      assert.equal(context.attempt, context.task.attempts);
      if (context.attempt === 1) throw error;
    },
  });
  await a.make();
  assert.deepEqual(
    contexts.map(({ task, attempt, lastError }) => [task === a, attempt, lastError]),
    [
      [true, 1, undefined],
      [true, 2, error],
    ],
  );
  assert.notEqual(contexts[0]?.signal, contexts[1]?.signal);
});

test("the members of the context may be taken out, and the signal is always the same", async () => {
  const a = task("a", async (_, context) => {
    const { signal, log, progress, make } = context;
    log("line");
    progress(1);
    assert.equal(context.signal, signal);
    return make(task("b", () => 2));
  });
  assert.equal(await a.make(), 2);
});

test("a function may return a value, a promise or any thenable, and throw or reject anything", async () => {
  const foreign = { then: (resolve: (value: number) => void) => resolve(3) };
  const values = [() => 1, async () => 2, () => foreign, () => Promise.resolve(undefined), () => null];
  const tasks = values.map((run, i) => task(`v${i}`, run as () => unknown));
  await makeNow(tasks);
  assert.deepEqual(
    tasks.map(({ state, result }) => [state, result]),
    [1, 2, 3, undefined, null].map((value) => ["DONE", value]),
  );
  const broken = { then: () => assert.fail("broken") };
  const failing = task("broken", () => broken as never);
  await makeNow(failing);
  assert.deepEqual([failing.state, (failing.error as Error).message], ["FAILED", "broken"]);
});

test("error is what the function threw, unchanged, whatever it was", async () => {
  const thrown = [new Error("e"), "text", 0, null, undefined, false, Object.freeze({ a: 1 }), Symbol("s"), () => 1];
  for (const error of thrown) {
    const sync = task("sync", () => {
      throw error;
    });
    const async = task("async", () => Promise.reject(error as Error));
    for (const each of [sync, async]) {
      const rejected = await each.make().then(
        () => "resolved",
        (reason: unknown) => [reason],
      );
      assert.deepEqual([each.state, each.result, rejected], ["FAILED", undefined, [error]]);
      assert.equal(each.error, error);
    }
  }
});

test("Task.current() is the task whose function runs here, across awaits and timers, and undefined elsewhere", async () => {
  const seen: unknown[] = [];
  const run = async (_: unknown, { task, make }: TaskContext): Promise<void> => {
    const same = (): unknown => seen.push(Task.current() === task);
    same();
    await turn();
    same();
    await Promise.all([turn().then(same), new Promise((resolve) => queueMicrotask(() => resolve(same())))]);
    if (task.name === "a") await make(inner);
    same();
  };
  const [a, b, inner] = [task("a", run), task("b", run), task("inner", run)];
  assert.equal(Task.current(), undefined);
  const made = makeNow([a, b]);
  assert.equal(Task.current(), undefined);
  await made;
  assert.equal(Task.current(), undefined);
  assert.deepEqual(
    seen,
    Array.from({ length: 15 }, () => true),
  );
});

test("Task.current() in a synchronous function is that task, and afterwards what it was before", async () => {
  const seen: unknown[] = [];
  const inner = task("inner", () => seen.push(Task.current()?.name));
  const outer = task("outer", async () => {
    const made = inner.dispatch();
    seen.push(Task.current()?.name);
    await made;
    seen.push(Task.current()?.name);
  });
  await outer.make();
  assert.deepEqual(seen, ["inner", "outer", "outer"]);
});

test("a log line that is no string, and progress that is no number, are refused", async () => {
  const bad = [undefined, null, "half", {}, { value: 1 }, { value: Number.NaN, total: 1 }, Number.NaN];
  const a = task("a", (_, { log, progress }) => {
    assert.throws(() => log(5 as never), TypeError);
    for (const value of bad) assert.throws(() => progress(value as never), { message: /expected .+, got / });
  });
  assert.deepEqual((await makeNow(a)).map(String), ["Task:a:DONE"]);
});
