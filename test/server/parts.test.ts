// The parts of the page that have no server: what is kept of logs, and how much a value is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { make, makeLater, makeNow, task } from "thence";
import { Feed } from "../../src/server/page/feed.ts";
import { LOG_LIMITS, Logs } from "../../src/server/page/logs.ts";
import { Pictures } from "../../src/server/page/pictures.ts";
import { sizeOf } from "../../src/server/page/size.ts";
import { Watch } from "../../src/server/page/watch.ts";

test("a size is that of the value as JSON", () => {
  for (const value of [null, true, 12.5, "text", [], {}, [1, [2, 3]], { a: { b: "c" }, d: [] }, "é".repeat(3)]) {
    assert.equal(sizeOf(value), `${JSON.stringify(value).length} B`, JSON.stringify(value));
  }
  assert.equal(sizeOf(undefined), "nothing");
  assert.equal(sizeOf("x".repeat(1_498)), "1.5 kB");
  assert.equal(sizeOf("x".repeat(123_454)), "123 kB");
  assert.equal(sizeOf("x".repeat(999_998)), "1.0 MB");
  assert.equal(sizeOf(new Uint8Array(2_500_000)), "2.5 MB");
});

test("a value that is large, goes in circles or runs code when it is read is told without looking at all of it", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  assert.equal(sizeOf(circle), "6 B");
  let calls = 0;
  const tricky = {
    get bomb(): string {
      calls++;
      throw new Error("read");
    },
    toJSON(): string {
      calls++;
      return "";
    },
    ok: 1,
  };
  assert.match(sizeOf(tricky), / B$/);
  assert.equal(calls, 0);
  const start = performance.now();
  assert.match(sizeOf(Array.from({ length: 1_000_000 }, (_, k) => ({ k }))), /^more than /);
  assert.match(sizeOf(Array.from({ length: 5_000_000 })), /^more than /);
  assert.match(sizeOf(new Map(Array.from({ length: 100_000 }, (_, k) => [k, k]))), /^more than /);
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level++) deep = [deep];
  assert.match(sizeOf(deep), /^more than /);
  assert.ok(performance.now() - start < 2_000);
});

test("a value that throws or is slow when it is looked at has a size all the same", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const fail = (): never => {
    throw new Error("looked at");
  };
  class Odd extends Map {
    override [Symbol.iterator](): never {
      return fail();
    }
  }
  const traps = { ownKeys: fail, getPrototypeOf: fail, get: fail };
  for (const value of [proxy, new Proxy({}, traps), new Proxy([], traps), new Odd(), Object.create(Map.prototype)]) {
    assert.match(sizeOf([value]), /^\d B$/);
  }
  assert.equal(sizeOf(Object.create(new Proxy({}, traps))), "of unknown size");
  const large = Object.fromEntries(Array.from({ length: 300_000 }, (_, k) => [`key ${k}`, k]));
  const start = performance.now();
  assert.match(sizeOf(large), /^more than \d+ kB$/);
  assert.ok(performance.now() - start < 500);
});

test("a timeline waits the longer for its next drawing the longer it takes, for all pages together", async () => {
  const run = makeLater(Array.from({ length: 300 }, (_, k) => task(`task ${k}`, () => {})));
  await run.finished;
  const watch = new Watch(run);
  watch.look();
  const pictures = new Pictures(watch);
  const start = performance.now();
  await pictures.timeline(800);
  const took = performance.now() - start;
  await Promise.all([pictures.timeline(900), pictures.timeline(1_000)]);
  assert.ok(performance.now() - start > 10 * took);
  watch.close();
});

test("of a task's log the last lines are kept, of all logs together so many that a long run cannot fill the memory", async () => {
  const logs = new Logs(() => {});
  const tasks = Array.from({ length: 30 }, (_, k) =>
    task(`task ${k}`, (_inputs: undefined, { log }) => {
      for (let line = 0; line < 1_200; line++) log(`${line}`);
    }),
  );
  const run = make(tasks, { concurrency: 1 });
  logs.listenTo(run);
  for await (const done of run) assert.equal(done.state, "DONE");
  const kept = tasks.map((each) => logs.logOf(each));
  assert.ok(kept.every(({ count }) => count === 1_200));
  const total = kept.reduce((sum, { lines }) => sum + lines.length, 0);
  assert.equal(total, LOG_LIMITS.all);
  assert.deepEqual(
    kept.at(-1)?.lines,
    Array.from({ length: LOG_LIMITS.task }, (_, k) => `${k + 200}`),
  );
  assert.deepEqual(logs.logOf(tasks.at(-1) as never), kept.at(-1));
  assert.equal(kept[0]?.lines.length, 0);
  logs.close();
});

test("however much happens before a page takes its next message, it is told once how things stand", async () => {
  const tasks = Array.from({ length: 100 }, (_, k) => task(`task ${k}`, () => {}));
  const watch = new Watch(make(tasks));
  const stop = watch.open(() => {});
  const feed = new Feed(watch, undefined);
  const drain = (): string[] => {
    const events: string[] = [];
    for (let message = feed.next(); message !== undefined; message = feed.next()) events.push(message.event);
    return events;
  };
  assert.deepEqual(drain(), ["hello", "tasks", "status"]);
  for (let round = 0; round < 200; round++) {
    await makeNow(tasks);
    watch.look();
    for (const each of tasks) each.reset();
    watch.look();
  }
  await makeNow(tasks);
  watch.look();
  assert.deepEqual(drain().toSorted(), ["changes", "status"]);
  assert.deepEqual(drain(), []);
  stop();
  watch.close();
});
