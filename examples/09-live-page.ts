// A page in the browser that shows a run while it goes on: the graph changing colour, a timeline, each task with its log and error, and
// buttons to cancel and to retry. Here it is a release of some forty tasks, one of which fails the first time that it is tried.
// It ends by itself where nobody can have opened the page; in a terminal it stays until Ctrl-C, so that you can look around.

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { make, task, type Task } from "thence";
import { serve } from "thence/server";

const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
const staysOpen = process.stdout.isTTY && !values.once;
/** Milliseconds of what takes a second in the story. */
const second = staysOpen ? 1_000 : 20;

const packages = ["core", "queues", "worker", "render", "report", "server", "cli"];
const fetched = task("fetch sources", {
  group: "prepare",
  run: async (_, { log, progress }) => {
    for (let part = 1; part <= 10; part++) {
      await sleep(0.15 * second);
      log(`received ${part * 120} objects`);
      progress(part / 10);
    }
    return { files: 196 };
  },
});
const types = work("generate types", 0.7, { require: fetched, group: "prepare" });

const compiled = new Map<string, Task>();
for (const [place, name] of packages.entries()) {
  const before = packages.slice(0, place).filter((_, k) => k === 0 || (k + place) % 3 === 0);
  const require = [types, ...before.map((other) => compiled.get(other) as Task)];
  compiled.set(name, work(`compile ${name}`, 0.8 + (place % 3) * 0.5, { require, group: "compile" }));
}
const tested = packages.map((name) =>
  work(`test ${name}`, 1 + (name.length % 4) * 0.6, {
    require: [compiled.get(name) as Task],
    group: "test",
    uses: { database: name === "queues" || name === "worker" ? 1 : 0 },
    retry: { limit: 2, delay: 0.8 * second },
    failures: name === "server" ? 1 : 0,
  }),
);
const checks = ["lint", "format", "links", "licences", "sizes"].map((name) =>
  work(`check ${name}`, 0.6 + (name.length % 3) * 0.3, { require: [types], group: "check" }),
);
const pages = packages.map((name) =>
  work(`document ${name}`, 0.7, {
    require: [compiled.get(name) as Task],
    group: "docs",
    failures: name === "cli" ? 1 : 0,
  }),
);
const site = work("build site", 1.2, { require: pages, group: "docs" });
const platforms = ["linux", "macos", "windows"].map((name) =>
  work(`package ${name}`, 1.5, { require: [...compiled.values()], group: "package" }),
);
const signed = platforms.map((platform) =>
  work(`sign ${platform.name.slice(8)}`, 0.5, { require: [platform], group: "package" }),
);
const release = work("release", 0.6, { require: [...tested, ...checks, ...signed], group: "publish" });
const announce = work("announce", 0.3, { require: [release, site], group: "publish" });

const run = make([announce, release, site], { concurrency: 5, resources: { database: 1 } });
await using page = await serve(run);
console.log(`Follow the run at ${page.url}`);

for await (const { name, state } of run) console.log(`${state} ${name}`);
const { done, failed, wallMs } = await run.finished;
console.log(`${done.length} done, ${failed.length} failed after ${(wallMs / 1_000).toFixed(1)} s`);
if (staysOpen) {
  console.log("The page stays until Ctrl-C: retry what failed from there.");
  await new Promise((resolve) => process.once("SIGINT", resolve));
}

interface Work {
  readonly require: Task | readonly Task[];
  readonly group: string;
  readonly uses?: Readonly<Record<string, number>>;
  readonly retry?: { readonly limit: number; readonly delay: number };
  /** How often it fails before it succeeds. */
  readonly failures?: number;
}

/** Something that takes its time, and says what it does. */
function work(name: string, seconds: number, { failures = 0, ...options }: Work): Task {
  return task(name, {
    ...options,
    run: async (_, { attempt, log, progress, signal }) => {
      log(`attempt ${attempt} of ${name}`);
      for (let part = 1; part <= 5; part++) {
        await sleep((seconds * second) / 5, undefined, { signal });
        progress({ value: part, total: 5, message: `step ${part} of 5` });
        log(`step ${part} of 5`);
        if (part === 3 && attempt <= failures) throw new Error(`${name}: connection reset by peer`);
      }
      return { name, seconds };
    },
  });
}
