// Rules of jobs that fail: what was thrown over there is told here, and never taken for a failure of the machinery.

import assert from "node:assert/strict";
import { RemoteError } from "../../core/job-errors.ts";
import { LONG_TEXT, type Thrown } from "./oddities.ts";
import { rule, type Rule } from "./rule.ts";
import type { Trial } from "./trial.ts";

/** What failed jobs tell. */
export const errors: readonly Rule[] = [
  rule("an error keeps the name of its class, its message, code, data and stack", async (trial) => {
    const data = { row: 7, tags: ["a", null] };
    const error = await failure(trial, { name: "ParseError", message: "bad 𝕏 line", code: "E_PARSE", data });
    assert.deepEqual([error.name, error.message, error.code], ["ParseError", "bad 𝕏 line", "E_PARSE"]);
    assert.deepEqual(error.data, data);
    assert.match(error.stack ?? "", /oddities/, "the stack leads to where it was thrown");
  }),

  rule("an error keeps its causes", async (trial) => {
    const cause: Thrown = { name: "MiddleError", message: "middle", code: "E_MIDDLE", cause: { message: "root" } };
    const error = await failure(trial, { message: "top", cause });
    const middle = error.cause as RemoteError;
    assert.ok(middle instanceof Error, "the error has no cause");
    assert.deepEqual([middle.name, middle.message, middle.code], ["MiddleError", "middle", "E_MIDDLE"]);
    assert.equal((middle.cause as Error | undefined)?.message, "root");
  }),

  rule("whatever a job throws fails it, be it no error at all", async (trial) => {
    assert.equal((await failure(trial, { instead: "text" })).message, LONG_TEXT);
    assert.match((await failure(trial, { instead: "undefined" })).message, /undefined/);
    assert.match((await failure(trial, { instead: "null" })).message, /null/);
    const object = await failure(trial, { instead: "object" });
    assert.deepEqual([object.message, object.code], ["an object", "E_OBJECT"]);
    const plain = await failure(trial, { instead: "plain" });
    assert.deepEqual(plain.data, { reason: "quota", limit: 3 });
    assert.match(plain.message, /quota/);
  }),

  rule("an error keeps a code that is a number", async (trial) => {
    assert.equal((await failure(trial, { message: "exit", code: 3 })).code, 3);
    const info = await trial.end(await trial.submit("fail", { message: "none", code: 0 }));
    assert.equal(info.error?.code, 0);
  }),

  rule("an error that looks like one of the machinery's is still the job's own", async (trial) => {
    for (const name of ["JobLostError", "UnknownJobError", "SerializationError", "CancelledError"]) {
      await failure(trial, { name, message: "so it says", code: "ERR_THENCE_JOB_LOST", machinery: true });
    }
  }),

  rule("an error whose data is no JSON value arrives without them", async (trial) => {
    const error = await failure(trial, { message: "odd", code: "E_ODD", oddData: true });
    assert.deepEqual([error.message, error.code, error.data], ["odd", "E_ODD", undefined]);
  }),

  rule("the info of a failed job tells its error and no result", async (trial) => {
    const info = await trial.end(await trial.submit("fail", { name: "TypeError", message: "told", code: "E_TOLD" }));
    assert.equal(info.state, "failed");
    assert.deepEqual([info.error?.name, info.error?.message, info.error?.code], ["TypeError", "told", "E_TOLD"]);
    assert.equal(info.error?.machinery, undefined);
    assert.equal(info.result, undefined);
    assert.ok(info.endedAt !== undefined, "it has ended");
  }),

  rule("a failed job leaves the others alone", async (trial) => {
    const handles = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        i % 2 === 0 ? trial.submit("fail", { message: String(i) }) : trial.submit("echo", i),
      ),
    );
    const infos = await Promise.all(handles.map((handle) => trial.end(handle)));
    for (const [i, info] of infos.entries()) {
      if (i % 2 === 0) assert.equal(info.error?.message, String(i));
      else assert.equal(info.result, i);
    }
  }),
];

async function failure(trial: Trial, thrown: Thrown): Promise<RemoteError> {
  const handle = await trial.submit("fail", thrown);
  const error = await trial.within(
    "the error",
    handle.result().then(
      () => assert.fail("the job ought to fail"),
      (caught: unknown) => caught,
    ),
  );
  if (error instanceof assert.AssertionError) throw error;
  assert.ok(error instanceof RemoteError, `expected a RemoteError, got ${String(error)}`);
  assert.equal((await trial.end(handle)).state, "failed");
  return error;
}
