// What errors, tasks and records look like when they are printed or turned into JSON: not like the graph around them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockedError, CycleError, StalledError, task, TaskTimeoutError, TransitionError } from "thence";
import { execute } from "../repository/workspace.ts";

test("an error that nobody catches prints itself and its causes, and nothing of the graph", async () => {
  const program = `
import { task } from "thence";
const files = Array.from({ length: 50 }, (_, n) => task("file" + n, async () => { if (n === 7) throw new Error("syntax"); }));
await task("bundle", { require: files, run: () => 1 }).make();`;
  const args = ["--conditions=thence-source", "--input-type=module", "--eval", program];
  const { code, stderr } = await execute(process.execPath, args, import.meta.dirname);
  assert.equal(code, 1);
  assert.match(stderr, /BlockedError: task "bundle" is blocked by "file7" \(FAILED\)/);
  assert.match(stderr, /\[cause\]: Error: syntax/);
  assert.ok(stderr.split("\n").length < 40, stderr.slice(0, 2_000));
});

test("the tasks of an error can be read, and are not among what it has of its own", () => {
  const a = task("a", () => 1);
  const errors = [
    new TransitionError(a, "done"),
    new CycleError([a]),
    new BlockedError(a, [a]),
    new TaskTimeoutError(a, "attempt", 5),
    new StalledError([{ task: a, on: [] }]),
  ];
  for (const error of errors) {
    for (const value of Object.values(error)) assert.equal(typeof value === "object", false, error.name);
  }
  const [transition, cycle, blocked, timeout, stalled] = errors as never as [
    TransitionError,
    CycleError,
    BlockedError,
    TaskTimeoutError,
    StalledError,
  ];
  assert.deepEqual([transition.task, cycle.path, blocked.task, blocked.blockers], [a, [a], a, [a]]);
  assert.deepEqual([timeout.task, stalled.stuck], [a, [{ task: a, on: [] }]]);
});

test("a task in JSON is its id, its name and its state, also in the record of a transition", async () => {
  const a = task("a", () => 1);
  const lines: string[] = [];
  a.on("DONE", (record) => lines.push(JSON.stringify(record)));
  await a.make();
  assert.match(lines[0] as string, new RegExp(`"task":{"id":${a.id},"name":"a","state":"DONE"}`));
});
