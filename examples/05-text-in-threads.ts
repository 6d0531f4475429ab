// Counts words in threads: texts are written and counted side by side, then the counts are summed up. Without `queue` the same graph
// is made right here.

import { make } from "thence";
import { threads } from "thence/threads";
import { count, merge, write } from "./lib/texts.ts";

const counts = [1, 2, 3, 4, 5, 6].map((seed) => {
  const text = write.task(`text ${seed}`, { input: { seed, words: 50_000 } });
  return count.task(`count ${seed}`, { require: text, input: (written) => written });
});
const sum = merge.task("sum", { require: counts, input: (all) => all });

const queue = threads(new URL("./lib/texts.ts", import.meta.url), { concurrency: 2 });
for await (const done of make(sum, { queue, every: true })) console.log(String(done));
await queue.close();

const [most = "", often = 0] = Object.entries(sum.result ?? {}).toSorted(([, a], [, b]) => b - a)[0] ?? [];
const words = Object.values(sum.result ?? {}).reduce((a, b) => a + b, 0);
console.log(`${words} words; the most frequent is "${most}", ${Math.round((often / words) * 100)} % of them`);
