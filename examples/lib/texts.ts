// The jobs of the text pipeline. Threads import this module; the program imports it too, for the names and the types.

import { job } from "thence";

/** How often each word occurs. */
export type Counts = Record<string, number>;

const WORDS =
  "ada bell cell dawn echo fern gate hill iris jade kiln lamp moss node opal pine quay reed sand tide".split(" ");

/** Writes a text, always the same one for a seed; frequent words are frequent. */
export const write = job("write", ({ seed, words }: { seed: number; words: number }) => {
  const text: string[] = [];
  let state = seed;
  for (let i = 0; i < words; i++) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    text.push(WORDS[Math.floor((state / 2 ** 31) ** 2 * WORDS.length)] ?? "");
  }
  return text.join(" ");
});

export const count = job("count", (text: string, { progress }) => {
  const counts: Counts = {};
  for (const word of text.split(/\W+/)) counts[word] = (counts[word] ?? 0) + 1;
  progress(1);
  return counts;
});

export const merge = job("merge", (all: readonly Counts[]) => {
  const sum: Counts = {};
  for (const counts of all) for (const [word, n] of Object.entries(counts)) sum[word] = (sum[word] ?? 0) + n;
  return sum;
});
