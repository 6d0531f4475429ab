// Rules of ids: the keys by which a request that is made twice is carried out once.

import assert from "node:assert/strict";
import { rule, type Rule } from "./rule.ts";

const KEY = /^[A-Za-z0-9._-]{1,200}$/;

/** Ids. */
export const ids: readonly Rule[] = [
  rule("a request without an id is given one of its own, of the characters that ids may have", async (trial) => {
    const handles = await Promise.all(Array.from({ length: 100 }, (_, i) => trial.submit("echo", i)));
    assert.equal(new Set(handles.map(({ id }) => id)).size, 100);
    for (const { id } of handles) assert.match(id, KEY);
    for (const [i, handle] of handles.entries()) assert.equal(await trial.result(handle), i);
  }),

  rule("any id of the characters that ids may have is kept", async (trial) => {
    const odd = ["a", "0", "-", "--help", ".", "..", "a.b", "__proto__", "constructor", "A", "x".repeat(200)];
    for (const id of odd) {
      const handle = await trial.submit("echo", id, { id });
      assert.equal(handle.id, id);
      assert.equal(await trial.result(handle), id);
      const found = await trial.within("find()", trial.queue.find(id));
      assert.equal((await trial.within("info()", found?.info() ?? Promise.resolve(undefined)))?.input, id);
    }
  }),

  rule("an id of other characters, or too long, is refused", async (trial) => {
    for (const id of ["", "a b", "a/b", "a:b", "a\n", "ä", "a\u0000", "'", "%", "*", "x".repeat(201)]) {
      await trial.refuses(JSON.stringify(id), "ERR_THENCE_ARGUMENT", trial.queue.submit({ id, job: "echo" }));
    }
  }),

  rule("an id that is submitted again attaches to the job while it runs", async (trial) => {
    const id = "once";
    const first = await trial.occupy("first", "hold", { id });
    const again = await trial.submit("hold", trial.scene("second"), { id });
    assert.equal(again.id, id);
    await trial.stage.openGate("first");
    assert.equal(await trial.result(again), 1);
    assert.deepEqual(await trial.end(again), await trial.end(first));
    assert.deepEqual(await trial.stage.lines(), ["start first", "end first"]);
  }),

  rule("an id that is submitted again attaches to what became of the job", async (trial) => {
    const done = await trial.submit("hold", trial.scene("first"), { id: "done" });
    const ended = await trial.end(done);
    await trial.end(await trial.submit("fail", { message: "first" }, { id: "failed" }));
    const again = await trial.submit("hold", trial.scene("second"), { id: "done" });
    assert.deepEqual(await trial.end(again), ended);
    const failed = await trial.submit("echo", 1, { id: "failed" });
    assert.match((await trial.refuses("result()", "Error", failed.result())).message, /first/);
    assert.equal(await trial.result(await trial.submit("echo", "and on")), "and on");
    assert.deepEqual(await trial.stage.lines(), ["start first", "end first"]);
  }),

  rule("an id that is submitted many times at once is one job", async (trial) => {
    const input = { ...trial.scene("storm"), failures: 0 };
    const submitting = Array.from({ length: 50 }, () => trial.submit("flaky", input, { id: "storm" }));
    const handles = await Promise.all(submitting);
    for (const handle of handles) assert.deepEqual(await trial.result(handle), { attempt: 1, last: null });
    await trial.end(await trial.submit("echo"));
    assert.equal((await trial.stage.lines()).length, 1, "it runs once");
  }),
];
