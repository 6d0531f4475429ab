// Leave a run with `break`, and go on later: what was done stays done, what ran is given back and runs again.

import { setTimeout as sleep } from "node:timers/promises";
import { make, task } from "thence";

let pace = 60_000;

const sound = task("convert sound", async () => {
  await sleep(10);
  return "sound.opus";
});
const video = task("convert video", async (_, { signal }) => {
  // This would take a minute at first. It ends at once when the run is left, as sleep() listens to the signal.
  await sleep(pace, undefined, { signal });
  return "video.webm";
});
const film = task("join", { require: [sound, video], run: (parts) => parts.join(" + ") });

for (const step of [sound, video, film]) {
  step.on("transition", ({ task, from, event, to }) => console.log(`  ${task.name}: ${from} -> ${event} -> ${to}`));
}

console.log("first run, left when the sound is done:");
for await (const done of make([sound, film], { concurrency: 2 })) {
  console.log(String(done));
  break;
}

pace = 1;
console.log("second run, which goes on from there:");
for await (const done of make([sound, film])) console.log(String(done));

console.log(`${film.result}; the video took ${video.attempts} attempts, the sound ${sound.attempts}`);
