// Slots, resources and places in queues of tasks that wait in `context.make()`: given back, taken again, and never a deadlock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, task, type MakeOptions, type Task } from "thence";
import { pQueue } from "thence/queues";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { running, states, tasksOf } from "./run-helpers.ts";

/** Runs in which no two attempts run at once. */
const ONE_AT_A_TIME: Record<string, () => MakeOptions> = {
  "concurrency 1": () => ({ concurrency: 1 }),
  "a PQueue of concurrency 1": () => ({ queue: pQueue({ concurrency: 1 }) }),
  both: () => ({ queue: pQueue({ concurrency: 1 }), concurrency: 1 }),
  "a resource of 1": () => ({ concurrency: 9, resources: { lock: 1 } }),
  "a queue function that runs one at a time": () => {
    let last: Promise<unknown> = Promise.resolve();
    return { queue: (run) => (last = last.then(run)) };
  },
};

test("tasks that make tasks, fifty deep, do not deadlock where only one runs at a time", async () => {
  for (const [name, options] of Object.entries(ONE_AT_A_TIME)) {
    const uses = name.includes("resource") ? { lock: 1 } : {};
    const nest = (depth: number): Task<number> =>
      task(`depth ${depth}`, {
        uses,
        run: async (_, { make }) => (depth === 0 ? 0 : 1 + (await make(nest(depth - 1)))),
      });
    const top = nest(50);
    assert.equal(await top.make(options()), 50, name);
  }
});

test("tasks that make many tasks, several levels deep, do not deadlock where only one runs at a time", async () => {
  for (const [name, options] of Object.entries(ONE_AT_A_TIME)) {
    const uses = name.includes("resource") ? { lock: 1 } : {};
    const tree = (depth: number): Task<number> =>
      task(`tree ${depth}`, {
        uses,
        run: async (_, { make }) => {
          if (depth === 0) return 1;
          const halves = await Promise.all([make([tree(depth - 1), tree(depth - 1)]), make(tree(depth - 1))]);
          return halves.flat().reduce((sum, n) => sum + n, 0);
        },
      });
    assert.equal(await tree(4).make(options()), 81, name);
  }
});

test("a task that goes on after context.make() holds its slot again", async () => {
  for (const kind of ["a slot", "a resource"]) {
    const uses = kind === "a resource" ? { db: 1 } : {};
    const [p, child, later] = [remote("p", { uses }), remote("child", { uses }), remote("later", { uses })];
    const { outside } = graph<"outside">`outside`;
    later.task.require(outside.task);
    void outside.task.dispatch();
    const options = kind === "a resource" ? { concurrency: 9, resources: { db: 1 } } : { concurrency: 1 };
    const run = makeLater(tasksOf(p, later), options);
    await flush();
    const made = p.context.make(child.task);
    await flush();
    assert.equal(running(p, child, later), "p child", kind);
    child.finish("made");
    assert.equal(await made, "made");
    outside.finish();
    await flush();
    assert.equal(states(p, later), "RUNNING PENDING", kind);
    p.finish();
    await flush();
    assert.equal(states(p, later), "DONE RUNNING", kind);
    later.finish();
    await run.finished;
  }
});

test("a task goes on after context.make() only when it has its slot, or its resources, again", async () => {
  for (const kind of ["a slot", "a resource"]) {
    const uses = kind === "a resource" ? { db: 1 } : {};
    const [p, other] = [remote("p", { uses }), remote("other", { uses, priority: -1 })];
    const { child } = graph<"child">`child`;
    void child.task.dispatch();
    const options = kind === "a resource" ? { concurrency: 9, resources: { db: 1 } } : { concurrency: 1 };
    const run = makeLater(tasksOf(p, other), options);
    await flush();
    assert.equal(running(p, other), "p");
    let isOver = false;
    void p.context.make(child.task).then(() => (isOver = true));
    await flush();
    assert.equal(states(p, other), "RUNNING RUNNING", kind);
    child.finish();
    await flush();
    assert.equal(isOver, false, kind);
    other.finish();
    await flush();
    assert.equal(isOver, true, kind);
    p.finish();
    await run.finished;
  }
});

test("several waits of one task hold no slot until the last of them is over", async () => {
  const { p, a, b } = graph<"p" | "a" | "b">`p; a; b`;
  const run = makeLater(p.task, { concurrency: 1 });
  await flush();
  const both = Promise.all([p.context.make(a.task), p.context.make(b.task)]);
  await flush();
  assert.equal(running(a, b), "a");
  a.finish(1);
  await flush();
  assert.equal(running(a, b), "b");
  b.finish(2);
  assert.deepEqual(await both, [1, 2]);
  p.finish();
  await run.finished;
});

test("a task that waits in context.make() leaves its place in a queue, and takes one again to go on", async () => {
  const { p, a, b } = graph<"p" | "a" | "b">`p; a; b`;
  const queue = pQueue({ concurrency: 1 });
  const run = makeLater(tasksOf(p), { queue });
  await flush();
  const made = p.context.make(a.task);
  await flush();
  const other = makeLater(b.task, { queue });
  await flush();
  assert.deepEqual([states(a, b), queue.size], ["RUNNING QUEUED", 1]);
  a.finish("a");
  await flush();
  assert.equal(states(a, b), "DONE RUNNING");
  b.finish();
  assert.equal(await made, "a");
  assert.equal(queue.pending, 1);
  p.finish();
  await Promise.all([run.finished, other.finished]);
  await queue.onIdle();
});

test("no more than one attempt is between its waits where only one may run", async () => {
  for (const [name, options] of Object.entries(ONE_AT_A_TIME)) {
    const uses = name.includes("resource") ? { lock: 1 } : {};
    let active = 0;
    let most = 0;
    const work = async <T>(step: () => Promise<T>): Promise<T> => {
      most = Math.max(most, ++active);
      await undefined;
      active--;
      const result = await step();
      most = Math.max(most, ++active);
      await undefined;
      active--;
      return result;
    };
    const tops = Array.from({ length: 6 }, (_, index) =>
      task(`top ${index}`, {
        uses,
        run: (_inputs, { make }) =>
          work(() => make([task("x", { uses, run: () => work(flush) }), task("y", { uses, run: () => work(flush) })])),
      }),
    );
    await makeLater(tops, options()).finished;
    assert.ok(tops.every(({ state }) => state === "DONE"));
    assert.equal(most, 1, name);
  }
});

test("a task whose first make() is over goes on without its slot if it waits in another make()", async () => {
  for (const [name, options] of Object.entries(ONE_AT_A_TIME)) {
    const uses = name.includes("resource") ? { lock: 1 } : {};
    const [a, c] = [remote("a", { uses }), remote("c", { uses })];
    const b = remote("b", { uses, require: a.task });
    const other = remote("other", { uses, require: b.task });
    const gate = Promise.withResolvers<void>();
    const parent = task("parent", {
      uses,
      priority: 1,
      run: async (_, { make }) => {
        const [first, second] = [make(a.task), make(b.task)];
        await Promise.all([first, gate.promise]);
        return Promise.all([second, make(c.task)]);
      },
    });
    const run = makeLater([parent, other.task], options());
    await flush();
    a.finish();
    await flush();
    b.finish();
    await flush();
    assert.equal(running(other), "other", `${name}: it has the slot that the parent waits for`);
    gate.resolve();
    await flush();
    other.finish();
    await flush();
    c.finish();
    const { done } = await run.finished;
    assert.equal(done.length, 5, name);
  }
});
