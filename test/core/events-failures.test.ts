// Listeners that throw or reject: they disturb nothing, and somebody hears of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { make, makeLater, task } from "thence";
import type { ListenerFailure, Transition } from "thence";
import { flush } from "../helpers/flush.ts";

/** What goes to `console.error` during a test. */
function consoleErrors(t: TestContext): unknown[][] {
  const calls: unknown[][] = [];
  t.mock.method(console, "error", (...args: unknown[]) => calls.push(args));
  return calls;
}

const throws = (): never => {
  throw new Error("thrown by a listener");
};
const rejects = async (): Promise<never> => throws();

for (const [how, listener] of [
  ["throws", throws],
  ["rejects", rejects],
] as const) {
  test(`a listener that ${how} never disturbs the run or the other listeners`, async (t) => {
    consoleErrors(t);
    const heard: string[] = [];
    const a = task("a", () => 1);
    const b = task("b", { require: a, run: (n) => n + 1 });
    for (const each of [a, b]) {
      for (const event of ["transition", "RUNNING", "DONE"] as const) {
        each.on(event, listener).on(event, ({ task, to }) => heard.push(`${task.name} ${event} ${to}`));
      }
    }
    const run = makeLater(b).on("transition", listener).on("DONE", listener);
    const summary = await run.finished;
    assert.deepEqual([summary.done.length, a.result, b.result], [2, 1, 2]);
    assert.equal(heard.length, 8);
  });

  test(`a listener that ${how} is reported as "listenerError" on the task and on the run, with error, transition and listener`, async (t) => {
    const errors = consoleErrors(t);
    const a = task("a", () => 1);
    const onTask: ListenerFailure[] = [];
    const onRun: ListenerFailure[] = [];
    let record: Transition | undefined;
    a.on("DONE", listener).on("DONE", (heard) => (record = heard));
    a.on("listenerError", (failure) => onTask.push(failure));
    const run = make(a).on("listenerError", (failure) => onRun.push(failure));
    await run.next();
    await flush();
    assert.deepEqual([onTask.length, onRun.length, errors], [1, 1, []]);
    for (const failure of [onTask[0], onRun[0]]) {
      assert.equal((failure?.error as Error | undefined)?.message, "thrown by a listener");
      assert.equal(failure?.listener, listener);
      assert.equal(failure?.transition, record);
    }
  });

  test(`a listener of the run that ${how} is reported as well`, async (t) => {
    const errors = consoleErrors(t);
    const a = task("a", () => 1);
    const failures: ListenerFailure[] = [];
    a.on("listenerError", (failure) => failures.push(failure));
    await make(a).on("DONE", listener).next();
    await flush();
    assert.deepEqual([failures.map((failure) => failure.listener), errors], [[listener], []]);
  });

  test(`a listener that ${how} goes to console.error if nobody listens to "listenerError"`, async (t) => {
    const errors = consoleErrors(t);
    const a = task("a", () => 1).on("DONE", listener);
    await a.make();
    await flush();
    assert.equal(errors.length, 1);
    assert.ok(errors[0]?.some((arg) => arg instanceof Error && arg.message === "thrown by a listener"));
  });

  test(`a once-listener, a log listener and a progress listener that ${how} are reported too`, async (t) => {
    const errors = consoleErrors(t);
    const a = task("a", (_, { log, progress }) => {
      log("line");
      progress(1);
      return 1;
    });
    const failures: unknown[] = [];
    a.on("listenerError", ({ listener }) => failures.push(listener));
    a.once("RUNNING", listener).on("log", listener).on("progress", listener);
    assert.equal(await a.make(), 1);
    await flush();
    assert.deepEqual([failures, errors], [[listener, listener, listener], []]);
  });

  test(`a track function that ${how} is reported like a listener`, async (t) => {
    consoleErrors(t);
    const a = task("a", { run: () => 1, track: listener });
    const failures: unknown[] = [];
    a.on("listenerError", ({ error }) => failures.push((error as Error).message));
    assert.equal(await a.make(), 1);
    await flush();
    assert.deepEqual(failures, ["thrown by a listener", "thrown by a listener"]);
  });

  test(`a listener of "listenerError" that ${how} disturbs nothing either`, async (t) => {
    const errors = consoleErrors(t);
    const a = task("a", () => 1)
      .on("DONE", throws)
      .on("listenerError", listener);
    assert.equal(await a.make(), 1);
    await flush();
    assert.equal(errors.length, 1);
  });
}

test("a listener may throw anything at all", async (t) => {
  consoleErrors(t);
  for (const thrown of [undefined, null, 0, "text", { then: 5 }, Object.create(null)]) {
    const failures: unknown[] = [];
    const a = task("a", () => 1);
    a.on("DONE", () => {
      throw thrown;
    }).on("listenerError", ({ error }) => failures.push(error));
    await a.make();
    assert.deepEqual(failures, [thrown]);
  }
});

test("a listener that is no function is refused when it is given", () => {
  const a = task("a", () => 1);
  for (const bad of [undefined, null, "DONE", {}]) {
    assert.throws(() => a.on("DONE", bad as never), TypeError);
    assert.throws(() => a.once("DONE", bad as never), TypeError);
  }
});

test("what a listener fires in vain is reported, and does not reach who caused the transition", async (t) => {
  consoleErrors(t);
  const a = task("a", () => 1);
  const failures: unknown[] = [];
  a.on("DONE", () => a.retry()).on("listenerError", ({ error }) => failures.push((error as Error).message));
  assert.equal(await a.make(), 1);
  assert.deepEqual(failures, ["invalid event 'retry' for state 'DONE'"]);
});

test("what a listener asks for in vain is reported like what it throws, and to nobody else", async (t) => {
  const errors = consoleErrors(t);
  const a = task("a", () => 1);
  const failures: ListenerFailure[] = [];
  const tooOften = (): void => void a.done(1).done(2);
  a.on("RUNNING", tooOften).on("listenerError", (failure) => failures.push(failure));
  await a.make();
  const [failure] = failures;
  assert.deepEqual([failures.length, failure?.listener, failure?.transition?.to], [1, tooOften, "RUNNING"]);
  assert.match(String(failure?.error), /invalid event 'done' for state 'DONE'/);
  assert.deepEqual(errors, []);
});
