// How texts are shortened. What the formats make of a text is tested where it is read back: with Graphviz and an XML parser.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { shorten } from "../../src/render/text.ts";

test("a text within the limit is left as it is", () => {
  assert.equal(shorten("x".repeat(60), 60), "x".repeat(60));
});

test("a longer one keeps two thirds of the limit of its beginning and one third of its end", () => {
  assert.equal(shorten("abcdefghijklmnopqrstuvwxyz", 12), "abcdefg…wxyz");
});

test("what a reader takes for one character is kept or dropped as a whole", () => {
  const family = "👩‍👩‍👧‍👦";
  assert.equal(shorten(`abc${family}${"x".repeat(40)}${family}yz`, 18), "abc…yz");
  assert.equal(shorten("e\u0301".repeat(30), 12), "e\u0301e\u0301e\u0301…e\u0301e\u0301");
});

test("a character of any length is cut all the same, but between code points", () => {
  const endless = "👩\u200d".repeat(100);
  for (let limit = 12; limit < 30; limit++) {
    const short = shorten(endless, limit);
    assert.ok(short.isWellFormed() && short.length <= limit && short.length > limit - 4);
  }
});

test("the result is never longer than the limit, made of the text's ends, and cuts no surrogate pair", () => {
  const letter = fc.oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
    fc.constantFrom("\u0301", "🚀", "\u200d", "🏽"),
  );
  const text = fc.array(letter, { maxLength: 200 }).map((letters) => letters.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: 6, max: 90 }), (whole, limit) => {
      const short = shorten(whole, limit);
      assert.ok(short.length <= limit);
      assert.ok(short.isWellFormed());
      const ends = Array.from(
        { length: short.length },
        (_, cut) => [short.slice(0, cut), short.slice(cut + 1)] as const,
      );
      assert.ok(short === whole || ends.some(([start, end]) => whole.startsWith(start) && whole.endsWith(end)));
    }),
    { numRuns: 2000 },
  );
});
