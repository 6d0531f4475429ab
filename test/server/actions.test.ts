// What the buttons of the page do, asked for as the page does it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, settled, task, TaskQueue } from "thence";
import { serve, type LivePage } from "thence/server";
import type { Described } from "../../src/server/page/wire.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { until } from "./until.ts";
import { Stream } from "./wire.ts";

const act = async (page: LivePage, action: string): Promise<readonly [number, unknown]> => {
  const headers = { origin: new URL(page.url).origin };
  const response = await fetch(`${page.url}${action}`, { method: "POST", headers });
  return [response.status, await response.json()];
};

test("what has ended cannot be cancelled, and a task that is not there neither", async () => {
  const run = makeLater(task("a", () => {}));
  await run.finished;
  await using page = await serve(run);
  assert.deepEqual(await act(page, "tasks/0/cancel"), [409, { problem: "It has ended already." }]);
  assert.deepEqual(await act(page, "tasks/1/cancel"), [404, { problem: "There is no such task." }]);
  assert.deepEqual(await act(page, "tasks/0/retry"), [200, {}]);
  assert.equal(run.tasks[0]?.attempts, 1);
});

test("a retry repairs what a task needs and what it held up, prerequisites first, and nothing else", async () => {
  const { a, b, c, d, e } = graph`a -> b -> c; d; e -> c`;
  const run = makeLater([c.task, d.task], { concurrency: 4 });
  await until("they run", () => a.running && d.running && e.running);
  a.fail(new Error("a"));
  d.fail(new Error("d"));
  e.finish();
  await run.finished;
  await using page = await serve(run);
  assert.deepEqual([b.task.state, c.task.state], ["FAILED", "FAILED"]);
  assert.deepEqual(await act(page, "tasks/1/retry"), [200, {}]);
  await until("a runs again", () => a.running);
  assert.deepEqual([b.task.state, c.task.state, d.task.state], ["PENDING", "PENDING", "FAILED"]);
  a.finish();
  await until("b runs", () => b.running);
  b.finish();
  await until("c runs", () => c.running);
  c.finish();
  await c.task.join();
  assert.equal(c.task.state, "DONE");
  assert.equal(e.task.attempts, 1);
});

test("a retry goes on in the run if that is still under way", async () => {
  const { a, b } = graph`a b`;
  const run = makeLater([a.task, b.task], { concurrency: 2 });
  await using page = await serve(run);
  await until("they run", () => a.running && b.running);
  a.fail(new Error("once"));
  await a.task.join();
  await act(page, "tasks/0/retry");
  await until("a runs again", () => a.starts === 2 && a.running);
  b.finish();
  await b.task.join();
  assert.equal(run.endedAt, undefined);
  a.finish();
  const { done } = await run.finished;
  assert.deepEqual(done, [a.task, b.task]);
});

test("a task that was cancelled although others only wait for its end, by a soft edge, is retried alone", async () => {
  const first = remote("first");
  const cleanUp = task("clean up", { require: [settled(first.task)], run: () => "clean" });
  const run = makeLater(cleanUp);
  await until("it runs", () => first.running);
  await using page = await serve(run);
  await act(page, "tasks/0/cancel");
  await run.finished;
  assert.deepEqual([first.task.state, cleanUp.state], ["CANCELLED", "DONE"]);
  await act(page, "tasks/0/retry");
  await until("it runs again", () => first.running);
  assert.equal(cleanUp.state, "DONE");
  first.finish();
  await first.task.join();
});

test("what is made again after the run has its resources, queues and limits", async () => {
  const order: string[] = [];
  let fails = true;
  const work = (name: string) =>
    task(name, {
      uses: { db: 1 },
      queue: "slow",
      run: () => {
        order.push(name);
        if (fails) throw new Error("down");
      },
    });
  const [a, b] = [work("a"), work("b")];
  const handed: string[] = [];
  const slow = (run: () => unknown, { name }: { readonly name: string }): void => {
    handed.push(name);
    void run();
  };
  const run = makeLater([a, b], { resources: { db: 1 }, queues: { slow } });
  await run.finished;
  await using page = await serve(run);
  fails = false;
  assert.deepEqual(await act(page, "retry"), [200, {}]);
  await Promise.all([a.join(), b.join()]);
  assert.deepEqual([a.state, b.state, handed], ["DONE", "DONE", ["a", "b", "a", "b"]]);
});

test("the log and the progress of what is made again after the run are kept from its first line on", async () => {
  const a = task("a", (_, { attempt, log, progress }) => {
    log(`attempt ${attempt}`);
    progress({ value: attempt, total: 2 });
    if (attempt === 1) throw new Error("once");
  });
  const run = make(a);
  await using page = await serve(run);
  for await (const _ of run);
  await act(page, "tasks/0/retry");
  await a.join();
  const { log } = (await (await fetch(`${page.url}tasks/0`)).json()) as { log: string[] };
  assert.deepEqual(log, ["attempt 1", "attempt 2"]);
  using stream = await Stream.open(page.url);
  const { data } = await stream.next("the tasks", ({ event }) => event === "tasks");
  assert.deepEqual((data as Described[])[0]?.now[6], [2, 2, ""]);
});

test("what is made again after the run fails fast and ends by its signal as that did, unless that has aborted", async () => {
  const down = new AbortController();
  const { a, b } = graph`a b`;
  const run = makeLater([a.task, b.task], { concurrency: 1, failFast: true, signal: down.signal });
  await until("a runs", () => a.running);
  a.fail(new Error("once"));
  await run.finished;
  await using page = await serve(run);
  await act(page, "tasks/0/retry");
  await until("a runs again", () => a.running);
  down.abort();
  await a.task.join();
  assert.equal(a.task.state, "CANCELLED");
  await act(page, "tasks/0/retry");
  await until("a runs once more", () => a.running);
  a.fail(new Error("again"));
  await a.task.join();
  assert.deepEqual([a.task.state, b.task.state], ["FAILED", "PENDING"]);
});

test("cancelling the run cancels what is unfinished, also what was started from the page", async () => {
  const { a, b } = graph`a -> b`;
  const run = makeLater(b.task);
  await using page = await serve(run);
  await until("a runs", () => a.running);
  a.fail(new Error("once"));
  await run.finished;
  await act(page, "retry");
  await until("a runs again", () => a.running);
  assert.deepEqual(await act(page, "cancel"), [200, {}]);
  await Promise.all([a.task.join(), b.task.join()]);
  assert.deepEqual([a.task.state, b.task.state], ["CANCELLED", "CANCELLED"]);
});

test("cancelling a run that has not begun, and the tasks of a queue", async () => {
  const { a, b } = graph`a -> b`;
  await using page = await serve(make(b.task));
  await act(page, "cancel");
  assert.deepEqual([a.task.state, b.task.state], ["CANCELLED", "CANCELLED"]);
  const { c, d } = graph`c d`;
  await using queue = await serve(new TaskQueue([c.task, d.task]));
  await act(queue, "cancel");
  assert.deepEqual([c.task.state, d.task.state], ["CANCELLED", "CANCELLED"]);
});

test("a task of a queue that nobody runs is made when it is retried", async () => {
  const { a } = graph`a`;
  const queue = new TaskQueue([a.task]);
  await using page = await serve(queue);
  await act(page, "tasks/0/cancel");
  assert.equal(a.task.state, "CANCELLED");
  await act(page, "tasks/0/retry");
  await until("a runs", () => a.running);
  a.finish();
  await a.task.join();
  assert.equal(a.task.state, "DONE");
});

test("closing the page leaves what was started from it: what stops is PENDING again", async () => {
  const { a } = graph`a`;
  const run = makeLater(a.task);
  await until("a runs", () => a.running);
  a.fail(new Error("once"));
  await run.finished;
  const page = await serve(run);
  await act(page, "tasks/0/retry");
  await until("a runs again", () => a.running);
  await page.close();
  await until("a is given back", () => a.task.is("PENDING"));
});
