// How the conformance suite is used: exceptions, runners, harnesses that fail, and queues that hang.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { queueSuite, suiteJobsUrl, type QueueSuiteOptions, type SuiteTest } from "thence/testing";
import { SOUND, selfServing, withWorkers } from "../helpers/memory-harness.ts";
import { MemoryQueue } from "../helpers/memory-queue.ts";

const NOTHING = "nothing is found under an id that no job has";

interface Runner {
  readonly test: SuiteTest & { skip(title: string): void };
  readonly bodies: Map<string, (context?: unknown) => Promise<void>>;
  readonly skipped: string[];
}

/** A test runner that only takes notes. */
function runner(): Runner {
  const bodies: Runner["bodies"] = new Map();
  const skipped: string[] = [];
  const note = (title: string, body: (context?: unknown) => Promise<void>): unknown => bodies.set(title, body);
  return { bodies, skipped, test: Object.assign(note, { skip: (title: string) => void skipped.push(title) }) };
}

function register(options: Partial<QueueSuiteOptions>): Runner {
  const made = runner();
  queueSuite({ test: made.test, create: selfServing(), ...options });
  return made;
}

async function tryRule(title: string, options: Partial<QueueSuiteOptions>, context?: unknown): Promise<void> {
  const body = register(options).bodies.get(title);
  assert.ok(body, title);
  await body(context);
}

test("the titles of the suite are sentences, each of them once", () => {
  const titles: string[] = [];
  queueSuite({ test: (title) => titles.push(title), create: selfServing() });
  assert.ok(titles.length > 90);
  assert.deepEqual([...new Set(titles)], titles);
  for (const title of titles) assert.match(title, /^\S+( \S+){4,}[^.]$/);
});

test("an excepted rule is skipped, and named with its reason", () => {
  const { bodies, skipped } = register({ except: { [NOTHING]: "the engine never forgets" } });
  assert.equal(bodies.has(NOTHING), false);
  assert.deepEqual(skipped, [`${NOTHING} [except: the engine never forgets]`]);
});

test("an excepted rule is left out where the runner cannot skip", () => {
  const titles: string[] = [];
  queueSuite({ test: (title) => titles.push(title), create: selfServing(), except: { [NOTHING]: "why not" } });
  assert.ok(titles.length > 90 && !titles.some((title) => title.startsWith(NOTHING)));
});

test("an exception needs a title that there is, and a reason", () => {
  assert.throws(() => register({ except: { "nothing is found": "why not" } }), { code: "ERR_THENCE_ARGUMENT" });
  for (const reason of ["", " ", undefined as never]) {
    assert.throws(() => register({ except: { [NOTHING]: reason } }), /expected a reason/);
  }
});

test("wrong options are refused before anything is registered", () => {
  assert.throws(() => register({ test: 1 as never }), /queueSuite: test: expected a function/);
  assert.throws(() => register({ create: undefined as never }), /queueSuite: create: expected a function/);
  assert.throws(() => register({ jobs: "jobs.ts" as never }), /queueSuite: jobs: expected a URL/);
  assert.throws(() => register({ patience: -1 }), /queueSuite: patience/);
  assert.throws(() => register({ skip: [] } as never), /unknown option "skip"/);
});

test("create is told the suite's own jobs, or those that it was given", async () => {
  const told: URL[] = [];
  const create: QueueSuiteOptions["create"] = (options) => {
    told.push(options.jobs);
    return selfServing()({ ...options, jobs: suiteJobsUrl });
  };
  const jobs = new URL("file:///other/jobs.py");
  await tryRule(NOTHING, { create });
  await tryRule(NOTHING, { create, jobs });
  assert.deepEqual(told, [suiteJobsUrl, jobs]);
});

test("a rule that does not apply is skipped with the reason, where the runner can", async () => {
  const title = "jobs wait for a worker, and a worker takes what was there before it";
  const reasons: string[] = [];
  await tryRule(title, {}, { skip: (reason: string) => reasons.push(reason) });
  await tryRule(title, {}, {});
  assert.deepEqual(reasons, ["the queue executes its jobs by itself"]);
});

test("a durable queue that cannot be opened again fails", async () => {
  const create: QueueSuiteOptions["create"] = async (options) => {
    const harness = await withWorkers()(options);
    return { queue: harness.queue, destroy: () => harness.destroy() };
  };
  await assert.rejects(tryRule("another connection finds a running job and joins it", { create }), /must have reopen/);
});

test("a create that fails, and one that hangs, fail each test", async () => {
  await assert.rejects(tryRule(NOTHING, { create: () => Promise.reject(new Error("no server")) }), /no server/);
  await assert.rejects(
    tryRule(NOTHING, { create: () => new Promise(() => {}), patience: 20 }),
    /waited 20 ms in vain for create\(\)/,
  );
});

test("a queue that hangs fails in time, whatever it hangs at", async () => {
  const Queue = class extends MemoryQueue {
    override async close(): Promise<void> {
      await super.close();
      return new Promise(() => {});
    }
  };
  await assert.rejects(
    tryRule(NOTHING, { create: selfServing({ ...SOUND, Queue }), patience: 20 }),
    /in vain for the queue to close/,
  );
});

test("the suite closes all that it has opened, and leaves no files, also when a rule is broken", async () => {
  const before = leftovers();
  const calls: string[] = [];
  const create: QueueSuiteOptions["create"] = async (options) => {
    const harness = await withWorkers()(options);
    return {
      ...harness,
      async worker(given) {
        const worker = await harness.worker!(given);
        calls.push("worker");
        const stop = async (): Promise<void> => {
          calls.push("worker stopped");
          await worker.stop();
        };
        return { stop, kill: () => worker.kill() };
      },
      async reopen() {
        throw new Error("no second connection");
      },
      async destroy() {
        calls.push("destroyed");
        await harness.destroy();
      },
    };
  };
  await assert.rejects(tryRule("another connection finds a running job and joins it", { create }), /no second/);
  assert.deepEqual(calls, ["worker", "worker stopped", "destroyed"]);
  assert.deepEqual(leftovers(), before);
});

/** The directories of suites that are in use just now. */
function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`thence-suite-${process.pid}-`));
}
