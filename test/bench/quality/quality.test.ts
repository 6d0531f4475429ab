// Keeps the quality bench honest: bounds that hold, graphs that are what they are called, schedules that would be found wrong.

import assert from "node:assert/strict";
import { test } from "node:test";
import { closeBound, plainBound } from "./bounds.ts";
import { FastClock } from "./clock.ts";
import { createGraph, FAMILIES, type Graph } from "./graphs.ts";
import { pageOf, summarise } from "./page.ts";
import { measure } from "./quality.ts";
import { firstComeFirstServed, runPGraph, runThence } from "./runners.ts";
import { Schedule } from "./schedule.ts";

const BASE: Graph = { family: "random", seed: 0, prerequisites: [], durations: [], slots: 2, amount: 0, uses: [] };

/** A graph of tasks without a resource. */
function graphOf(slots: number, ...tasks: readonly (readonly [ms: number, ...prerequisites: number[]])[]): Graph {
  return {
    ...BASE,
    slots,
    durations: tasks.map(([ms]) => ms),
    prerequisites: tasks.map(([, ...list]) => list),
    uses: tasks.map(() => 0),
  };
}

/** Three tasks of 10 ms between a fork and a join of 1 ms, on two slots. */
const FORK = graphOf(2, [1], [10, 0], [10, 0], [10, 0], [1, 1, 2, 3]);
/** Two short tasks and, last, the beginning of the longest path. */
const LATE = graphOf(2, [10], [10], [10], [20, 2]);

const fixed = (begins: number[], ends: number[]): Schedule => Object.assign(new Schedule(), { begins, ends });

test("the plain bound is the greatest of the longest path, the work per slot and the use of the resource", () => {
  assert.equal(plainBound(graphOf(4, [5], [7, 0], [6, 0])), 12);
  assert.equal(plainBound(graphOf(2, [5], [7], [6])), 9);
  assert.equal(plainBound({ ...graphOf(9, [5], [7], [6]), amount: 1, uses: [1, 1, 0] }), 12);
});

test("the close bound sees that slots idle before a join and after a fork", () => {
  assert.equal(plainBound(FORK), 16);
  assert.equal(closeBound(FORK), 1 + 15 + 1);
});

test("no schedule is shorter than the close bound, which is never below the plain one", async () => {
  for (let seed = 0; seed < 10; seed++) {
    const { ratios } = await measure(createGraph(seed + 60));
    assert.ok(ratios.close >= 1 - 1e-9, `${seed}`);
    for (const ratio of Object.values(ratios)) assert.ok(ratio >= ratios.close - 1e-9, `${seed}: ${ratio}`);
  }
});

test("a seed gives the same graph each time, of the size and the family that it should have", () => {
  for (let seed = 0; seed < 60; seed++) {
    const graph = createGraph(seed);
    assert.deepEqual(createGraph(seed), graph);
    const n = graph.durations.length;
    assert.ok(n >= 50 && n <= 2_000 && graph.slots >= 2 && graph.slots <= 32, `${seed}: ${n} on ${graph.slots}`);
    assert.equal(graph.family, FAMILIES[seed % 5]);
    assert.ok(graph.prerequisites.every((list, task) => list.every((each) => each >= 0 && each < task)));
    assert.ok(graph.uses.every((uses) => uses <= graph.amount));
  }
});

test("known durations let the longest path begin first, learned ones too; first come, first served begins with it late", async () => {
  const { schedule, learned } = await runThence(LATE, { estimates: true });
  assert.deepEqual(schedule.begins, [0, 10, 0, 10]);
  assert.equal(learned.get("t3"), 20);
  assert.equal((await runThence(LATE, { durations: learned })).schedule.makespan, 30);
  assert.deepEqual(firstComeFirstServed(LATE).begins, [0, 0, 10, 20]);
  assert.equal((await runPGraph(LATE)).makespan, 30);
});

test("the resource limits everybody", async () => {
  const graph = { ...graphOf(3, [5], [5], [5]), amount: 2, uses: [1, 2, 0] };
  for (const { begins } of [(await runThence(graph)).schedule, await runPGraph(graph), firstComeFirstServed(graph)]) {
    assert.deepEqual(begins, [0, 5, 0]);
  }
});

test("a schedule with a fault is refused", () => {
  assert.throws(() => fixed([0], [1]).check(LATE), /task 1 has not run/);
  assert.throws(() => fixed([0, 0, 10, 15], [10, 10, 20, 35]).check(LATE), /task 3 began early/);
  assert.throws(() => fixed([0, 0, 0, 10], [10, 10, 10, 30]).check(LATE), /more was taken/);
  assert.throws(() => fixed([0, 0, 12, 22], [10, 10, 22, 42]).checkBusy(LATE), /task 2 waited at 10/);
  fixed([0, 0, 10, 20], [10, 10, 20, 40]).check(LATE).checkBusy(LATE);
});

test("the clock fires timers in order of time, then of creation, and lets all that one sets off happen before the next", async () => {
  const clock = new FastClock();
  const heard: string[] = [];
  const wait = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    for (let i = 0; i < 50; i++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    heard.push(`${name}${clock.now()}`);
  };
  clock.clearTimeout(clock.setTimeout(() => heard.push("cleared"), 1));
  const work = async (): Promise<unknown> => Promise.all([wait("a", 3), wait("b", 2), wait("c", 3), wait("d", 2)]);
  await clock.playOut(work());
  assert.deepEqual(heard, ["b2", "d2", "a3", "c3"]);
  await assert.rejects(clock.playOut(new Promise(() => {})), /no timer is left/);
});

test("the page has a line for each family, with and without a resource", async () => {
  const rows = await Promise.all(Array.from({ length: 10 }, (_, seed) => measure(createGraph(seed + 60))));
  const page = pageOf(rows);
  for (const family of FAMILIES) assert.ok(page.includes(`| ${family} `) && page.includes(`| ${family}, resource `));
  assert.deepEqual(
    summarise(rows.slice(0, 2), ({ seed }) => seed),
    { mean: 60.5, worst: 61 },
  );
});
