// Which throws are "because of the signal", and what becomes of an attempt that throws so.

import assert from "node:assert/strict";
import { test } from "node:test";
import vm from "node:vm";
import { CancelledError, makeLater, ReleasedError, task, TaskTimeoutError } from "thence";
import type { Run, State } from "thence";
import { virtualClock } from "thence/testing";
import type { VirtualClock } from "thence/testing";
import { flush } from "../helpers/flush.ts";
import { remote } from "../helpers/remote.ts";
import type { Remote } from "../helpers/remote.ts";
import { remoteIn } from "./task-in-state.ts";

const BECAUSE: [string, (reason: unknown) => unknown][] = [
  ["is signal.reason", (reason) => reason],
  ["is a DOMException named AbortError", () => new DOMException("aborted", "AbortError")],
  ["is an Error named AbortError", () => Object.assign(new Error("aborted"), { name: "AbortError" })],
  [
    "is an AbortError of another realm",
    () => vm.runInNewContext("Object.assign(new Error('a'), { name: 'AbortError' })") as unknown,
  ],
  ["has signal.reason as its cause", (reason) => new Error("stopped", { cause: reason })],
  [
    "has signal.reason deep in its causes",
    (reason) => new Error("1", { cause: new Error("2", { cause: { cause: reason } }) }),
  ],
];

interface Stop {
  readonly what: string;
  readonly state: State;
  readonly error: (reason: unknown) => unknown;
  readonly kind: new (...args: never[]) => Error;
  stop(a: Remote, clock: VirtualClock, run: Run): unknown;
}

const STOPS: Stop[] = [
  {
    what: "a cancel makes it CANCELLED",
    state: "CANCELLED",
    error: (reason) => reason,
    kind: CancelledError,
    stop: (a) => a.task.cancel("enough"),
  },
  {
    what: "a timeout makes it FAILED with the TaskTimeoutError",
    state: "FAILED",
    error: (reason) => reason,
    kind: TaskTimeoutError,
    stop: (_, clock) => clock.advance(100),
  },
  {
    what: "leaving its run gives it back, PENDING",
    state: "PENDING",
    error: () => undefined,
    kind: ReleasedError,
    stop: (_, __, run) => void run.return(),
  },
];

async function stopped(end: Stop): Promise<Remote> {
  const clock = virtualClock();
  const a = remote("a", { onAbort: "ignores", timeout: 100 });
  const run = makeLater(a.task, { clock });
  await flush();
  await end.stop(a, clock, run);
  assert.deepEqual([a.task.state, a.context.signal.aborted], ["RUNNING", true]);
  return a;
}

for (const end of STOPS) {
  for (const [how, makeError] of BECAUSE) {
    test(`${end.what} if what the function throws ${how}`, async () => {
      const a = await stopped(end);
      const reason: unknown = a.context.signal.reason;
      assert.ok(reason instanceof end.kind);
      a.fail(makeError(reason));
      await flush();
      assert.equal(a.task.state, end.state);
      assert.equal(a.task.error, end.error(reason));
      assert.equal(reason.cause, undefined, "nothing else has gone wrong, so there is no cause");
    });
  }
}

const UNRELATED: [string, () => unknown][] = [
  ["an ordinary error", () => new Error("ordinary")],
  ["a string", () => "AbortError"],
  ["an error with another cause", () => new Error("x", { cause: new CancelledError("another") })],
  ["a CancelledError of its own", () => new CancelledError("mine")],
  ["an error in a circle of causes", circle],
];

function circle(): Error {
  const error = new Error("circle");
  error.cause = error;
  return error;
}

for (const [what, makeError] of UNRELATED) {
  test(`${what}, thrown after a timeout or when the run was left, is a failure like others`, async () => {
    for (const end of STOPS.slice(1)) {
      const a = await stopped(end);
      const error = makeError();
      a.fail(error);
      await flush();
      assert.equal(a.task.state, "FAILED", end.what);
      assert.equal(a.task.error, error);
    }
  });

  test(`${what}, thrown without any signal, is a failure like others, and is retried`, async () => {
    const error = makeError();
    const a = await remoteIn("RUNNING", { retry: 1 });
    a.fail(error);
    await flush();
    assert.deepEqual([a.starts, a.context.lastError], [2, error]);
    a.fail(error);
    await flush();
    assert.equal(a.task.state, "FAILED");
    assert.equal(a.task.error, error);
  });
}

test("an AbortError that is thrown although the own signal is not aborted is a failure like others", async () => {
  for (const error of [
    new DOMException("aborted", "AbortError"),
    AbortSignal.abort().reason as Error,
    AbortSignal.abort(5).reason,
  ]) {
    const a = await remoteIn("RUNNING");
    a.fail(error);
    await flush();
    assert.equal(a.task.state, "FAILED");
    assert.equal(a.task.error, error);
  }
});

test("the reason of another task's signal is a failure like others", async () => {
  const [a, b] = [await remoteIn("RUNNING", { onAbort: "ignores" }), await remoteIn("RUNNING")];
  a.task.cancel();
  b.fail(a.context.signal.reason);
  a.finish();
  await flush();
  assert.deepEqual([b.task.state, b.task.error === a.context.signal.reason], ["FAILED", true]);
});

test("a CancelledError that is thrown unasked is a failure like others: FAILED, not CANCELLED", async () => {
  const error = new CancelledError("mine");
  const a = task("a", () => {
    throw error;
  });
  await assert.rejects(a.make(), error);
  assert.equal(a.state, "FAILED");
});

test("an attempt that returns normally although its run was left is DONE", async () => {
  const a = await stopped(STOPS[2] as Stop);
  a.finish("after all");
  await flush();
  assert.deepEqual([a.task.state, a.task.result], ["DONE", "after all"]);
});
