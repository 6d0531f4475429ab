// How the process's own output is turned aside while a terminal is drawn on, and given back as it was.

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
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

test("what is written after a task has ended is not its log", async () => {
  let late: Promise<unknown> | undefined;
  const lines = await logged(() => {
    late = turn().then(() => process.stderr.write(""));
    process.stdout.write("in time\n");
  });
  await late;
  assert.deepEqual(lines, ["in time"]);
});

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
