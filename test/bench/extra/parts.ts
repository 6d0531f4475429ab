// What a runner with our promises cannot go below: 100,000 async functions through 16 slots, with ever more of what an attempt needs.
// `parts.ts promise | attempt | context`.

import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { CONCURRENCY } from "../contenders/contender.ts";

const N = 100_000;
const current = new AsyncLocalStorage<Attempt>();
const scope = new AsyncResource("parts");

/** As many fields as an attempt has. */
class Attempt {
  readonly id: number;
  readonly fields = {
    counts: true,
    phase: "running",
    stop: undefined,
    waits: 0,
    queue: undefined,
    lastError: undefined,
  };

  constructor(id: number) {
    this.id = id;
  }
}

function callAs(this: Attempt): Promise<void> {
  current.enterWith(this);
  return functions[this.id]!();
}

const WAYS: Record<string, (id: number) => Promise<unknown>> = {
  // The function and one `then`.
  promise: (id) => functions[id]!().then(ended, ended),
  // And an object a task, with closures of its own.
  attempt(id) {
    const attempt = new Attempt(id);
    return functions[id]!().then(
      () => ended(attempt),
      () => ended(attempt),
    );
  },
  // And an asynchronous context that knows the task: `Task.current()`.
  context(id) {
    const attempt = new Attempt(id);
    return scope.runInAsyncScope(callAs, attempt).then(
      () => ended(attempt),
      () => ended(attempt),
    );
  },
};

let calls = 0;
const functions = Array.from({ length: N }, () => async (): Promise<void> => {
  calls++;
});
const { promise, resolve } = Promise.withResolvers<void>();
const way = WAYS[process.argv[2] ?? ""]!;
let next = 0;
let live = 0;

function ended(_attempt: unknown): void {
  live--;
  startMore();
}

function startMore(): void {
  for (; live < CONCURRENCY && next < N; live++) void way(next++);
  if (live === 0) resolve();
}

const start = performance.now();
startMore();
await promise;
const end = performance.now();
if (calls !== N) throw new Error(`${calls} calls of ${N}`);
console.log(JSON.stringify({ total: end - start }));
