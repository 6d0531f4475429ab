// What is particular to threads: force, exits, heaps, and the end of the program.

import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { test } from "node:test";
import { CancelledError, makeNow, task } from "thence";
import { threads } from "thence/threads";
import { choosy, flaky, add } from "../helpers/jobs/basic.ts";
import {
  checkThatCommandsEnd,
  checkModulesThatFail,
  checkThatLoadingEnds,
  checkWhatIsLeftBehind,
  JOBS,
  startProgram,
  until,
} from "./local-jobs.ts";

test("a job that spins is terminated after grace, and the others do not notice", async () => {
  const queue = threads(JOBS, { concurrency: 2, grace: 100 });
  const [spin, other] = [await queue.submit({ job: "spin" }), await queue.submit({ job: "nap", input: 400 })];
  await until("it spins", async () => (await spin.logs()).length === 1);
  assert.equal(await spin.cancel("enough"), true);
  const { state, reason } = await spin.join();
  assert.deepEqual([state, reason], ["cancelled", "enough"]);
  await assert.rejects(spin.result(), CancelledError);
  assert.equal(await other.result(), 400);
  const more = await Promise.all([1, 2, 3].map((input) => queue.submit({ job: "echo", input })));
  assert.deepEqual(await Promise.all(more.map((handle) => handle.result())), [1, 2, 3]);
  await queue.close();
});

test("a job that listens is asked first, and its thread lives on", async () => {
  const queue = threads(JOBS, { concurrency: 1, grace: 20_000 });
  const handle = await queue.submit({ job: "listen" });
  await until("it listens", async () => (await handle.logs()).length === 1);
  await handle.cancel();
  assert.equal((await handle.join()).state, "cancelled");
  assert.deepEqual(await handle.logs(), ["listening", "told to stop"]);
  await queue.close();
});

test("a thread that exits takes only its own job", async () => {
  const queue = threads(JOBS, { concurrency: 2 });
  const naps = [await queue.submit({ job: "nap", input: 200 })];
  const exit = await queue.submit({ job: "exit", input: 3 });
  for (let i = 0; i < 5; i++) naps.push(await queue.submit({ job: "nap", input: 1 }));
  await assert.rejects(exit.result(), {
    name: "JobLostError",
    code: "ERR_THENCE_JOB_LOST",
    message: /ended with code 3/,
  });
  assert.deepEqual(await Promise.all(naps.map((nap) => nap.result())), [200, 1, 1, 1, 1, 1]);
  await queue.close();
});

test("what a job throws where nobody can catch it is the job's error", async () => {
  const queue = threads(JOBS, { concurrency: 1 });
  await assert.rejects((await queue.submit({ job: "burst", input: "bang" })).result(), { message: "bang" });
  assert.equal(await (await queue.submit({ job: "echo", input: 1 })).result(), 1);
  await queue.close();
});

test("a job that needs more heap than maxHeap fails, and the program goes on", async () => {
  const queue = threads(JOBS, { concurrency: 1, maxHeap: 32 });
  await assert.rejects((await queue.submit({ job: "hoard" })).result(), { code: "ERR_WORKER_OUT_OF_MEMORY" });
  assert.equal(await (await queue.submit({ job: "echo", input: 1 })).result(), 1);
  await queue.close();
});

test("the job's own policy says which errors are worth another attempt", async () => {
  const queue = threads(JOBS, { concurrency: 1 });
  await assert.rejects((await queue.submit(choosy.request("often"))).result(), { message: "often 3" });
  await assert.rejects((await queue.submit(choosy.request("never"))).result(), { message: "never 1" });
  const handle = await queue.submit(flaky.request(3, { retry: { limit: 2, delay: 1 } }));
  assert.deepEqual(await handle.result(), { attempt: 3, last: "attempt 2" });
  await queue.close();
});

test("a job that takes longer than its timeout fails with a TaskTimeoutError", async () => {
  const queue = threads(JOBS, { concurrency: 1, grace: 100 });
  const timeout = { name: "TaskTimeoutError", code: "ERR_THENCE_TIMEOUT" };
  await assert.rejects((await queue.submit({ job: "hasty" })).result(), timeout);
  await assert.rejects((await queue.submit({ job: "spin", timeout: 20 })).result(), timeout);
  await queue.close();
});

test("a graph is made in threads", async () => {
  const queue = threads(JOBS, { concurrency: 2 });
  const three = task("three", () => 3);
  const seven = add.task("seven", { require: three, input: (a) => ({ a, b: 4 }) });
  const fourteen = add.task("fourteen", { require: seven, input: (a) => ({ a, b: a }) });
  await makeNow(fourteen, { queue });
  assert.equal(fourteen.result, 14);
  await queue.close();
});

test("only as many ended jobs are kept as keep says, and handles know theirs all the same", async () => {
  const queue = threads(JOBS, { concurrency: 1, keep: 2 });
  const handles = [];
  for (let input = 0; input < 5; input++) handles.push(await queue.submit({ job: "echo", input }));
  assert.deepEqual(await Promise.all(handles.map((handle) => handle.result())), [0, 1, 2, 3, 4]);
  const kept = [];
  for await (const { input } of queue.jobs()) kept.push(input);
  assert.deepEqual(kept, [3, 4]);
  assert.equal(await queue.find(handles[0]!.id), undefined);
  assert.equal(await handles[0]!.result(), 0);
  await queue.close();
});

test("a program ends though its queue of threads is open, and not before its jobs have", async () => {
  const program = startProgram(`
    import { threads } from "thence/threads";
    const queue = threads(JOBS, { concurrency: 1 });
    const handle = await queue.submit({ job: "nap", input: 100, delay: 50 });
    handle.on("end", ({ state }) => console.log(state));
  `);
  assert.deepEqual(await program.ended, { code: 0, stdout: "done\n" });
});

test("what keeps a module from being loaded is told with its name and code, also to a job whose thread is a later one", async () => {
  await checkModulesThatFail((module) => threads(module, { concurrency: 1 }));
});

test("what an ended job has left behind does not fail the next job in its thread with the wrong error", async () => {
  const queue = threads(JOBS, { concurrency: 1 });
  await checkWhatIsLeftBehind(queue);
  await queue.close();
});

test("a command that was started by a job which is ended by force is ended too", async () => {
  const queue = threads(JOBS, { concurrency: 1, grace: 50 });
  await checkThatCommandsEnd(queue);
  await queue.close();
});

test(
  "a queue whose module never finishes loading can be closed, and says so to those who wait for it",
  { timeout: 20_000 },
  async () => {
    await checkThatLoadingEnds((module) => threads(module, { concurrency: 1 }));
  },
);

test("wrong options of threads() are refused", () => {
  const wrong = [
    { concurrency: 0 },
    { concurrency: 1.5 },
    { concurrency: Infinity },
    { grace: -1 },
    { maxHeap: 0 },
    { keep: NaN },
  ];
  for (const options of [...wrong, { concurency: 1 }]) {
    assert.throws(() => threads(JOBS, options as object), { code: "ERR_THENCE_ARGUMENT" }, JSON.stringify(options));
  }
  assert.throws(() => threads(7 as never), { code: "ERR_THENCE_ARGUMENT" });
});

test("without piscina the error says what to install", async () => {
  const hooks = registerHooks({
    resolve(specifier, where, next) {
      if (specifier === "piscina") throw new Error("not installed");
      return next(specifier, where);
    },
  });
  const queue = threads(JOBS);
  try {
    await assert.rejects(queue.submit({ job: "nap", input: 1 }), {
      name: "Error",
      code: "ERR_THENCE_MISSING_PACKAGE",
      message: 'threads() needs the package piscina: "npm install piscina"',
    });
  } finally {
    hooks.deregister();
    await queue.close();
  }
});
