// How commands write values, and that nothing that others have chosen can steer the terminal.

import assert from "node:assert/strict";
import { test } from "node:test";
import { countOf, bytesOf, durationOf } from "../../src/cli/options.ts";
import {
  cut,
  durationText,
  errorText,
  printable,
  printableJSON,
  printableLine,
  timeText,
  widthOf,
} from "../../src/cli/text.ts";

const CONTROL = /(?!\t)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
const EVERY_CONTROL = String.fromCodePoint(...Array.from({ length: 0xa0 }, (_, code) => code), 0x2028, 0x202e, 0x2066);

test("control characters are written as escapes", () => {
  assert.equal(printable("a\nb\t\u001b[31m\u009b2J\u202e"), String.raw`a\nb\t\x1b[31m\x9b2J\u202e`);
  assert.doesNotMatch(printable(EVERY_CONTROL), CONTROL);
  assert.equal(printable("naïve 日本 😀"), "naïve 日本 😀");
});

test("a line of output keeps its tabs and colours, and nothing else that steers a terminal", () => {
  assert.equal(printableLine("\u001b[1;31mred\u001b[0m\tplain"), "\u001b[1;31mred\u001b[0m\tplain\u001b[0m");
  assert.equal(printableLine("\u001b]0;title\u0007\u001b[2J\r"), String.raw`\x1b]0;title\x07\x1b[2J\r`);
  assert.doesNotMatch(printableLine(EVERY_CONTROL), CONTROL);
});

test("JSON is escaped too, and means the same", () => {
  const text = printableJSON({ [EVERY_CONTROL]: EVERY_CONTROL });
  assert.doesNotMatch(text, CONTROL);
  assert.deepEqual(JSON.parse(text), { [EVERY_CONTROL]: EVERY_CONTROL });
});

test("widths count what a terminal shows", () => {
  assert.deepEqual(["abc", "naïve", "nai\u0308ve", "日本", "😀", "👨‍👩‍👧"].map(widthOf), [3, 5, 5, 4, 2, 2]);
});

test("a text is cut to a width with an ellipsis, never within a character", () => {
  assert.equal(cut("abcdef", 6), "abcdef");
  assert.equal(cut("abcdef", 4), "abc…");
  assert.equal(cut("日本語", 4), "日…");
  assert.equal(cut("abc", 0), "");
});

test("lengths of time have at most two units", () => {
  const texts = [-5, 0, 999.4, 1_000, 65_000, 3_600_000, 90_061_000].map(durationText);
  assert.deepEqual(texts, ["0ms", "0ms", "999ms", "1s", "1m 5s", "1h", "1d 1h"]);
});

test("moments are local dates and times", () => {
  assert.equal(timeText(new Date(2025, 10, 2, 3, 4, 5).getTime()), "2025-11-02 03:04:05");
});

test("an error is one line, with those that caused it", () => {
  const error = new Error("cannot open", { cause: new Error("disk\n  is gone", { cause: "a string" }) });
  assert.equal(errorText(error), 'cannot open: disk is gone: "a string"');
  assert.equal(errorText(new Error("a: b", { cause: new Error("b") })), "a: b");
  assert.equal(errorText({}), "an object");
  assert.equal(errorText(new TypeError("\u001b[2J")), String.raw`\x1b[2J`);
});

test("an error that cannot be read, or is its own cause, is one line too", () => {
  const hostile = Object.defineProperty(new Error("hostile"), "message", {
    get: () => assert.fail("must not be read"),
  });
  assert.equal(errorText(new Error("top", { cause: hostile })), "top: an error that cannot be shown");
  const [a, b] = [new Error("a"), new Error("b")];
  a.cause = b;
  b.cause = a;
  assert.equal(errorText(a), "a: b");
  const blind = Object.defineProperty(new Error("blind"), "cause", { get: () => assert.fail("must not be read") });
  assert.equal(errorText(blind), "blind");
  assert.equal(errorText(Object.assign(new Error("x"), { message: 5, cause: new Error("6") })), "Error: 6");
});

test("times and sizes are read with their units, and counts are whole", () => {
  assert.deepEqual(
    ["500", "500ms", "1.5s", "5m", "2h", "7d"].map(durationOf),
    [500, 500, 1_500, 300_000, 7_200_000, 604_800_000],
  );
  assert.deepEqual(["1000", "512M", "2GiB", "1kb"].map(bytesOf), [1_000, 2 ** 29, 2 ** 31, 1_024]);
  assert.equal(countOf("12"), 12);
  for (const text of ["", "-1", "5x", "1e3", "constructor", "s"]) {
    assert.throws(() => durationOf(text), /a time like/);
    assert.throws(() => bytesOf(text), /a size like/);
  }
  for (const text of ["", "0", "-1", "1.5", "0x10"]) assert.throws(() => countOf(text), /whole number/);
});
