// What scale.test.ts runs in a process of its own: builds a graph of a million tasks, plans it and makes it twice, first with functions
// that return a value, then with ones that return a promise.

import assert from "node:assert/strict";
import { makeLater, plan, task, type Task } from "thence";

type AnyTask = Task<unknown>;

const N = 1_000_000;
const WIDTH = 1_000;

let asynchronous = false;
const work = (): unknown => (asynchronous ? Promise.resolve(1) : 1);

/** For each shape its tasks in order of creation, and those to ask for. */
const SHAPES: Record<string, () => { tasks: AnyTask[]; ends: AnyTask[]; depth: number }> = {
  chain() {
    const tasks: AnyTask[] = [];
    for (let i = 0; i < N; i++)
      tasks.push(task(`t${i}`, { require: i === 0 ? [] : (tasks[i - 1] as AnyTask), run: work }));
    return { tasks, ends: tasks.slice(-1), depth: N };
  },
  "star of dependents"() {
    const tasks: AnyTask[] = [task("hub", work)];
    for (let i = 1; i < N; i++) tasks.push(task(`t${i}`, { require: tasks[0] as AnyTask, run: work }));
    return { tasks, ends: tasks.slice(1), depth: 2 };
  },
  "star of prerequisites"() {
    const tasks: AnyTask[] = [];
    for (let i = 1; i < N; i++) tasks.push(task(`t${i}`, work));
    const hub = task("hub", { require: tasks, run: (inputs) => inputs.length });
    return { tasks: [...tasks, hub], ends: [hub], depth: 2 };
  },
  layers() {
    const tasks: AnyTask[] = [];
    let seed = 1;
    for (let i = 0; i < N; i++) {
      const layer = i - (i % WIDTH) - WIDTH;
      const require: AnyTask[] = [];
      for (let k = layer < 0 ? 3 : 0; k < 3; k++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
        require.push(tasks[layer + (seed % WIDTH)] as AnyTask);
      }
      tasks.push(task(`t${i}`, { require, run: work }));
    }
    return { tasks, ends: tasks, depth: N / WIDTH };
  },
};

const { tasks, ends, depth } = (SHAPES[process.argv[2] ?? ""] as (typeof SHAPES)[string])();
const { order, levels, longestPath } = plan(ends);
assert.deepEqual([order.length, levels.length, longestPath.length], [N, depth, depth]);
for (asynchronous of [false, true]) {
  for (const task of tasks) if (task.isSettled()) task.reset();
  const run = makeLater(ends);
  assert.equal((await Array.fromAsync(run)).length, ends.length);
  assert.equal((await run.finished).done.length, N);
  assert.ok(tasks.every((task) => task.is("DONE")));
}
console.log(`${tasks.length} tasks are DONE`);
