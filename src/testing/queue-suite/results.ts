// Rules of what comes back from jobs that succeed.

import assert from "node:assert/strict";
import { SHAPES, STRANGE_KINDS } from "./oddities.ts";
import { rule, type Rule } from "./rule.ts";

/** Results and schemas. */
export const results: readonly Rule[] = [
  rule("results of every JSON shape arrive as they are", async (trial) => {
    const handles = await Promise.all(SHAPES.map((shape) => trial.submit("echo", shape)));
    for (const [i, handle] of handles.entries()) {
      const expected = asJSON(SHAPES[i]);
      const info = await trial.end(handle);
      assert.equal(info.state, "done");
      assert.deepEqual(await trial.result(handle), expected);
      assert.deepEqual(info.result, expected, "info().result");
      assert.deepEqual(info.input, expected, "info().input");
    }
  }),

  rule("a job that returns nothing has the result undefined, and one that returns null has null", async (trial) => {
    const nothing = await trial.submit("nothing");
    assert.equal(await trial.result(nothing), undefined);
    assert.equal((await trial.end(nothing)).state, "done");
    assert.equal(await trial.result(await trial.submit("echo", null)), null);
  }),

  rule("a result of 5 MB arrives whole", async (trial) => {
    const result = await trial.result(await trial.submit("large", { length: 5_242_880 }));
    assert.ok(typeof result === "string" && result.length === 5_242_880, "the length is another");
    assert.ok(result === "0123456789".repeat(524_288), "the text is another");
  }),

  rule("a result that is no JSON value fails its job with a SerializationError", async (trial) => {
    for (const kind of STRANGE_KINDS) {
      const handle = await trial.submit("unserialisable", { kind });
      await trial.refuses(kind, "SerializationError", handle.result());
      assert.equal((await trial.end(handle)).state, "failed", kind);
    }
    assert.equal(await trial.result(await trial.submit("echo", "and on")), "and on");
  }),

  rule("what a caller does to a result changes it for nobody else", async (trial) => {
    const handle = await trial.submit("echo", { list: [1] });
    const result = (await trial.result(handle)) as { list: number[] };
    result.list.push(2);
    assert.deepEqual(await trial.result(handle), { list: [1] });
  }),

  rule("the function of a job gets what its schema makes of the input", async (trial) => {
    assert.equal(await trial.result(await trial.submit("checked", "quiet")), "QUIET");
  }),

  rule("an input that the job's schema refuses fails it with a SchemaError", async (trial) => {
    const error = await trial.refuses("result()", "SchemaError", (await trial.submit("checked", 7)).result());
    assert.match(error.message, /input of job "checked".*expected a string/);
    assert.deepEqual((error as { data?: unknown }).data, { issues: [{ message: "expected a string", path: "" }] });
  }),

  rule("a result that the job's schema refuses fails it with a SchemaError", async (trial) => {
    const error = await trial.refuses("result()", "SchemaError", (await trial.submit("checked", "seven")).result());
    assert.match(error.message, /result of job "checked".*expected a string/);
  }),
];

function asJSON(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
