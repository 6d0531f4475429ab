// In which order things happen on a transition, also when listeners cause further ones.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, task } from "thence";
import type { State, Task, Transition } from "thence";
import { flush } from "../helpers/flush.ts";
import { graph } from "../helpers/graph.ts";
import { remote } from "../helpers/remote.ts";

test('the order is: state and result, the promise, "transition" listeners, listeners of the new state\'s name', async () => {
  const a = remote("a");
  const order: string[] = [];
  const look = (who: string): void => void order.push(`${who}: ${a.task.state} ${String(a.task.result)}`);
  a.task.on("DONE", () => look("name 1"));
  a.task.on("transition", ({ to }) => {
    if (to !== "DONE") return;
    look("transition");
    // Comes right after the promise's own reactions, if the promise has been settled by now; before them if it has not.
    queueMicrotask(() => look("microtask of the listener"));
  });
  a.task.on("DONE", () => look("name 2"));
  const run = makeLater(a.task).on("transition", ({ to }) => to === "DONE" && look("the run's transition"));
  run.on("DONE", () => look("the run's name"));
  void a.task.join().then(() => look("promise"));
  await flush();
  a.finish(5);
  await run.finished;
  assert.deepEqual(order, [
    "transition: DONE 5",
    "the run's transition: DONE 5",
    "name 1: DONE 5",
    "name 2: DONE 5",
    "the run's name: DONE 5",
    "promise: DONE 5",
    "microtask of the listener: DONE 5",
  ]);
});

test("state and error are there when the listeners of a failure and of a cancel are called", async () => {
  const seen: [State, unknown][] = [];
  const failing = task("failing", () => {
    throw "oops";
  });
  failing.on("transition", ({ to }) => to === "FAILED" && seen.push([failing.state, failing.error]));
  await make(failing).next();
  const cancelled = task("cancelled", () => 1);
  cancelled.on("CANCELLED", ({ detail }) => seen.push([cancelled.state, cancelled.error === detail.error]));
  cancelled.cancel();
  assert.deepEqual(seen, [
    ["FAILED", "oops"],
    ["CANCELLED", true],
  ]);
});

test("listeners of one event are called in the order in which they were added", async () => {
  const a = task("a", () => 1);
  const order: number[] = [];
  for (const n of [1, 2, 3]) a.on("DONE", () => order.push(n));
  await a.make();
  assert.deepEqual(order, [1, 2, 3]);
});

/** Notes for each listener what it sees, and whether the record agrees with the task. */
function watch(task: Task<unknown>, notes: string[], who: string): void {
  task.on("transition", (record) => notes.push(`${who} ${describe(record)}`));
}

function describe({ task, event, to }: Transition): string {
  return `${task.name}.${event}${to === task.state ? "" : ` but ${task.state}`}`;
}

test("an event fired by a listener is carried out after every listener has heard the present record", async () => {
  const a = task("a", () => 1);
  const notes: string[] = [];
  watch(a, notes, "1");
  a.on("transition", ({ to }) => {
    if (to === "CANCELLED") a.retry();
  });
  watch(a, notes, "2");
  a.on("CANCELLED", (record) => notes.push(`3 ${describe(record)}`));
  a.cancel();
  assert.deepEqual(notes, ["1 a.cancel", "2 a.cancel", "3 a.cancel", "1 a.retry", "2 a.retry"]);
  assert.equal(a.state, "PENDING");
});

test("events fired by several listeners are carried out in order, and each is heard in full before the next", () => {
  const [a, b, c] = [task("a", () => 1), task("b", () => 1), task("c", () => 1)];
  const notes: string[] = [];
  a.on("transition", () => b.cancel());
  a.on("CANCELLED", () => c.cancel());
  b.on("transition", ({ to }) => to === "CANCELLED" && b.retry());
  for (const each of [a, b, c]) watch(each, notes, "-");
  a.cancel();
  assert.deepEqual(
    [...notes].toSorted(),
    ["- a.cancel", "- b.cancel", "- b.retry", "- c.cancel"],
    "every record agrees with its task",
  );
  assert.deepEqual(
    notes.filter((note) => note.includes(" b.")),
    ["- b.cancel", "- b.retry"],
  );
  assert.equal(notes[0], "- a.cancel");
});

test("a listener that makes a round trip on its own task again and again sees each record with its state", () => {
  const a = task("a", () => 1);
  const notes: string[] = [];
  let rounds = 0;
  a.on("CANCELLED", () => a.retry());
  a.on("PENDING", () => ++rounds < 1_000 && a.cancel());
  watch(a, notes, "-");
  a.cancel();
  assert.equal(notes.length, 2_000);
  assert.deepEqual(new Set(notes), new Set(["- a.cancel", "- a.retry"]));
});

test("a listener that cancels a dependent stops it before it starts", async () => {
  const { a, b } = graph`a -> b`;
  for (const event of ["transition", "DONE"] as const) {
    a.task.on(event, ({ to }) => to === "DONE" && b.task.cancel("not needed"));
  }
  const run = makeLater(b.task);
  await flush();
  a.finish();
  await run.finished;
  assert.deepEqual([b.task.state, b.starts], ["CANCELLED", 0]);
});

test("a listener of the run that cancels a dependent stops it before it starts", async () => {
  const { a, b } = graph`a -> b`;
  const run = make(b.task);
  run.on("DONE", ({ task }) => task === a.task && b.task.cancel());
  const next = run.next();
  await flush();
  a.finish();
  await next;
  assert.deepEqual([b.task.state, b.starts], ["CANCELLED", 0]);
});

test("a listener that cancels a dependent stops it before it starts, also in answer to an event that a listener fired", async () => {
  const { b, c } = graph`b -> c`;
  const a = task("a", () => 1);
  const run = makeLater(c.task);
  await flush();
  a.on("DONE", () => b.task.done(1));
  b.task.on("DONE", () => c.task.cancel("not needed"));
  await a.make();
  await run.finished;
  assert.deepEqual([b.task.state, c.task.state, c.starts], ["DONE", "CANCELLED", 0]);
});

test("a listener that cancels a task as it becomes RUNNING keeps its function from being called", async () => {
  const a = remote("a");
  a.task.on("RUNNING", () => a.task.cancel());
  await makeLater(a.task).finished;
  assert.deepEqual([a.task.state, a.starts], ["CANCELLED", 0]);
});

test("a listener that settles a task as it becomes RUNNING decides its outcome", async () => {
  const [a, b] = [remote("a", { onAbort: "ignores" }), remote("b")];
  a.task.on("RUNNING", () => a.task.done("from outside"));
  b.task.on("RUNNING", () => b.task.fail("from outside"));
  const run = makeLater([a.task, b.task], { grace: 0 });
  await run.finished;
  assert.deepEqual(
    [a.task.state, a.task.result, b.task.state, b.task.error],
    ["DONE", "from outside", "FAILED", "from outside"],
  );
});

test("a listener may start another run, whose records come after the present one", async () => {
  const [a, b] = [task("a", () => 1), task("b", () => 2)];
  const notes: string[] = [];
  a.on("DONE", () => void b.make());
  for (const each of [a, b]) watch(each, notes, "-");
  await a.make();
  await b.join();
  assert.deepEqual(notes, ["- a.dispatch", "- a.done", "- b.dispatch", "- b.done"]);
});

test("a listener added while a record is delivered hears the next one", async () => {
  const a = task("a", () => 1);
  const heard: State[] = [];
  a.once("RUNNING", () => {
    a.on("transition", ({ to }) => heard.push(to));
  });
  await a.make();
  assert.deepEqual(heard, ["DONE"]);
});

test("times never go back, however long listeners and functions take", async () => {
  const block = (): void => {
    for (const end = performance.now() + 2; performance.now() < end;);
  };
  const records: Transition[] = [];
  const a = task("a", block);
  const z = task("z", { require: a, run: async () => block() });
  const others = ["b", "c"].map((name) => task(name, { require: a, run: async () => block() }));
  a.on("DONE", () => {
    block();
    z.cancel();
  });
  z.once("CANCELLED", () => void z.retry());
  const run = make(task("all", { require: [z, ...others], run: () => 0 }));
  run.on("transition", (record) => records.push(record));
  for await (const ended of run) assert.equal(ended.state, "DONE");
  const times = records.map(({ at }) => at);
  assert.deepEqual(
    times,
    times.toSorted((x, y) => x - y),
  );
  const starts = others.map(({ startedAt }) => startedAt as number).toSorted((x, y) => x - y);
  assert.ok((starts[1] as number) - (starts[0] as number) >= 2, "each begins when its function is called");
});
