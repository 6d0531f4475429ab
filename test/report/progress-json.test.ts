// Progress as JSON lines, for programs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, task } from "thence";
import { progress } from "thence/report";
import { paper } from "./progress-helpers.ts";

test("JSON has an object for each transition, log line and progress, and one that sums up", async () => {
  const { options, objects } = paper();
  const first = task("first", (_, { log, progress }) => {
    log("a \u001B[31mline");
    progress({ value: 1, total: 2, message: "half" });
  });
  const broken = first.andThen("broken", () => {
    throw Object.assign(new Error("no", { cause: new TypeError("why") }), { code: "E_NO" });
  });
  const last = broken.andThen("last", () => {});
  const run = make(last);
  progress(run, { ...options, mode: "json" });
  for await (const _ of run);
  const error = { message: "no", code: "E_NO", causes: ["TypeError: why"] };
  const all = objects();
  for (const object of all) {
    assert.match(object.at ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    for (const key of ["at", "ms", "longestPath"] as const) delete object[key];
  }
  const told = (task: string, id: number, event: string, from: string, to: string, attempt: number, more = {}) => ({
    ...more,
    type: "transition",
    task,
    id,
    event,
    from,
    to,
    attempt,
  });
  assert.deepEqual(all, [
    told("first", first.id, "dispatch", "PENDING", "RUNNING", 1),
    { type: "log", task: "first", id: first.id, line: "a \u001B[31mline" },
    { type: "progress", task: "first", id: first.id, value: 1, total: 2, message: "half" },
    told("first", first.id, "done", "RUNNING", "DONE", 1),
    told("broken", broken.id, "dispatch", "PENDING", "RUNNING", 1),
    told("broken", broken.id, "error", "RUNNING", "FAILED", 1, { error }),
    told("last", last.id, "error", "PENDING", "FAILED", 0, {
      because: "failed prerequisites",
      error: { message: all[6]?.error?.message, code: "ERR_THENCE_BLOCKED", causes: ["no", "TypeError: why"] },
    }),
    {
      type: "summary",
      total: 3,
      done: 1,
      failed: 1,
      blocked: 1,
      cancelled: 0,
      unfinished: 0,
      failures: [{ task: "broken", id: broken.id, error }],
    },
  ]);
});

test("JSON of a run that could not begin has the reason, of one that is stopped that it is", async () => {
  const [first, second] = [paper(), paper()];
  const loop = task("a", () => {});
  const other = loop.andThen("b", () => {});
  loop.require(other);
  const refused = make(loop);
  progress(refused, { ...first.options, mode: "json" });
  await assert.rejects(refused.next());
  assert.deepEqual(first.objects().at(-1)?.error, { message: "CycleError: a -> b -> a", code: "ERR_THENCE_CYCLE" });

  progress(make(task("c", () => {})), { ...second.options, mode: "json" }).stop();
  const [summary, ...more] = second.objects() as { stopped?: string; unfinished?: number }[];
  assert.deepEqual([summary?.stopped, summary?.unfinished, more], ["the run goes on", 1, []]);
});
