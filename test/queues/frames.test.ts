// The frames between a child process and its program.

import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { FrameReader, writeFrame } from "../../src/queues/local/frames.ts";
import { newFile } from "./sqlite-helpers.ts";

test("values come out of a pipe as they went in, however it cuts them", (context) => {
  const values = [{ a: 1 }, "é\ud800\u0000", { text: "x".repeat(5_000) }, [], null];
  const strange = { date: new Date(7), missing: undefined, infinite: Infinity };
  const file = newFile(context);
  const pipe = openSync(file, "w");
  for (const value of values) writeFrame(pipe, value, true);
  writeFrame(pipe, strange, false);
  closeSync(pipe);
  const bytes = readFileSync(file);
  for (const size of [1, 3, 4, 5, 7, 1_000, bytes.length]) {
    const reader = new FrameReader();
    const found = [];
    for (let start = 0; start < bytes.length; start += size)
      found.push(...reader.read(bytes.subarray(start, start + size)));
    assert.deepEqual(found, [...values, strange], `in pieces of ${size}`);
  }
});
