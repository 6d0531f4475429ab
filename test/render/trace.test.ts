// Traces, held against the format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { settled, task, type Task } from "thence";
import { toTrace, type Timed } from "thence/render";
import { HOSTILE_NAMES } from "./names.ts";
import { Play, START } from "./played.ts";

interface Event {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly name: string;
  readonly cat?: string;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: string;
  readonly s?: string;
  readonly args?: Record<string, unknown>;
}

interface Trace {
  readonly displayTimeUnit: string;
  readonly otherData: Record<string, unknown>;
  readonly traceEvents: readonly Event[];
}

/** Reads a trace, and refuses what the format does not allow or viewers would show wrongly. */
function read(timed: Timed): Trace {
  const trace = JSON.parse(toTrace(timed)) as Trace;
  assert.equal(trace.displayTimeUnit, "ms");
  const events = trace.traceEvents;
  let last = 0;
  for (const event of events) {
    assert.match(event.ph, /^[XMsfiC]$/);
    assert.ok(event.name.length > 0);
    for (const number of [event.pid, event.tid, event.ts]) assert.ok(Number.isSafeInteger(number) && number >= 0);
    if (event.ph === "M") continue;
    assert.ok(event.ts >= last, "times ascend");
    last = event.ts;
  }
  checkRows(events);
  checkFlows(events);
  return trace;
}

// On each row, attempts follow upon each other: none begins before the one before it has ended.
function checkRows(events: readonly Event[]): void {
  const named = events.filter(({ ph, name }) => ph === "M" && name === "thread_name").map(({ tid }) => tid);
  assert.equal(new Set(named).size, named.length, "each row has one name");
  const ends = new Map<number, number>();
  for (const { ph, tid, ts, dur } of events) {
    if (ph !== "X") continue;
    assert.ok(named.includes(tid), "the row has a name");
    assert.ok(Number.isSafeInteger(dur) && dur! >= 1, `a duration of ${dur}`);
    assert.ok(ts >= (ends.get(tid) ?? 0), "rows do not overlap");
    ends.set(tid, ts + dur!);
  }
}

// Each flow begins once and ends once, forward in time, within attempts of the rows that it names.
function checkFlows(events: readonly Event[]): void {
  const within = ({ tid, ts }: Event): boolean =>
    events.some((each) => each.ph === "X" && each.tid === tid && each.ts <= ts && ts < each.ts + each.dur!);
  const starts = events.filter(({ ph }) => ph === "s");
  const ends = events.filter(({ ph }) => ph === "f");
  assert.equal(new Set(starts.map(({ id }) => id)).size, starts.length, "ids are unique");
  assert.deepEqual(new Set(ends.map(({ id }) => id)), new Set(starts.map(({ id }) => id)));
  assert.equal(ends.length, starts.length);
  for (const start of starts) {
    const end = ends.find(({ id }) => id === start.id)!;
    assert.ok(end.ts >= start.ts && end.bp === "e" && end.cat === start.cat && end.name === start.name);
    assert.ok(within(start) && within(end), "a flow is bound to attempts");
  }
}

test("attempts are complete events in microseconds, with what is known of them", async () => {
  const play = new Play();
  const a = play.task("a", 100, { uses: { db: 1 } });
  const b = play.task("b", 0.25, { uses: { db: 1 }, fails: 1, retry: { limit: 1, delay: 50 }, group: "late" });
  const { traceEvents, otherData } = read(await play.run([a, b], { resources: { db: 1 }, concurrency: 2 }));
  const attempts = traceEvents.filter(({ ph }) => ph === "X");
  assert.deepEqual(
    attempts.map(({ name, ts, dur, cat }) => [name, ts, dur, cat]),
    [
      ["a", 0, 100_000, "attempt"],
      ["b", 100_000, 250, "attempt,retry"],
      ["b", 150_250, 250, "attempt"],
    ],
  );
  const told = {
    task: 1,
    state: "DONE",
    attempt: 1,
    end: "retry",
    group: "late",
    error: "Error: b failed 1",
    waited: "100 ms for `db`",
  };
  assert.deepEqual(attempts[1]?.args, told);
  assert.deepEqual(otherData, { startedAt: new Date(START).toISOString(), tasks: "2 tasks: 2 DONE", isOver: true });
});

test("flows lead from prerequisites to dependents, soft ones too, and from an attempt to the next", async () => {
  const play = new Play();
  const a = play.task("a", 10);
  const b = play.task("b", 10, { after: [a], fails: 2, retry: 1 });
  const c = task("c", { require: [a, settled(b)], run: () => play.wait(1) }) as Task;
  const { traceEvents } = read(await play.run(c));
  const flows = traceEvents.filter(({ ph }) => ph === "s").map(({ cat, ts }) => [cat, ts]);
  assert.deepEqual(flows, [
    ["requires", 9_999],
    ["requires", 9_999],
    ["again", 19_999],
    ["settled", 29_999],
  ]);
});

test("rows are slots, by name and in order, and tasks without a function have rows of their own", async () => {
  const play = new Play();
  const tasks = [1, 2, 3, 4].map((n) => play.task(`t${n}`, 10));
  const { traceEvents } = read(await play.run(task("all", { require: tasks }), { concurrency: 2 }));
  const rows = traceEvents.filter(({ name }) => name === "thread_name").map(({ tid, args }) => [tid, args?.["name"]]);
  assert.deepEqual(rows, [
    [1, "slot 1"],
    [2, "slot 2"],
    [3, "group 1"],
  ]);
  assert.deepEqual(
    traceEvents.filter(({ ph, tid }) => ph === "X" && tid === 3).map(({ name, dur }) => [name, dur]),
    [["all", 1]],
  );
});

test("counters tell how many tasks run and how much of each resource is in use", async () => {
  const play = new Play();
  const a = play.task("a", 10, { uses: { db: 2 } });
  const b = play.task("b", 10, { uses: { db: 1 } });
  const { traceEvents } = read(await play.run([a, b], { resources: { db: 2 } }));
  const counters = traceEvents.filter(({ ph }) => ph === "C");
  const of = (counter: string) =>
    counters.filter(({ name }) => name === counter).map(({ ts, args }) => [ts, Object.values(args!)[0]]);
  assert.deepEqual(of("running"), [
    [0, 1],
    [20_000, 0],
  ]);
  assert.deepEqual(of("uses db"), [
    [0, 2],
    [10_000, 1],
    [20_000, 0],
  ]);
});

test("a task that fails without an attempt is an instant event", async () => {
  const play = new Play();
  const a = play.task("a", 10, { fails: 1 });
  const { traceEvents } = read(await play.run(play.task("b", 10, { after: [a] })));
  const instants = traceEvents.filter(({ ph }) => ph === "i");
  assert.deepEqual(
    instants.map(({ name, ts, s }) => [name, ts, s]),
    [["FAILED: b", 10_000, "p"]],
  );
  assert.match(String(instants[0]?.args?.["error"]), /^BlockedError: task "b" is blocked by "a"/);
});

test("of a run that is still going, open attempts end in the present", async () => {
  const play = new Play();
  const { traceEvents, otherData } = read(await play.run(play.task("a", 100), {}, 40));
  const attempt = traceEvents.find(({ ph }) => ph === "X");
  assert.deepEqual([attempt?.dur, attempt?.args?.["end"], otherData["isOver"]], [40_000, "RUNNING", false]);
  await play.clock.advance(1000);
});

test("any names are texts of JSON and nothing else", async () => {
  const play = new Play();
  const run = await play.run(
    HOSTILE_NAMES.map((name) => play.task(name, 1, { fails: 1, uses: { [name]: 1 } })),
    {
      resources: Object.fromEntries(HOSTILE_NAMES.map((name) => [name, 1])),
    },
  );
  assert.equal(read(run).traceEvents.filter(({ ph }) => ph === "X").length, HOSTILE_NAMES.length);
});

test("no tasks, and tasks that have not started, make an empty trace", () => {
  assert.deepEqual(
    read([]).traceEvents.map(({ ph }) => ph),
    ["M"],
  );
  assert.deepEqual(
    read(task("a", () => {})).traceEvents.map(({ ph }) => ph),
    ["M"],
  );
});

test("a random run makes a trace that keeps to the format", async () => {
  const step = fc.record({
    ms: fc.constantFrom(0, 0.0001, 0.5, 1, 3, 3),
    fails: fc.integer({ min: 0, max: 2 }),
    delay: fc.constantFrom(0, 2),
    after: fc.array(fc.nat(20), { maxLength: 3 }),
    db: fc.nat(2),
    isGroup: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 15 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 12 }),
      async (steps, concurrency, ms) => {
        const play = new Play();
        const tasks: Task[] = [];
        for (const [index, { ms: takes, fails, delay, after, db, isGroup }] of steps.entries()) {
          const before = index === 0 ? [] : after.map((place) => tasks[place % index]!);
          const retry = { limit: 1, delay };
          tasks.push(
            isGroup
              ? task(`g${index}`, { require: before })
              : play.task(`t${index}`, takes, { after: before, fails, retry, uses: { db } }),
          );
        }
        const run = await play.run(tasks, { concurrency, resources: { db: 2 } }, ms);
        read(run);
        read(tasks);
        await play.clock.advance(1000);
        const { traceEvents } = read(run);
        const attempts = tasks.reduce((sum, each) => sum + each.attempts, 0);
        assert.equal(traceEvents.filter(({ ph }) => ph === "X").length, attempts);
      },
    ),
    { numRuns: 60 },
  );
});

test("what is no run, queue or task is refused", () => {
  assert.throws(() => toTrace({} as never), {
    name: "TypeError",
    code: "ERR_THENCE_ARGUMENT",
    message: "toTrace: expected a run, a TaskQueue, or tasks, got an object",
  });
});
