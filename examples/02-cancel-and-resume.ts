// Leave a run with `break`, and go on later: what was done stays done, what ran is given back and runs again.

import { setTimeout as sleep } from "node:timers/promises";
import { make, task } from "thence";

const download = task("download", () => "1 GB");
const unpack = task("unpack", {
  require: download,
  run: async (size, { attempt, signal, log }) => {
    log(`attempt ${attempt}`);
    // The first attempt would take a minute. It ends at once all the same, as sleep() listens to the signal.
    await sleep(attempt === 1 ? 60_000 : 1, undefined, { signal });
    return `${size} unpacked`;
  },
});
const install = unpack.andThen("install", (what) => `${what} and installed`);

for (const step of [download, unpack, install]) {
  step.on("transition", ({ task, from, event, to }) => console.log(`  ${task.name}: ${from} -> ${event} -> ${to}`));
}

console.log("first run, left after the download:");
for await (const done of make([download, install])) {
  console.log(String(done));
  break;
}

console.log("second run, which goes on from there:");
for await (const done of make([download, install])) console.log(String(done));

console.log(install.result, `(unpack took ${unpack.attempts} attempts)`);
