// Workers on a real queue: when they end by themselves, and what others see of what they do.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { job, make, makeNow, task, type Run } from "thence";
import { sqlite, type SqliteQueue } from "thence/sqlite";
import { worker } from "thence/worker";
import { temporaryFolder } from "../repository/workspace.ts";

const double = job("double", (input: number) => 2 * input);
const wait = job("wait", (ms: number, { signal }) => sleep(ms, ms, { signal }));

interface Opened extends AsyncDisposable {
  readonly queue: SqliteQueue;
}

async function opened(): Promise<Opened> {
  const folder = await temporaryFolder();
  const queue = sqlite(path.join(folder.path, "jobs.db"));
  return {
    queue,
    [Symbol.asyncDispose]: async () => {
      await queue.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test("an idle worker ends once the queue has been empty so long, and not between two jobs", async () => {
  await using holder = await opened();
  const { queue } = holder;
  const handles = [];
  // The second one starts when the first has ended, and the third when a patience has passed.
  for (const request of [wait.request(80), wait.request(80), double.request(4, { delay: 300 })])
    handles.push(await queue.submit(request));
  const { ended, done } = await worker(queue, [wait, double], { idle: 40, concurrency: 1 });
  assert.deepEqual([ended, done], ["idle", 3]);
  assert.equal(await handles[2]?.result(), 8);
});

test("a worker ends after maxJobs attempts and leaves the rest to the next", async () => {
  await using holder = await opened();
  const { queue } = holder;
  for (let index = 0; index < 5; index++) await queue.submit(double.request(index));
  const first = await worker(queue, [double], { maxJobs: 3, concurrency: 2 });
  assert.deepEqual([first.ended, first.done], ["maxJobs", 3]);
  const second = await worker(queue, [double], { maxJobs: 3, idle: 0 });
  assert.deepEqual([second.ended, second.done], ["idle", 2]);
});

test("a worker executes as many jobs at once as its concurrency says", async () => {
  await using holder = await opened();
  const { queue } = holder;
  let [now, most] = [0, 0];
  const counts = job("counts", async () => {
    most = Math.max(most, ++now);
    await sleep(5);
    now--;
  });
  for (let index = 0; index < 12; index++) await queue.submit(counts.request(undefined));
  await worker(queue, { counts }, { concurrency: 3, idle: 0 });
  assert.equal(most, 3);
});

test("what fails is repeated after its delay, with the error before, and each attempt is kept", async () => {
  await using holder = await opened();
  const { queue } = holder;
  const flaky = job("flaky", {
    retry: { limit: 2, delay: 30 },
    run: (_: null, { attempt, lastError }) => {
      if (attempt < 3) throw new Error(`attempt ${attempt}`);
      return (lastError as Error).message;
    },
  });
  const handle = await queue.submit(flaky.request(null));
  const { done, retried } = await worker(queue, [flaky], { idle: 0 });
  assert.deepEqual([await handle.result(), done, retried], ["attempt 2", 1, 2]);
  const attempts = await queue.attempts(handle.id);
  assert.deepEqual(
    attempts.map(({ outcome }) => outcome),
    ["failed", "failed", "done"],
  );
  assert.ok(attempts[1]!.startedAt - attempts[0]!.endedAt! >= 29);
});

test("a job that is cancelled while it runs is told so, and ends cancelled", async () => {
  await using holder = await opened();
  const { queue } = holder;
  await using working = worker(queue, [wait]);
  const handle = await queue.submit(wait.request(60_000));
  await new Promise((resolve) => handle.on("start", resolve));
  assert.equal(await handle.cancel("no longer needed"), true);
  const { state, reason } = await handle.join();
  assert.deepEqual([state, reason], ["cancelled", "no longer needed"]);
  assert.equal((await working.stop()).cancelled, 1);
});

test("an aborted worker gives its jobs back, and another one does them", async () => {
  await using holder = await opened();
  const { queue } = holder;
  const once = job("once", async (_: null, { attempt, signal }) =>
    sleep(attempt === 1 ? 60_000 : 0, attempt, { signal }),
  );
  const handle = await queue.submit(once.request(null));
  const first = worker(queue, [once], { name: "first" });
  await new Promise((resolve) => handle.on("start", resolve));
  assert.deepEqual((await first.abort()).released, 1);
  assert.equal((await handle.info()).state, "queued");
  await worker(queue, [once], { name: "second", idle: 0 });
  const { result, worker: name, attempts } = await handle.join();
  assert.deepEqual([result, name, attempts], [2, "second", 2]);
});

test("closing the queue ends its workers, once what they execute has ended", async () => {
  await using holder = await opened();
  const { queue } = holder;
  const working = worker(queue, [wait]);
  const handle = await queue.submit(wait.request(50));
  await new Promise((resolve) => handle.on("start", resolve));
  await queue.close();
  const { ended, done } = await working;
  assert.deepEqual([ended, done], ["stopped", 1]);
});

test("a job that submits another one is its parent", async () => {
  await using holder = await opened();
  const { queue } = holder;
  const parent = job("parent", (_: null, { submit }) => submit(double, 21, { id: "child" }));
  await queue.submit(parent.request(null, { id: "the-parent" }));
  await worker(queue, [parent, double], { idle: 0 });
  const child = await (await queue.find("child"))?.info();
  assert.deepEqual([child?.parent, child?.result], ["the-parent", 42]);
});

test("two workers share the jobs of a graph", async () => {
  await using holder = await opened();
  const { queue } = holder;
  await using _a = worker(queue, [double], { name: "a", concurrency: 1 });
  await using _b = worker(queue, [double], { name: "b", concurrency: 1 });
  const doubled = Array.from({ length: 20 }, (_, input) => double.task(`double ${input}`, { input }));
  const sum = task("sum", { require: doubled, run: (values) => values.reduce((a, b) => a + b, 0) });
  await makeNow(sum, { queue });
  assert.equal(sum.result, 380);
});

test("a run that was left, cancelled or that failed fast leaves nothing in the file for a worker", async () => {
  await using holder = await opened();
  const ends: ((run: Run) => unknown)[] = [
    (run) => run.return(),
    (run) => run.cancel(),
    (run) => run.tasks.forEach((each) => each.cancel()),
    () => {},
  ];
  for (const end of ends) {
    // Closed as soon as the run has settled: what it has not done by then it never does.
    await using queue = sqlite(holder.queue.path);
    const first = task("first", async () => assert.fail("no more"));
    const rest = [1, 2, 3].map((n) => double.task(`t${n}`, { input: n }));
    const run = make([first, ...rest], { queue, failFast: "abort" });
    void run.next();
    await new Promise((resolve) => first.once("FAILED", resolve));
    void end(run);
    await run.finished;
  }
  assert.equal((await worker(holder.queue, [double], { idle: 0 })).done, 0);
});
