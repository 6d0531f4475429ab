// Jobs in threads and child processes: the same as on the event loop, but for what can be stopped.

import assert from "node:assert/strict";
import { test } from "node:test";
import { worker } from "thence/worker";
import { until } from "../helpers/held-jobs.ts";
import { Desk } from "./desk.ts";

const MODULE = new URL("far-jobs.ts", import.meta.url);

for (const mode of ["thread", "process"] as const) {
  test(`a job with mode "${mode}" runs there, with the context of its claim`, async () => {
    const desk = new Desk();
    await using _working = worker(desk, MODULE);
    const lastError = { name: "Error", message: "before" };
    const handed = await desk.hand(`where ${mode}`, "x", { id: "a-1", attempt: 3, lastError });
    const outcome = await handed.outcome;
    assert.ok(outcome.state === "done", JSON.stringify(outcome));
    const { isMainThread, pid, ...rest } = JSON.parse(outcome.result ?? "") as Record<string, unknown>;
    assert.deepEqual([isMainThread, pid === process.pid], mode === "thread" ? [false, true] : [true, false]);
    assert.deepEqual(rest, { id: "a-1", attempt: 3, lastError: "before", child: "submitted-1", input: "x" });
    assert.deepEqual(desk.submitted, [{ job: "echo", input: "x", parent: "a-1" }]);
    assert.deepEqual([handed.logged, handed.progressed], [["a line"], [{ value: 1, total: 2, message: "half" }]]);
  });

  test(`a job with mode "${mode}" that never gives a turn is stopped by force when it is cancelled or takes too long`, async () => {
    const desk = new Desk();
    await using _working = worker(desk, MODULE, { grace: 50 });
    const cancelled = await desk.hand(`spin ${mode}`);
    cancelled.cancel("enough");
    assert.deepEqual(await cancelled.outcome, { state: "cancelled", reason: "enough" });
    const late = await (await desk.hand(`spin ${mode}`, undefined, { timeout: 100 })).outcome;
    assert.ok(late.state === "failed");
    assert.deepEqual([late.error.name, late.error.code], ["TaskTimeoutError", "ERR_THENCE_TIMEOUT"]);
  });

  test(`a job with mode "${mode}" is told why it is to stop, as it would be on the event loop`, async () => {
    const desk = new Desk();
    const working = worker(desk, MODULE);
    const cancelled = await desk.hand(`why ${mode}`);
    await until(() => cancelled.logged.length > 0);
    cancelled.cancel("enough");
    await cancelled.outcome;
    const late = await desk.hand(`why ${mode}`, undefined, { timeout: 200 });
    await late.outcome;
    const released = await desk.hand(`why ${mode}`);
    await until(() => released.logged.length > 0);
    void working.abort("closing");
    assert.deepEqual(await released.outcome, { state: "released" });
    await working;
    assert.deepEqual(
      [cancelled, late, released].map(({ logged }) => JSON.parse(logged[1] ?? "") as unknown),
      [
        { name: "CancelledError", message: "cancelled: enough", code: "ERR_THENCE_CANCELLED", reason: "enough" },
        {
          name: "TaskTimeoutError",
          message: `job "why ${mode}" passed its timeout of 200 ms`,
          code: "ERR_THENCE_TIMEOUT",
        },
        { name: "ReleasedError", message: "given back unfinished: closing", code: "ERR_THENCE_RELEASED" },
      ],
    );
  });

  test(`a job with mode "${mode}" that listens is given back when the worker is aborted`, async () => {
    const desk = new Desk();
    const working = worker(desk, MODULE);
    const { outcome } = await desk.hand(`listen ${mode}`);
    void working.abort();
    assert.deepEqual(await outcome, { state: "released" });
    await working;
  });

  test(`a job with mode "${mode}" that fails is repeated as its policy says, which is asked here`, async () => {
    const desk = new Desk();
    await using _working = worker(desk, MODULE);
    for (const [code, retryIn] of [
      ["E_AGAIN", 0],
      ["E_NEVER", undefined],
    ] as const) {
      const outcome = await (await desk.hand(`fail ${mode}`, code)).outcome;
      assert.ok(outcome.state === "failed");
      assert.deepEqual([outcome.error.name, outcome.error.code, outcome.retryIn], ["RangeError", code, retryIn]);
    }
  });
}
