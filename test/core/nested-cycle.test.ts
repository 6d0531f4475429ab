// Cycles through `context.make()`: found at once, so that no task waits for itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CycleError, makeLater, task, type Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { names, playOut, running, states } from "./run-helpers.ts";

/** The names on the path of a CycleError, in alphabetical order. */
function pathOf(error: unknown): string {
  assert.ok(error instanceof CycleError, String(error));
  return names(error.path).split(" ").toSorted().join(" ");
}

test("making oneself is a CycleError", async () => {
  const p: Task<unknown> = task("p", (_, { make }): Promise<unknown> => make(p));
  await makeLater(p).finished;
  assert.equal(pathOf(p.error), "p");
  assert.equal((p.error as Error).message, "p -> p");
});

test("making a dependent, near or far, is a CycleError, and the task can go on", async () => {
  for (const [far, path] of [
    [false, "d p"],
    [true, "d e p"],
  ] as const) {
    const errors: unknown[] = [];
    const p = task("p", async (_, { make }) => {
      await make(far ? e : d).catch((error: unknown) => errors.push(error));
      return "went on";
    });
    const d: Task<unknown> = p.andThen("d", (word) => word);
    const e: Task<unknown> = d.andThen("e", (word) => word);
    await makeLater(e).finished;
    assert.equal(pathOf(errors[0]), path);
    assert.deepEqual([p.state, e.result], ["DONE", "went on"]);
  }
});

test("making what makes oneself is a CycleError, through one waiting task or several", async () => {
  for (const concurrency of [1, 9]) {
    for (const length of [2, 3, 10]) {
      const tasks: Task<unknown>[] = Array.from({ length }, (_, index) =>
        task(`t${index}`, async (_inputs, { make }): Promise<unknown> => {
          if (index === 0) await undefined;
          return make(tasks[(index + 1) % length] as Task<unknown>);
        }),
      );
      const { failed } = await makeLater(tasks[0] as Task<unknown>, { concurrency }).finished;
      assert.equal(failed.length, length);
      for (const { error } of tasks) assert.equal(pathOf(error).split(" ").length, length);
    }
  }
});

test("a child that starts at once and makes a dependent of its parent is a CycleError", async () => {
  const p: Task<unknown> = task("p", async (_, { make }): Promise<unknown> => {
    await undefined;
    return make(child);
  });
  const child: Task<unknown> = task("child", (_, { make }): Promise<unknown> => make(dependent));
  const dependent = p.andThen("dependent", () => 1);
  await makeLater([p, dependent], { concurrency: 9 }).finished;
  assert.equal(pathOf(child.error), "child dependent p");
  assert.equal(p.error, child.error);
});

test("tasks that run side by side and make each other do not wait for ever", async () => {
  const { a, b } = graph`a; b`;
  const run = makeLater([a.task, b.task], { concurrency: 2 });
  await flush();
  const first = a.context.make(b.task);
  await assert.rejects(b.context.make(a.task), (error) => pathOf(error) === "a b");
  b.finish("b");
  assert.equal(await first, "b");
  a.finish();
  assert.equal((await run.finished).done.length, 2);
});

test("a cycle through an edge and a waiting task is found: making what requires the task that waits for oneself", async () => {
  const { a, b, c } = graph`a; b; a -> c`;
  const run = makeLater([a.task, b.task, c.task], { concurrency: 9 });
  await flush();
  assert.equal(running(a, b, c), "a b");
  const first = a.context.make(b.task);
  await assert.rejects(b.context.make(c.task), (error) => pathOf(error) === "a b c");
  b.finish(1);
  assert.equal(await first, 1);
  assert.equal(await playOut(a, b, c), "a c");
  await run.finished;
});

test("a late require that would close a cycle through a waiting task throws, and changes nothing", async () => {
  const { a, b, c } = graph`a; c -> b`;
  const run = makeLater(a.task, { concurrency: 1 });
  await flush();
  const made = a.context.make(b.task);
  await flush();
  assert.equal(states(a, b, c), "RUNNING PENDING RUNNING");
  assert.throws(
    () => b.task.require(a.task),
    (error) => pathOf(error) === "a b",
  );
  assert.deepEqual(b.task.prerequisites, [c.task]);
  assert.equal(await playOut(c, b), "c b");
  await made;
  a.finish();
  assert.equal((await run.finished).done.length, 3);
});

test("once the wait is over it is no part of a cycle any more", async () => {
  const { a, b, c } = graph`a; b; c`;
  const run = makeLater([a.task, c.task], { concurrency: 9 });
  await flush();
  const made = a.context.make(b.task);
  await flush();
  b.finish();
  await made;
  const later = c.context.make(a.task);
  a.finish("a");
  assert.equal(await later, "a");
  c.finish();
  assert.equal((await run.finished).done.length, 3);
});

test("a cycle among the children is a CycleError that names them", async () => {
  const { a, b } = graph`a -> b -> a`;
  const p = task("p", (_, { make }) => make(a.task));
  await makeLater(p).finished;
  assert.equal(pathOf(p.error), "a b");
  assert.equal(states(a, b), "PENDING PENDING");
});
