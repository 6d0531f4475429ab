// What a worker makes of each claim, with a queue whose claims the test hands out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { job } from "thence";
import { worker } from "thence/worker";
import { flush } from "../helpers/flush.ts";
import { Desk } from "./desk.ts";

const never = (): Promise<never> => new Promise(() => {});

/** Rejects with the reason once the signal aborts. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));

const double = job("double", (input: number) => 2 * input);
const fails = job("fails", () => {
  throw Object.assign(new RangeError("too far"), { code: "E_FAR", data: { at: 7 } });
});
const obeys = job("obeys", (_: unknown, { signal }) => untilAborted(signal));
const ignores = job("ignores", never);

test("a job that returns is done, with its result as JSON", async () => {
  const desk = new Desk();
  const working = worker(desk, [double]);
  assert.deepEqual(await (await desk.hand("double", 21)).outcome, { state: "done", result: "42" });
  assert.deepEqual(await working.stop(), {
    name: working.name,
    ended: "stopped",
    done: 1,
    failed: 0,
    retried: 0,
    cancelled: 0,
    released: 0,
  });
});

test("a job that throws has failed, with name, message, code, data and stack of what it threw", async () => {
  const desk = new Desk();
  await using working = worker(desk, { fails });
  const outcome = await (await desk.hand("fails")).outcome;
  assert.ok(outcome.state === "failed" && outcome.retryIn === undefined);
  const { stack, ...error } = outcome.error;
  assert.deepEqual(error, { name: "RangeError", message: "too far", code: "E_FAR", data: { at: 7 } });
  assert.match(stack ?? "", /worker\.test\.ts/);
  assert.equal((await working.stop()).failed, 1);
});

test("a job gets the id, the attempt and the last error of its claim, and its log and progress reach the queue", async () => {
  const seen: unknown[] = [];
  const curious = job("curious", (_: unknown, { id, attempt, lastError, log, progress }) => {
    seen.push(id, attempt, (lastError as Error).message);
    log("one");
    progress(0.5);
    progress({ value: 3, total: 4, message: "soon" });
    return undefined;
  });
  const desk = new Desk();
  await using _working = worker(desk, [curious]);
  const lastError = { name: "Error", message: "before" };
  const handed = await desk.hand("curious", null, { id: "k-1", attempt: 3, lastError });
  assert.deepEqual(await handed.outcome, { state: "done", result: undefined });
  assert.deepEqual(seen, ["k-1", 3, "before"]);
  assert.deepEqual(
    [handed.logged, handed.progressed],
    [
      ["one"],
      [
        { value: 0.5, total: 1 },
        { value: 3, total: 4, message: "soon" },
      ],
    ],
  );
});

test("context.submit puts a job on the same queue, marked with its parent", async () => {
  const parent = job("parent", async (_: unknown, { submit }) => submit(double, 4, { delay: 10 }));
  const desk = new Desk();
  await using _working = worker(desk, [parent]);
  const { outcome } = await desk.hand("parent", null, { id: "p" });
  assert.deepEqual(await outcome, { state: "done", result: '"submitted-1"' });
  assert.deepEqual(desk.submitted, [{ job: "double", input: 4, parent: "p", delay: 10 }]);
});

test("a job that is cancelled ends cancelled with the reason, whatever it does then", async () => {
  const returns = job("returns", async (_: unknown, { signal }) => untilAborted(signal).catch(() => "all the same"));
  const desk = new Desk();
  await using working = worker(desk, [obeys, returns]);
  for (const name of ["obeys", "returns"]) {
    const handed = await desk.hand(name);
    await flush();
    handed.cancel("enough");
    assert.deepEqual(await handed.outcome, { state: "cancelled", reason: "enough" });
  }
  assert.equal((await working.stop()).cancelled, 2);
});

test("a job that ignores its cancel is abandoned after the grace, and what it says later is not heard", async () => {
  let go: () => void = () => {};
  let tell: (line: string) => void = () => {};
  const deaf = job("deaf", async (_: unknown, { log }) => {
    tell = log;
    await new Promise<void>((resolve) => (go = resolve));
  });
  const desk = new Desk();
  await using _working = worker(desk, [deaf], { grace: 20 });
  const handed = await desk.hand("deaf");
  await flush();
  handed.cancel();
  assert.deepEqual(await handed.outcome, { state: "cancelled", reason: undefined });
  tell("late");
  go();
  await flush();
  assert.deepEqual(handed.logged, []);
});

test("with a grace of Infinity a job may take any time to stop, and its worker waits for it", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = job("slow", async () => {
    await promise;
    throw new Error("stopped at last");
  });
  const desk = new Desk();
  const working = worker(desk, [slow], { grace: Infinity });
  const handed = await desk.hand("slow");
  let isOver = false;
  void handed.outcome.then(() => (isOver = true));
  await flush();
  handed.cancel();
  await flush();
  assert.equal(isOver, false);
  resolve();
  assert.equal((await handed.outcome).state, "cancelled");
  await working.stop();
});

test("an attempt that takes too long fails with a TaskTimeoutError, by the request's timeout before the job's", async () => {
  const slow = job("slow", { timeout: 10, run: (_: unknown, { signal }) => untilAborted(signal) });
  const desk = new Desk();
  await using _working = worker(desk, [slow, ignores], { grace: 10 });
  for (const [name, claim, ms] of [
    ["slow", {}, 10],
    ["slow", { timeout: 15 }, 15],
    ["ignores", { timeout: 5 }, 5],
  ] as const) {
    const outcome = await (await desk.hand(name, null, claim)).outcome;
    assert.ok(outcome.state === "failed");
    const { name: kind, code, message } = outcome.error;
    const expected = `job ${JSON.stringify(name)} passed its timeout of ${ms} ms`;
    assert.deepEqual([kind, code, message], ["TaskTimeoutError", "ERR_THENCE_TIMEOUT", expected]);
  }
});

test("an attempt that returns after its timeout has timed out all the same", async () => {
  const late = job("late", async (_: unknown, { signal }) => untilAborted(signal).catch(() => "late"));
  const desk = new Desk();
  await using _working = worker(desk, [late]);
  assert.equal((await (await desk.hand("late", null, { timeout: 5 })).outcome).state, "failed");
});

test("a claim that is lost stops its job, and its outcome says nothing", async () => {
  const desk = new Desk();
  await using working = worker(desk, [obeys]);
  const handed = await desk.hand("obeys");
  handed.lose();
  assert.deepEqual(await handed.outcome, { state: "released" });
  assert.equal((await working.stop()).released, 1);
});

test("stop() takes nothing more, lets end what runs and then resolves", async () => {
  let finish: (value: string) => void = () => {};
  const waits = job("waits", () => new Promise<string>((resolve) => (finish = resolve)));
  const desk = new Desk();
  const working = worker(desk, [waits]);
  const { outcome } = await desk.hand("waits");
  let hasEnded = false;
  const stopped = working.stop().then(() => (hasEnded = true));
  await flush();
  assert.deepEqual([desk.isStopped, hasEnded], [true, false]);
  finish("fine");
  assert.deepEqual(await outcome, { state: "done", result: '"fine"' });
  await stopped;
});

test("abort() gives back what stops, keeps what ends by itself, and abandons the rest", async () => {
  const returns = job("returns", async (_: unknown, { signal }) => untilAborted(signal).catch(() => "just in time"));
  const breaks = job("breaks", async (_: unknown, { signal }) =>
    untilAborted(signal).catch(() => Promise.reject(new Error("own"))),
  );
  const desk = new Desk();
  const working = worker(desk, [obeys, returns, breaks, ignores], { grace: 20 });
  const handed = [];
  for (const name of ["obeys", "returns", "breaks", "ignores"]) handed.push(await desk.hand(name));
  await flush();
  const summary = await working.abort("enough");
  const states = (await Promise.all(handed.map(({ outcome }) => outcome))).map(({ state }) => state);
  assert.deepEqual(states, ["released", "done", "failed", "released"]);
  assert.deepEqual([summary.ended, summary.released, summary.done, summary.failed], ["aborted", 2, 1, 1]);
});

test("what a queue hands out after abort() is given back unbegun", async () => {
  let starts = 0;
  const counts = job("counts", () => ++starts);
  const desk = new Desk();
  const working = worker(desk, [counts]);
  await desk.consumed;
  void working.abort();
  assert.deepEqual(await (await desk.hand("counts")).outcome, { state: "released" });
  assert.equal(starts, 0);
  await working;
});

test("a worker that is stopped before it has begun takes nothing", async () => {
  const desk = new Desk();
  let begun = false;
  void desk.consumed.then(() => (begun = true));
  assert.equal((await worker(desk, [double]).stop()).ended, "stopped");
  await flush();
  assert.equal(begun, false);
});

test("a queue that fails for good rejects the worker, and what runs is told to stop", async () => {
  let reason: unknown;
  const listens = job("listens", (_: unknown, { signal }) =>
    untilAborted(signal).catch((error: unknown) => (reason = error)),
  );
  const desk = new Desk();
  const working = worker(desk, [listens]);
  const rejected = assert.rejects(working, /the disk is gone/);
  await desk.hand("listens");
  desk.fail(new Error("the disk is gone"));
  await rejected;
  assert.equal((reason as Error).name, "ReleasedError");
});

test("above maxMemory a worker ends after the job that it executes", async () => {
  const desk = new Desk();
  const working = worker(desk, [double], { maxMemory: 1 });
  await (
    await desk.hand("double", 1)
  ).outcome;
  assert.deepEqual([(await working).ended, (await working).done], ["maxMemory", 1]);
});
