// A release of some forty tasks in seven groups: what the live page shows, and the picture of it in the README.

import { setTimeout as sleep } from "node:timers/promises";
import { task, type Task } from "thence";

interface Work {
  readonly require: Task | readonly Task[];
  readonly group: string;
  readonly uses?: Readonly<Record<string, number>>;
  readonly retry?: { readonly limit: number; readonly delay: number };
  /** How often it fails before it succeeds. */
  readonly failures?: number;
}

/** What there is to make. A second of the story takes `second` milliseconds. One document fails, one test succeeds when it is tried again. */
export function releaseTasks(second: number): Task[] {
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
  return [announce, release, site];

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
}
