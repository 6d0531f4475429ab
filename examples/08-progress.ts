// Progress in the terminal: what runs and for how long, what is left, failures as they happen, and a summary at the end. In a pipe or
// on a build server the same program writes plain lines.
//
//   node examples/08-progress.ts             as it suits where it runs
//   node examples/08-progress.ts --json      one JSON object a line, for programs

import { setTimeout as sleep } from "node:timers/promises";
import { make, task, type TaskContext } from "thence";
import { progress } from "thence/report";

const PHOTOS = ["harbour", "ferry", "old town", "market", "lighthouse", "cliffs"];

const scan = task("scan camera", async (_, { log }) => {
  for (const name of PHOTOS) {
    await sleep(40);
    log(`found ${name}.raw`);
  }
  return PHOTOS;
});

const develop = PHOTOS.map((name, place) =>
  task(`develop ${name}`, {
    require: scan,
    group: "develop",
    async run(_, context) {
      await inSteps(12 + 3 * place, context);
      if (name === "cliffs") throw new Error("cliffs.raw ends early", { cause: new Error("the card was pulled out") });
      // Whatever a task prints appears above the progress, whole.
      if (name === "market") console.log("market.raw is a bit dark");
      return `${name}.jpg`;
    },
  }),
);

const album = task("lay out album", { require: develop.slice(0, 5), run: (_, context) => inSteps(8, context) });
const prints = task("order prints", { require: [album, ...develop], run: () => "ordered" });
const map = scan.andThen("draw map", (_, context) => inSteps(20, context));

const upload = task("upload", {
  require: { album, map },
  retry: { limit: 2, delay: 150 },
  async run(_, { attempt, log, progress }) {
    for (let part = 1; part <= 6; part++) {
      await sleep(50);
      progress({ value: part, total: 6, message: `part ${part}` });
      if (attempt === 1 && part === 3) throw new Error("the connection was reset");
    }
    log("all parts are there");
  },
});
const mail = upload.andThen("mail the family", () => sleep(100));

async function inSteps(steps: number, { progress, log }: TaskContext): Promise<void> {
  for (let step = 1; step <= steps; step++) {
    await sleep(30);
    progress(step / steps);
    if (step % 5 === 0) log(`step ${step} of ${steps}`);
  }
}

const run = make([mail, prints], { concurrency: 3 });
progress(run, { mode: process.argv.includes("--json") ? "json" : "auto" });
for await (const done of run) if (done.is("FAILED")) process.exitCode = 1;
