// Rules of handing jobs over, and of what a queue tells about them.

import assert from "node:assert/strict";
import type { JobRequest } from "../../core/job-queue.ts";
import { STRANGE_KINDS, strange } from "./oddities.ts";
import { rule, type Rule } from "./rule.ts";
import type { Trial } from "./trial.ts";

/** Handing over, inputs, unknown jobs, infos and lists. */
export const submission: readonly Rule[] = [
  rule("a job is executed with its input, and its result arrives", async (trial) => {
    const handle = await trial.submit("add", { a: 19, b: 23 });
    assert.equal(await trial.result(handle), 42);
    const info = await trial.end(handle);
    assert.deepEqual([info.id, info.job, info.state, info.result], [handle.id, "add", "done", 42]);
    assert.deepEqual(info.input, { a: 19, b: 23 });
  }),

  rule(
    "once submit has resolved the queue holds the job, and finds it by its id",
    async (trial) => {
      await trial.occupy("first");
      const handle = await trial.submit("echo", "waits");
      const info = await trial.within("info()", handle.info());
      assert.deepEqual([info.id, info.job, info.input, info.attempts], [handle.id, "echo", "waits", 0]);
      assert.equal(info.state, "queued");
      const found = await trial.within("find()", trial.queue.find(handle.id));
      assert.equal(found?.id, handle.id);
      await trial.stage.openGate("first");
      assert.equal(await trial.result(found), "waits");
    },
    { concurrency: 1 },
  ),

  rule("nothing is found under an id that no job has", async (trial) => {
    assert.equal(await trial.within("find()", trial.queue.find("no-such-job")), undefined);
  }),

  rule("wrong arguments of find, jobs, on, logs and join are refused with an error that says so", async (trial) => {
    const handle = await trial.submit("echo", 1);
    const wrong: Record<string, () => unknown> = {
      "find(undefined)": async () => trial.queue.find(undefined as never),
      "jobs({ state })": () => list(trial, { state: "bogus" as never }),
      "jobs({ colour })": () => list(trial, { colour: "blue" } as never),
      'on("bogus")': async () => handle.on("bogus" as "end", () => {}),
      "on without a listener": async () => handle.on("end", undefined as never),
      "join({ signal })": () => handle.join({ signal: {} as never }),
      "join({ timeout })": () => handle.join({ timeout: Number.NaN }),
    };
    if (trial.supports.logs) wrong["logs(1.5)"] = () => handle.logs(1.5);
    for (const [what, call] of Object.entries(wrong)) {
      const error = await trial.refuses(what, "ERR_THENCE_ARGUMENT", Promise.resolve().then(call));
      assert.match(error.message, /expected|unknown/, what);
    }
    assert.equal(await trial.result(handle), 1);
  }),

  rule("jobs without an input get undefined", async (trial) => {
    assert.equal(await trial.result(await trial.submit("inspect")), "undefined");
    assert.equal(await trial.result(await trial.submit("inspect", null)), "null");
  }),

  rule(
    "an input is handed over as it is when it is submitted",
    async (trial) => {
      await trial.occupy("first");
      const input = { list: [1] };
      const handle = await trial.submit("echo", input);
      input.list.push(2);
      await trial.stage.openGate("first");
      assert.deepEqual(await trial.result(handle), { list: [1] });
    },
    { concurrency: 1 },
  ),

  rule("an input of 5 MB arrives whole", async (trial) => {
    const text = "0123456789abcdef".repeat(327_680);
    assert.ok((await trial.result(await trial.submit("echo", text))) === text, "the text is another");
  }),

  rule(
    "an input that is no JSON value is refused with a SerializationError and leaves no job behind",
    async (trial) => {
      for (const kind of STRANGE_KINDS) {
        const submitted = trial.queue.submit({ id: `strange-${kind}`, job: "echo", input: strange(kind) });
        await trial.refuses(kind, "SerializationError", submitted);
        assert.equal(await trial.within("find()", trial.queue.find(`strange-${kind}`)), undefined, kind);
      }
    },
  ),

  rule("a job that no worker has is refused, or fails, with an UnknownJobError", async (trial) => {
    const unknown = trial.queue.submit({ job: "no such job" }).then((handle) => handle.result());
    await trial.refuses("result()", "UnknownJobError", unknown);
    assert.equal(await trial.result(await trial.submit("echo", 1)), 1);
  }),

  rule("a request that is wrong is refused with an error that says so, and leaves no job behind", async (trial) => {
    const wrong: Record<string, unknown> = {
      job: "",
      priority: Number.NaN,
      delay: -1,
      timeout: -1,
      retry: -1,
      limit: 0,
    };
    for (const [option, value] of Object.entries(wrong)) {
      const request = { job: "echo", id: `wrong-${option}`, [option]: value };
      const error = await trial.refuses(option, "ERR_THENCE_ARGUMENT", trial.queue.submit(request));
      assert.match(error.message, new RegExp(`${option}.*expected`), "the message names the option");
      assert.equal(await trial.within("find()", trial.queue.find(`wrong-${option}`)), undefined, option);
    }
  }),

  rule("a request with an option that no request has is refused, and leaves no job behind", async (trial) => {
    const request = { job: "echo", id: "coloured", colour: "blue" } as JobRequest;
    const error = await trial.refuses("submit()", "ERR_THENCE_ARGUMENT", trial.queue.submit(request));
    assert.match(error.message, /colour/, "the message names the option");
    assert.equal(await trial.within("find()", trial.queue.find("coloured")), undefined);
  }),

  rule("a job's info tells when it was submitted, when it started and when it ended", async (trial) => {
    const before = Date.now();
    const handle = await trial.occupy("first");
    const during = await trial.within("info()", handle.info());
    assert.deepEqual([during.state, during.attempts, during.endedAt], ["running", 1, undefined]);
    await trial.stage.openGate("first");
    const { createdAt, startedAt = 0, endedAt = 0, attempts } = await trial.end(handle);
    assert.equal(attempts, 1);
    assert.deepEqual([createdAt, startedAt], [during.createdAt, during.startedAt], "times do not change");
    // A clock of another process or machine may differ a little.
    assert.ok(before - 1000 <= createdAt && createdAt <= startedAt + 1000 && startedAt <= endedAt, "times in order");
    assert.ok(endedAt <= Date.now() + 1000, "times are milliseconds since the epoch");
  }),

  rule("jobs() lists all jobs, oldest first", async (trial) => {
    const handles = [];
    for (let i = 0; i < 30; i++) handles.push(await trial.submit("echo", i));
    assert.deepEqual(
      await list(trial),
      handles.map(({ id }) => id),
    );
  }),

  rule(
    "jobs() lists only those of a state, or of a name",
    async (trial) => {
      const running = await trial.occupy("first");
      const waiting = await trial.submit("echo", 1);
      assert.deepEqual(await list(trial, { state: "running" }), [running.id]);
      assert.deepEqual(await list(trial, { state: "queued" }), [waiting.id]);
      assert.deepEqual(await list(trial, { job: "echo" }), [waiting.id]);
      assert.deepEqual(await list(trial, { job: "echo", state: "running" }), []);
      const cancelled = await trial.submit("echo", 2);
      await trial.within("cancel()", cancelled.cancel());
      await trial.stage.openGate("first");
      await trial.end(running);
      await trial.end(waiting);
      const failed = await trial.submit("fail", {});
      await trial.end(failed);
      assert.deepEqual(await list(trial, { state: "done" }), [running.id, waiting.id]);
      assert.deepEqual(await list(trial, { state: "failed" }), [failed.id]);
      assert.deepEqual(await list(trial, { state: "cancelled" }), [cancelled.id]);
    },
    { concurrency: 1 },
  ),
];

async function list(trial: Trial, filter?: Parameters<Trial["queue"]["jobs"]>[0]): Promise<string[]> {
  const ids: string[] = [];
  const reading = (async () => {
    for await (const { id } of trial.queue.jobs(filter)) ids.push(id);
  })();
  await trial.within("jobs()", reading);
  return ids;
}
