// How the process's own output is turned aside while a terminal is drawn on, and given back as it was.

import assert from "node:assert/strict";
import { once } from "node:events";
import { Writable } from "node:stream";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { make, task } from "thence";
import { progress } from "thence/report";
import { paper, turn } from "./progress-helpers.ts";

/** Runs a task that writes, and returns what is in its log. */
async function logged(write: () => unknown): Promise<string[]> {
  const lines: string[] = [];
  const run = make(task("writer", write));
  run.on("log", (line) => void lines.push(line));
  progress(run, { ...paper().options, captureConsole: true });
  for await (const _ of run);
  return lines;
}

test("bytes, other encodings and letters cut in two are read as text", async () => {
  const euro = Buffer.from("€");
  const lines = await logged(() => {
    process.stdout.write(Buffer.from("bytes\r\n"));
    process.stdout.write("616263", "hex");
    process.stdout.write(euro.subarray(0, 1));
    process.stdout.write(euro.subarray(1));
    process.stdout.write("\n");
  });
  assert.deepEqual(lines, ["bytes", "abc€"]);
});

test("who writes and waits for the callback is called back", async () => {
  const lines = await logged(async () => {
    await new Promise<void>((resolve) => process.stdout.write("one\n", () => resolve()));
    await new Promise<void>((resolve) => process.stdout.write("two\n", "utf8", () => resolve()));
  });
  assert.deepEqual(lines, ["one", "two"]);
});

test("somebody who has put a write of their own on the stream finds it there again", async () => {
  const own = process.stderr.write.bind(process.stderr);
  process.stderr.write = own;
  try {
    assert.deepEqual(await logged(() => void process.stderr.write("hello\n")), ["hello"]);
    assert.ok(Object.is(Reflect.get(process.stderr, "write"), own));
  } finally {
    delete (process.stderr as Partial<typeof process.stderr>).write;
  }
});

test("somebody who replaces write meanwhile is left in place, and still gets through", async () => {
  const passed: string[] = [];
  const run = make(task("writer", () => {}));
  progress(run, { ...paper().options, captureConsole: true });
  const inner = process.stderr.write.bind(process.stderr);
  const outer = (text: string): boolean => {
    passed.push(text);
    return inner("");
  };
  process.stderr.write = outer;
  try {
    for await (const _ of run);
    assert.ok(Object.is(Reflect.get(process.stderr, "write"), outer));
    process.stderr.write("through");
    assert.deepEqual(passed, ["through"]);
  } finally {
    delete (process.stderr as Partial<typeof process.stderr>).write;
  }
});

test("what comes in pieces on both streams is put together for each", async () => {
  const lines = await logged(() => {
    process.stdout.write("one ");
    process.stderr.write("warn");
    process.stdout.write("line\n");
    process.stderr.write("ing\n");
    process.stdout.write("rest");
    process.stderr.write("more");
  });
  assert.deepEqual(lines, ["one line", "warning", "rest", "more"]);
});

test("what is written after a task has ended is not its log", async () => {
  let late: Promise<unknown> | undefined;
  const lines = await logged(() => {
    late = turn().then(() => process.stderr.write(""));
    process.stdout.write("in time\n");
  });
  await late;
  assert.deepEqual(lines, ["in time"]);
});

for (const mode of ["live", "lines", "json"] as const) {
  test(`a stream that throws keeps no run from going on and ending: ${mode}`, async () => {
    const { options, stream } = paper({ isTTY: true, columns: 80, rows: 24 });
    stream.write = (): never => {
      throw new Error("no");
    };
    const wait = task("wait", async (_, { log }) => {
      for (let turns = 0; turns < 3; turns++) {
        log("still there");
        await sleep(20);
      }
      throw new Error("lost");
    });
    const run = make([wait, task("other", () => {})]);
    const { clock: _clock, ...real } = options;
    progress(run, { ...real, mode, interval: 5, heartbeat: 5, logs: true });
    const states: string[] = [];
    for await (const { state } of run) states.push(state);
    assert.deepEqual(states, ["DONE", "FAILED"]);
    assert.equal((await run.finished).failed.length, 1);
  });

  test(`a stream that fails long after the end does not end the process: ${mode}`, async () => {
    const slow = new Writable({
      write(_chunk, _encoding, done) {
        setTimeout(() => done(new Error("gone")), 50);
      },
    });
    const run = make(task("a", () => {}));
    progress(run, { mode, stream: slow as unknown as NodeJS.WriteStream });
    for await (const _ of run);
    assert.ok(!slow.destroyed);
    // Not by events.once, which would listen to its errors.
    await new Promise((resolve) => slow.once("close", resolve));
    assert.equal(slow.errored?.message, "gone");
    await turn();
    assert.equal(slow.listenerCount("error"), 0);
  });
}

test("a display leaves no listener behind", async () => {
  const { options, stream } = paper();
  const before = ["exit", "SIGINT", "SIGTERM"].map((event) => process.listenerCount(event));
  const run = make(task("a", () => {}));
  progress(run, options);
  for await (const _ of run);
  await turn();
  assert.deepEqual([stream.listenerCount("error"), run._emitter().eventNames()], [0, []]);
  assert.deepEqual(
    ["exit", "SIGINT", "SIGTERM"].map((event) => process.listenerCount(event)),
    before,
  );
  stream.end();
  await once(stream, "end");
});
