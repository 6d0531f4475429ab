// A dozen tasks that take a while: photos of a holiday, from the camera to the family. One has an attempt that fails, one fails.

import { task, type Task, type TaskContext } from "thence";

/** How many steps it takes to develop each. */
const PHOTOS = { harbour: 14, ferry: 17, cliffs: 10, "old town": 20, market: 23, lighthouse: 26 };

/** The last tasks of the graph. How time passes is up to the caller. */
export function photoTasks(sleep: (ms: number) => Promise<unknown>): Task[] {
  async function inSteps(steps: number, { progress, log }: TaskContext): Promise<void> {
    for (let step = 1; step <= steps; step++) {
      await sleep(30);
      progress(step / steps);
      if (step % 5 === 0) log(`step ${step} of ${steps}`);
    }
  }

  const camera = task("read the camera", async (_, { log }) => {
    for (const name of Object.keys(PHOTOS)) {
      await sleep(40);
      log(`found ${name}.raw`);
    }
  });

  const develop = Object.entries(PHOTOS).map(([name, steps]) =>
    task(`develop ${name}`, {
      require: camera,
      group: "develop",
      async run(_, context) {
        await inSteps(steps, context);
        if (name === "market") console.log("market.raw is a bit dark");
        if (name === "cliffs")
          throw new Error("cliffs.raw ends early", { cause: new Error("the card was pulled out") });
        return `${name}.jpg`;
      },
    }),
  );

  const good = develop.filter(({ name }) => name !== "develop cliffs");
  const album = task("lay out album", { require: good, run: (_, context) => inSteps(12, context) });
  const slides = album.andThen("cut slide show", (_, context) => inSteps(20, context));
  const map = camera.andThen("draw map", (_, context) => inSteps(40, context));
  const prints = task("order prints", { require: [map, ...develop], run: () => "ordered" });

  const upload = task("upload album", {
    require: album,
    retry: { limit: 2, delay: 120 },
    async run(_, { attempt, progress }) {
      for (let part = 1; part <= 6; part++) {
        await sleep(60);
        progress({ value: part, total: 6, message: "family.example" });
        if (attempt === 1 && part === 2) throw new Error("the connection was reset");
      }
    },
  });
  const tell = task("tell the family", { require: [upload, slides, map], run: () => sleep(100) });
  return [tell, prints];
}
