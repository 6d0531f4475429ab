// Which of the ready tasks comes first: urgency, then the longest remaining path, then the order of creation.

import assert from "node:assert/strict";
import { test } from "node:test";
import { makeLater, task, type GroupOptions, type Task } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";
import { names, playOut, tasksOf } from "./run-helpers.ts";

/** Tasks that note their names when they run; a run of them, one at a time, gives the order. */
function noting() {
  const order: string[] = [];
  const note = (name: string, options: GroupOptions<Task[]> = {}): Task<unknown> =>
    task(name, { ...options, run: () => void order.push(name) });
  const orderOf = async (...tasks: Task<unknown>[]): Promise<string> => {
    await makeLater(tasks, { concurrency: 1 }).finished;
    return order.join(" ");
  };
  return { note, orderOf };
}

test("the ready task of the greatest priority starts first", async () => {
  const { note, orderOf } = noting();
  const tasks = [1, -1, 0, 10, 2.5].map((priority) => note(`p${priority}`, { priority }));
  assert.equal(await orderOf(...tasks), "p10 p2.5 p1 p0 p-1");
});

test("a task's urgency reaches all that it requires", async () => {
  const { note, orderOf } = noting();
  const [plain, a] = [note("plain", { priority: 3 }), note("a")];
  const b = note("b", { require: [a] });
  const urgent = note("urgent", { require: [b], priority: 5 });
  assert.equal(await orderOf(plain, urgent), "a b urgent plain");
});

test("a prerequisite is as urgent as the most urgent of its dependents", async () => {
  const { note, orderOf } = noting();
  const [x, shared] = [note("x", { priority: 4 }), note("shared")];
  const low = note("low", { require: [shared], priority: 1 });
  const high = note("high", { require: [shared], priority: 9 });
  assert.equal(await orderOf(x, low, high), "shared high x low");
});

test("a negative priority never holds back a dependent: the prerequisite is as urgent as that", async () => {
  const { note, orderOf } = noting();
  const slow = note("slow", { priority: -10 });
  const [dependent, other] = [note("dependent", { require: [slow] }), note("other", { priority: -1 })];
  assert.equal(await orderOf(other, dependent), "slow dependent other");
});

test("a negative priority does not make what it requires less urgent", async () => {
  const { note, orderOf } = noting();
  const other = note("other", { priority: -1 });
  const plain = note("plain");
  const last = note("last", { require: [plain], priority: -5 });
  assert.equal(await orderOf(other, last), "plain other last");
});

test("among equally urgent tasks the one with the longest path still before the end starts first", async () => {
  const { note, orderOf } = noting();
  const [short, long] = [note("short"), note("long")];
  const one = note("one", { require: [short] });
  const two = note("two", { require: [note("middle", { require: [long] })] });
  assert.equal(await orderOf(one, two), "long short middle one two");
});

test("priority counts before the length of the path", async () => {
  const { note, orderOf } = noting();
  const long = note("end", { require: [note("middle", { require: [note("long")] })] });
  const urgent = note("urgent", { priority: 1 });
  assert.equal(await orderOf(long, urgent), "urgent long middle end");
});

test("what is alike otherwise starts in the order of creation, however it was asked for", async () => {
  const { note, orderOf } = noting();
  const [a, b, c, d] = [note("a"), note("b"), note("c"), note("d")];
  assert.equal(await orderOf(d, b, a, c), "a b c d");
});

test("a task that becomes ready later overtakes the less urgent ones that wait", async () => {
  const { a, b, c } = graph`a; b; c`;
  const urgent = remote("urgent", { priority: 1 });
  urgent.task.require(a.task);
  void makeLater(tasksOf(a, b, c, urgent), { concurrency: 1 });
  assert.equal(await playOut(a, b, c, urgent), "a urgent b c");
});

test("a late require makes the prerequisite as urgent as its new dependent", async () => {
  const { x, a, b } = graph<"x" | "a" | "b">`x; a; b`;
  const urgent = remote("urgent", { priority: 1 });
  urgent.task.require(x.task);
  void makeLater(tasksOf(x, a, b, urgent), { concurrency: 1 });
  urgent.task.require(b.task);
  assert.equal(await playOut(x, a, b, urgent), "x b urgent a");
});

test("urgency reaches through a group", async () => {
  const { note, orderOf } = noting();
  const [plain, a] = [note("plain", { priority: 1 }), note("a")];
  const group = task("group", { require: a });
  const urgent = note("urgent", { require: [group], priority: 2 });
  assert.equal(await orderOf(plain, urgent), "a urgent plain");
});

test("a run with more slots hands them out in the same order", async () => {
  const remotes = [0, 3, 1, 2].map((priority) => remote(`p${priority}`, { priority }));
  void makeLater(tasksOf(...remotes), { concurrency: 2 });
  await flush();
  const started = remotes.filter(({ starts }) => starts > 0).map(({ task }) => task);
  assert.equal(names(started), "p3 p2");
});
