// Tasks at a job queue whose news come late, or not at all.

import assert from "node:assert/strict";
import { test } from "node:test";
import { job, make, makeNow } from "thence";
import { jobsOf } from "../../src/core/execute.ts";
import type { JobEvents, JobHandle, JobRequest } from "../../src/core/job-queue.ts";
import { heldJob, queueFor, until } from "../helpers/held-jobs.ts";
import { MemoryEngine } from "../helpers/memory-engine.ts";
import { IN_PROCESS } from "../helpers/memory-harness.ts";
import { MemoryQueue } from "../helpers/memory-queue.ts";

/** A queue whose events of one kind never come. */
class SilentQueue extends MemoryQueue {
  silent: keyof JobEvents = "log";

  override async submit(request: JobRequest): Promise<JobHandle> {
    const handle = await super.submit(request);
    const on = handle.on.bind(handle);
    handle.on = (event, listener) => (event === this.silent ? handle : on(event, listener));
    return handle;
  }
}

test("a task is DONE only after the last line of its job's log, also if the end is known first", async () => {
  const talk = job("talk", (_: null, { log }) => ["one", "two", "three"].forEach((line) => log(line)));
  const a = talk.task("a", { input: null });
  const heard: string[] = [];
  a.on("log", (line) => heard.push(`${line} ${a.state}`));
  await makeNow(a, { queue: new SilentQueue(new MemoryEngine(jobsOf({ talk }), IN_PROCESS), 1) });
  assert.deepEqual(heard, ["one RUNNING", "two RUNNING", "three RUNNING"]);
});

test("lines of a job's log that were heard are not told again at its end", async () => {
  const { hold, held } = heldJob();
  const a = hold.task("a", { input: "a" });
  const heard: string[] = [];
  a.on("log", (line) => heard.push(line));
  const made = makeNow(a, { queue: queueFor({ hold }) });
  await until(() => held.has("a"));
  held.get("a")?.context.log("one");
  await until(() => heard.length === 1);
  held.get("a")?.context.log("two");
  held.get("a")?.end();
  await made;
  assert.deepEqual(heard, ["one", "two"]);
});

test("tasks whose run was left are PENDING again though their queue is closed before their jobs have stopped", async () => {
  const stubborn = Promise.withResolvers<null>();
  const wait = job("wait", () => stubborn.promise);
  const queue = new MemoryQueue(new MemoryEngine(jobsOf({ wait }), IN_PROCESS));
  const worker = queue.work(1);
  const a = wait.task("a", { input: undefined });
  const run = make(a, { queue });
  void run.next();
  await until(() => a.state === "RUNNING");
  const left = run.return();
  void queue.close();
  await left;
  assert.equal(a.state, "PENDING");
  stubborn.resolve(null);
  await worker.stop();
});

test("a run with the name of one that was left makes again what has been told to stop, and has not yet", async () => {
  const stubborn = Promise.withResolvers<string>();
  let calls = 0;
  const slow = job("slow", () => (++calls === 1 ? stubborn.promise : "second"));
  const queue = queueFor({ slow });
  const a = slow.task("a", { input: undefined });
  const run = make(a, { queue, runId: "nightly", grace: 0 });
  void run.next();
  await until(() => a.state === "RUNNING");
  await run.return();
  // As in another process, whose tasks have the same ids.
  delete a._extras().handed;
  const made = makeNow(a, { queue, runId: "nightly" });
  await until(() => calls === 2 || a.isSettled());
  stubborn.resolve("first");
  await made;
  assert.deepEqual([a.state, a.result], ["DONE", "second"]);
});
