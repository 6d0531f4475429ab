// What is particular to child processes: force on the whole tree, recycling, and no orphans.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import type { JobHandle } from "thence";
import { processes } from "thence/processes";
import {
  checkThatCommandsEnd,
  checkModulesThatFail,
  checkThatLoadingEnds,
  checkWhatIsLeftBehind,
  isAlive,
  JOBS,
  startProgram,
  until,
} from "./local-jobs.ts";

const folder = await mkdtemp(path.join(tmpdir(), "thence-processes-"));
after(() => rm(folder, { recursive: true, force: true }));

test("a job that spins is ended by force after grace, and the others do not notice", async () => {
  const queue = processes(JOBS, { concurrency: 2, grace: 100 });
  const [spin, other] = [await queue.submit({ job: "spin" }), await queue.submit({ job: "nap", input: 400 })];
  await until("it spins", async () => (await spin.logs()).length === 1);
  await spin.cancel("enough");
  assert.equal((await spin.join()).state, "cancelled");
  assert.equal(await other.result(), 400);
  await queue.close();
});

test("a job that listens is asked first, and its process lives on", async () => {
  const queue = processes(JOBS, { concurrency: 1, grace: 20_000 });
  const before = await result(queue.submit({ job: "pid" }));
  const handle = await queue.submit({ job: "listen" });
  await until("it listens", async () => (await handle.logs()).length === 1);
  await handle.cancel();
  assert.equal((await handle.join()).state, "cancelled");
  assert.deepEqual(await handle.logs(), ["listening", "told to stop"]);
  assert.equal(await result(queue.submit({ job: "pid" })), before);
  await queue.close();
});

test("a process that dies takes only its own job", async () => {
  const queue = processes(JOBS, { concurrency: 2 });
  const nap = await queue.submit({ job: "nap", input: 300 });
  await assert.rejects(result(queue.submit({ job: "die" })), {
    code: "ERR_THENCE_JOB_LOST",
    message: /ended with SIGKILL/,
  });
  await assert.rejects(result(queue.submit({ job: "exit", input: 4 })), {
    code: "ERR_THENCE_JOB_LOST",
    message: /with code 4/,
  });
  await assert.rejects(result(queue.submit({ job: "burst", input: "bang" })), { message: "bang" });
  assert.equal(await nap.result(), 300);
  assert.equal(await result(queue.submit({ job: "echo", input: 1 })), 1);
  await queue.close();
});

test("a job that is ended by force takes with it what it has started", async () => {
  const queue = processes(JOBS, { concurrency: 1, grace: 100 });
  const file = path.join(folder, "grandchild");
  const handle = await queue.submit({ job: "command", input: ["sh", "-c", `sleep 1000 & echo $! > ${file}; wait`] });
  const pid = await until("the grandchild runs", async () => Number(await readFile(file, "utf8").catch(() => "")));
  await handle.cancel();
  assert.equal((await handle.join()).state, "cancelled");
  await until("the grandchild is gone", () => !isAlive(pid));
  await queue.close();
});

test("jobs known as short go several at a time, and none waits behind one that turns out long", async () => {
  const queue = processes(JOBS, { concurrency: 2 });
  const short = await Promise.all(Array.from({ length: 2_000 }, () => queue.submit({ job: "nap", input: 0 })));
  await Promise.all(short.map((handle) => handle.result()));
  const long = await queue.submit({ job: "nap", input: 1_500 });
  const others = await Promise.all(Array.from({ length: 100 }, () => queue.submit({ job: "nap", input: 0 })));
  await Promise.all(others.map((handle) => handle.result()));
  assert.equal((await long.info()).state, "running");
  await long.result();
  await queue.close();
});

test("a process is replaced after maxJobs jobs", async () => {
  const queue = processes(JOBS, { concurrency: 1, maxJobs: 3 });
  const pids: unknown[] = [];
  for (let i = 0; i < 9; i++) pids.push(await result(queue.submit({ job: "pid" })));
  assert.deepEqual(
    pids.map((pid) => pids.filter((other) => other === pid).length),
    Array.from({ length: 9 }, () => 3),
  );
  await queue.close();
  assert.equal(
    pids.some((pid) => isAlive(pid as number)),
    false,
  );
});

test("a process is replaced when it has grown beyond maxMemory", async () => {
  const queue = processes(JOBS, { concurrency: 1, maxMemory: 300 * 2 ** 20 });
  const small = await result(queue.submit({ job: "grow", input: 1 }));
  assert.equal(await result(queue.submit({ job: "grow", input: 300 })), small);
  assert.notEqual(await result(queue.submit({ job: "pid" })), small);
  await queue.close();
});

test("nothing is left of a program that is killed with SIGKILL, even of a job that spins", async () => {
  const program = startProgram(`
    import { processes } from "thence/processes";
    const queue = processes(JOBS, { concurrency: 3 });
    const tell = async (job, input) => (await queue.submit({ job, input })).on("log", () => {}).on("start", ({ worker }) => console.log(worker));
    const pids = [];
    const spin = await queue.submit({ job: "spin" });
    const nap = await queue.submit({ job: "listen" });
    const sh = await queue.submit({ job: "command", input: ["sh", "-c", "echo $$; sleep 1000"] });
    sh.on("log", async (line) => {
      const workers = [await spin.info(), await nap.info(), await sh.info()].map(({ worker }) => worker.split(" ")[1]);
      console.log([...workers, line].join(" "));
    });
  `);
  const pids: number[] = [];
  program.child.stdout?.on("data", (text: string) => pids.push(...text.trim().split(" ").map(Number)));
  await until("it has told its processes", () => pids.length === 4);
  assert.deepEqual(pids.map(isAlive), [true, true, true, true]);
  program.child.kill("SIGKILL");
  await until("all are gone", () => !pids.some(isAlive));
});

test("a program ends though its queue of processes is open, and not before its jobs have", async () => {
  const program = startProgram(`
    import { processes } from "thence/processes";
    const queue = processes(JOBS, { concurrency: 1 });
    const handle = await queue.submit({ job: "nap", input: 100, delay: 50 });
    handle.on("end", ({ state }) => console.log(state));
  `);
  assert.deepEqual(await program.ended, { code: 0, stdout: "done\n" });
});

test("a queue is closed though one of its processes is still loading its jobs", async () => {
  const program = startProgram(`
    import { processes } from "thence/processes";
    import { suiteJobsUrl } from "thence/testing";
    const queue = processes(suiteJobsUrl, { concurrency: 2 });
    const handle = await queue.submit({ job: "parent", input: 1 });
    await handle.result();
    await queue.close();
    console.log("closed");
  `);
  assert.deepEqual(await program.ended, { code: 0, stdout: "closed\n" });
});

test("what an ended job has left behind does not fail the next job in its process with the wrong error", async () => {
  const queue = processes(JOBS, { concurrency: 1 });
  await checkWhatIsLeftBehind(queue);
  await queue.close();
});

test("what keeps a module from being loaded is told with its name and code, also to a job whose process is a later one", async () => {
  await checkModulesThatFail((module) => processes(module, { concurrency: 1 }));
});

test("a command that was started by a job which is ended by force is ended too", async () => {
  const queue = processes(JOBS, { concurrency: 1, grace: 50 });
  await checkThatCommandsEnd(queue);
  await queue.close();
});

test("as many processes start at once as there are jobs for them", { skip: process.platform !== "linux" }, async () => {
  const queue = processes(JOBS, { concurrency: 5 });
  await (await queue.submit({ job: "nothing" })).result();
  const before = childrenOf(process.pid).length;
  const handles = [];
  for (let i = 0; i < 5; i++) handles.push(await queue.submit({ job: "nap", input: 1 }));
  assert.equal(childrenOf(process.pid).length - before, 4);
  await Promise.all(handles.map((handle) => handle.result()));
  await queue.close();
});

test(
  "a queue whose module never finishes loading can be closed, and says so to those who wait for it",
  { timeout: 20_000 },
  async () => {
    await checkThatLoadingEnds((module) => processes(module, { concurrency: 1 }));
  },
);

test("wrong options of processes() are refused", () => {
  for (const options of [
    { concurrency: 0 },
    { concurrency: Infinity },
    { grace: NaN },
    { maxJobs: 0 },
    { maxMemory: 0 },
    { keep: -1 },
  ]) {
    assert.throws(() => processes(JOBS, options), { code: "ERR_THENCE_ARGUMENT" }, JSON.stringify(options));
  }
});

async function result(submitted: Promise<JobHandle>): Promise<unknown> {
  return (await submitted).result();
}

function childrenOf(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ");
}
